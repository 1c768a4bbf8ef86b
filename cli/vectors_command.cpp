#include "cli/vectors_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/terminal.hpp"
#include "model/mutations.hpp"
#include "model/protocol.hpp"
#include "scenarios/reader/problem.hpp"
#include "scenarios/reader/scenario.hpp"
#include "scenarios/runner/run.hpp"
#include "scenarios/vectors/check.hpp"
#include "scenarios/vectors/generate.hpp"
#include "scenarios/vectors/project.hpp"
#include "scenarios/vectors/write_case.hpp"

namespace cli {

namespace {

namespace vectors = scenarios::vectors;

// --- What cases are held against -----------------------------------------------------------------

std::optional<model::Protocol> find_gate(std::string_view id) {
  const std::span<const model::Protocol> all = model::protocols();
  const auto found = std::find_if(all.begin(), all.end(), [&](const model::Protocol& protocol) {
    return protocol.id == id && protocol.has_gate;
  });
  return found == all.end() ? std::nullopt : std::optional{*found};
}

std::string gate_names() {
  std::vector<std::string_view> names;
  for (const model::Protocol& protocol : model::protocols()) {
    if (protocol.has_gate) {
      names.push_back(protocol.id);
    }
  }
  return "one of " + scenarios::list_in_quotes(names);
}

// One of the controller alone would change no case, and look like a rule that no case notices.
bool changes_a_gate(const model::Mutation& mutation) {
  const auto changes = [&](const model::Protocol& protocol) {
    model::Protocol changed = protocol;
    mutation.apply(changed);
    return protocol.has_gate && !(changed.gate == protocol.gate);
  };
  return std::any_of(model::protocols().begin(), model::protocols().end(), changes);
}

std::string gate_mutation_names() {
  std::vector<std::string_view> names;
  for (const model::Mutation& mutation : model::mutations()) {
    if (changes_a_gate(mutation)) {
      names.push_back(mutation.id);
    }
  }
  return "a mutation of the gate, one of " + scenarios::list_in_quotes(names);
}

// 0 if `against` is what the options say.
int read_against(const VectorsCheckOptions& options, vectors::Against& against) {
  if (options.protocol) {
    against.protocol = find_gate(*options.protocol);
    if (!against.protocol) {
      return refuse("--protocol", gate_names(), *options.protocol);
    }
  }
  for (const std::string& id : options.mutations) {
    const model::Mutation* const mutation = model::find_mutation(id);
    if (mutation == nullptr || !changes_a_gate(*mutation)) {
      return refuse("--mutation", gate_mutation_names(), id);
    }
    against.mutations.push_back(mutation);
  }
  return 0;
}

// --- Findings and counts -------------------------------------------------------------------------

// Prints the first findings of a file and counts the others.
class Listing {
 public:
  Listing(std::FILE* stream, const char* what, bool all)
      : stream_(stream), what_(what), all_(all) {}

  void add(const std::string& text) {
    ++count_;
    if (all_ || count_ <= kShown) {
      fmt::print(stream_, "{}\n", text);
    }
  }
  void end(const std::string& file) const {
    if (!all_ && count_ > kShown) {
      fmt::print(stream_, "{}: and {} more {} (--all shows them)\n", file, count_ - kShown, what_);
    }
  }

 private:
  static constexpr std::size_t kShown = 20;

  std::FILE* stream_;
  const char* what_;
  bool all_;
  std::size_t count_ = 0;
};

void print_counts(const std::string& name, const vectors::Counts& counts) {
  fmt::print("{}: {} cases, {} steps, {} agree, {} disagree, {} unreadable\n", name, counts.cases,
             counts.steps, counts.agree, counts.disagree, counts.unreadable);
}

vectors::Counts check_file(const std::string& path, const vectors::Against& against, bool all) {
  Listing disagreements{stdout, "disagreements", all};
  Listing problems{stderr, "problems", all};
  std::ifstream file{path, std::ios::binary};
  const vectors::Counts counts =
      vectors::check(path, file, against, [&](vectors::FindingKind kind, const std::string& text) {
        (kind == vectors::FindingKind::kProblem ? problems : disagreements).add(text);
      });
  disagreements.end(path);
  problems.end(path);
  print_counts(path, counts);
  return counts;
}

// --- Where new cases go --------------------------------------------------------------------------

// Takes text; the file is there, whole, only after `commit`. Another kind of target than a regular
// file (a pipe, a device) is written as it is.
class Output {
 public:
  explicit Output(const std::optional<std::string>& out) {
    if (!out || *out == "-") {
      name_ = "standard output";
      return;
    }
    name_ = *out;
    std::error_code none;
    const std::filesystem::file_status status = std::filesystem::status(*out, none);
    const bool is_special =
        std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
    if (!is_special) {
      target_ = std::filesystem::weakly_canonical(*out, none);  // not the link that leads there
      target_ = target_.empty() ? std::filesystem::path{*out} : target_;
      part_ = target_.string() + ".part-" + std::to_string(::getpid());
    }
    file_.reset(std::fopen(is_special ? out->c_str() : part_.c_str(), "wb"));
    is_good_ = file_ != nullptr;
  }
  ~Output() {
    file_.reset();
    if (!part_.empty()) {
      std::error_code none;
      std::filesystem::remove(part_, none);
    }
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view text) {
    is_good_ = is_good_ && std::fwrite(text.data(), 1, text.size(), stream()) == text.size();
  }
  void commit() {
    is_good_ = is_good_ && std::fflush(stream()) == 0;
    if (is_good_ && file_ != nullptr) {
      is_good_ = std::fclose(file_.release()) == 0;
    }
    if (is_good_ && !part_.empty()) {
      std::error_code error;
      std::filesystem::rename(part_, target_, error);
      is_good_ = !error;
    }
  }

  [[nodiscard]] bool is_good() const { return is_good_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  [[nodiscard]] std::FILE* stream() const { return file_ == nullptr ? stdout : file_.get(); }

  std::string name_;
  std::filesystem::path target_;
  std::string part_;  // empty: none
  std::unique_ptr<std::FILE, Close> file_;
  bool is_good_ = true;
};

int finish(Output& output) {
  output.commit();
  if (!output.is_good()) {
    fmt::print(stderr, "{}: cannot be written\n", output.name());
    return kBadFile;
  }
  return 0;
}

// A line for each reason why gate subtasks have no case.
void print_left_out(const vectors::Projection& projection) {
  for (std::size_t kind = 0; kind < vectors::kLeftOutKinds; ++kind) {
    const auto why = static_cast<vectors::LeftOut>(kind);
    const std::size_t count = projection.left_out_for(why);
    if (count > 0) {
      fmt::print(stderr, "left out: {} of {} gate subtasks and job runs: {}\n", count,
                 projection.cases.size() + projection.left_out_in_all(), vectors::describe(why));
    }
  }
}

}  // namespace

int vectors_check_command(const VectorsCheckOptions& options) {
  vectors::Against against;
  if (const int code = read_against(options, against); code != 0) {
    return code;
  }
  vectors::Counts total;
  for (const std::string& path : options.files) {
    total += check_file(path, against, options.all);
  }
  if (options.files.size() > 1) {
    print_counts(fmt::format("all {} files", options.files.size()), total);
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    fmt::print(stderr, "standard output: cannot be written\n");
    return kBadFile;
  }
  if (total.problems > 0) {
    return kBadFile;
  }
  return total.disagree > 0 ? 1 : 0;
}

int vectors_generate_command(const VectorsGenerateOptions& options) {
  const std::optional<model::Protocol> protocol = find_gate(options.protocol);
  if (!protocol) {
    return refuse("--protocol", gate_names(), options.protocol);
  }
  const std::optional<std::uint64_t> cases = seed_from(options.cases);
  if (!cases || *cases < 1 || *cases > vectors::kMostCases) {
    return refuse("--cases", fmt::format("an integer from 1 to {}", vectors::kMostCases),
                  options.cases);
  }
  const std::optional<std::uint64_t> seed = seed_from(options.seed);
  if (!seed) {
    return refuse("--seed", fmt::format("an integer from 0 to {}", UINT64_MAX), options.seed);
  }
  if (options.out && options.out->empty()) {
    return refuse("--out", "a file or -", *options.out);
  }
  Output output{options.out};
  for (std::uint32_t k = 1; k <= *cases && output.is_good(); ++k) {
    output.write(vectors::write_case(vectors::generate_case(*protocol, *seed, k)) + "\n");
  }
  return finish(output);
}

int vectors_from_command(const VectorsFromOptions& options) {
  const std::optional<std::uint64_t> seed = options.seed ? seed_from(*options.seed) : std::nullopt;
  if (options.seed && !seed) {
    return refuse("--seed", fmt::format("an integer from 0 to {}", UINT64_MAX), *options.seed);
  }
  if (options.out && options.out->empty()) {
    return refuse("--out", "a file or -", *options.out);
  }
  const std::string file = scenario_file(options.file);
  const std::optional<std::string> text = read_file(file);
  if (!text) {
    fmt::print(stderr, "{}: cannot be read\n", file);
    return kBadFile;
  }
  scenarios::Overrides overrides;
  overrides.protocol = options.protocol;
  const scenarios::ReadResult read = scenarios::read_scenario(file, *text, overrides);
  if (!read.scenario) {
    return report_problems(read);
  }
  const scenarios::Runner runner{*read.scenario, scenarios::ReferenceRuns::kIfJudged};
  if (!runner.plan().protocol().has_gate) {
    fmt::print(stderr, "{}: expected a protocol with a gate, found {}\n", file,
               scenarios::in_quotes(runner.plan().protocol().id));
    return kBadFile;
  }
  const scenarios::Simulated run =
      runner.simulate(seed.value_or(read.scenario->seed.value_or(scenarios::kDefaultSeed)),
                      scenarios::Recording::kOn);
  const vectors::Projection projection = vectors::project(runner.plan(), run, read.scenario->name);
  if (read.scenario->found && read.scenario->found->fingerprint != run.trace.fingerprint()) {
    fmt::print(stderr, "{}: this run is another one than the file tells of\n", file);
  }
  print_left_out(projection);
  Output output{options.out};
  for (const vectors::GateCase& made : projection.cases) {
    output.write(vectors::write_case(made) + "\n");
  }
  return finish(output);
}

}  // namespace cli
