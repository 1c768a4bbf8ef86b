// Jobs of any shape that nobody upgrades, with failures, against a reference that works out from
// the settings alone what comes to each sink: it shares no code with the model. Nothing is late in
// them.
//
// What is compared is a text that says what a result is and what went into it, all the way down to
// the records. rapidcheck supplies the lists that jobs are drawn from.
#include <rapidcheck.h>
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/rows.hpp"
#include "scenarios/runner/simulate.hpp"
#include "sim/random.hpp"
#include "tests/support/drawing.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/jobs.hpp"

namespace {

using model::OperatorKind;
using model::OperatorSettings;
using model::Settings;

// Short, as contents hold contents.
std::string folded(const std::string& text) {
  return text.size() < 40 ? text : std::to_string(sim::name_hash(text));
}
std::string folded(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const std::string& part : parts) {
    all += part + ";";
  }
  return "{" + folded(all) + "}";
}

// --- the reference

struct Item {
  std::int64_t time = 0;
  std::uint32_t key = 0;
  std::uint32_t number = 0;
  std::string lane;
  std::string text;
};
using Items = std::vector<Item>;

class Reference {
 public:
  explicit Reference(const Settings& settings) : settings_(settings) {}

  // What comes to an edge of a sink.
  std::vector<std::string> at(const std::string& from) {
    std::vector<std::string> texts;
    for (const Item& item : out_of(from)) {
      texts.push_back(item.text);
    }
    std::sort(texts.begin(), texts.end());
    return texts;
  }

 private:
  const Items& out_of(const std::string& id) {
    const auto known = known_.find(id);
    if (known != known_.end()) {
      return known->second;
    }
    const auto op = std::find_if(settings_.job.operators.begin(), settings_.job.operators.end(),
                                 [&](const OperatorSettings& o) { return o.id == id; });
    return known_[id] = made_by(*op);
  }

  Items made_by(const OperatorSettings& op) {
    switch (op.kind) {
      case OperatorKind::kSource: return read(op);
      case OperatorKind::kFilter: return filtered(op);
      case OperatorKind::kFlatMap:
      case OperatorKind::kReKey: return copied(op);
      case OperatorKind::kKeyedProcess: return processed(op);
      case OperatorKind::kWindow: return windowed(op);
      case OperatorKind::kWindowJoin: return window_joined(op);
      case OperatorKind::kIntervalJoin: return interval_joined(op);
      default: return all_inputs(op);
    }
  }

  Items all_inputs(const OperatorSettings& op) {
    Items all;
    for (const model::Connection& input : op.inputs) {
      const Items& more = out_of(input.from);
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }

  Items read(const OperatorSettings& op) const {
    const auto input = std::find_if(settings_.inputs.begin(), settings_.inputs.end(),
                                    [&](const auto& i) { return i.name == op.reads; });
    Items items;
    for (std::uint32_t k = 0; k < input->records; ++k) {
      Item item;
      item.time = input->event_start.ms() + (k * input->event_step.ms());
      const model::Outliers& early = input->out_of_order;
      if (early.which.every != 0 && k % early.which.every == early.which.offset) {
        item.time -= early.by.ms();
      }
      item.key = k % input->keys;
      item.number = k;
      item.lane = op.id + "/" + std::to_string(k % input->partitions);
      item.text = "r:" + op.id + ":" + std::to_string(k);
      items.push_back(item);
    }
    return items;
  }

  Items filtered(const OperatorSettings& op) {
    Items items = all_inputs(op);
    std::erase_if(items,
                  [&](const Item& item) { return item.number % op.keep.every != op.keep.offset; });
    return items;
  }

  Items copied(const OperatorSettings& op) {
    const std::uint32_t copies = op.kind == OperatorKind::kFlatMap ? op.copies : 1;
    Items items;
    for (const Item& item : all_inputs(op)) {
      for (std::uint32_t i = 0; i < copies; ++i) {
        Item copy = item;
        copy.key = op.kind == OperatorKind::kReKey ? item.number % op.keys : item.key;
        copy.number = (item.number * copies) + i;
        copy.text =
            folded(op.id + "(" + item.text + ")#" + std::to_string(i) + "{" + item.text + ";}");
        items.push_back(copy);
      }
    }
    return items;
  }

  Items processed(const OperatorSettings& op) {
    Items items = all_inputs(op);
    std::sort(items.begin(), items.end(),
              [](const Item& a, const Item& b) { return a.number < b.number; });
    std::map<std::pair<std::uint32_t, std::string>, std::vector<std::string>> seen;
    for (Item& item : items) {
      std::vector<std::string>& texts = seen[{item.key, item.lane}];
      texts.push_back(item.text);
      item.text = folded(op.id + "(" + item.text + ")#0" + folded(texts));
    }
    return items;
  }

  struct Window {
    std::uint32_t key = 0;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::array<Items, 2> content;
  };

  static std::vector<Window> sessions(const model::WindowSettings& of,
                                      const std::array<Items, 2>& in) {
    std::map<std::uint32_t, std::vector<std::pair<Item, int>>> by_key;
    for (int side = 0; side < 2; ++side) {
      for (const Item& item : in.at(static_cast<std::size_t>(side))) {
        by_key[item.key].emplace_back(item, side);
      }
    }
    std::vector<Window> all;
    for (auto& [key, items] : by_key) {
      std::sort(items.begin(), items.end(),
                [](const auto& a, const auto& b) { return a.first.time < b.first.time; });
      for (const auto& [item, side] : items) {
        if (all.empty() || all.back().key != key || all.back().end < item.time) {
          all.push_back(Window{key, item.time, 0, {}});
        }
        all.back().end = item.time + of.gap.ms();
        all.back().content.at(static_cast<std::size_t>(side)).push_back(item);
      }
    }
    return all;
  }

  static std::vector<Window> windows(const model::WindowSettings& of,
                                     const std::array<Items, 2>& in) {
    if (of.type == model::WindowType::kSession) {
      return sessions(of, in);
    }
    const std::int64_t size = of.size.ms();
    const std::int64_t step = of.type == model::WindowType::kSliding ? of.slide.ms() : size;
    std::map<std::pair<std::uint32_t, std::int64_t>, Window> all;
    for (std::size_t side = 0; side < 2; ++side) {
      for (const Item& item : in.at(side)) {
        // Every start that is a whole number of steps from the offset, and not too early.
        for (std::int64_t n = ((item.time - of.offset.ms() - size) / step) - 1;; ++n) {
          const std::int64_t start = of.offset.ms() + (n * step);
          if (start > item.time) {
            break;
          }
          if (item.time < start + size) {
            Window& window = all[{item.key, start}];
            window.key = item.key;
            window.start = start;
            window.end = start + size;
            window.content.at(side).push_back(item);
          }
        }
      }
    }
    std::vector<Window> list;
    for (auto& [where, window] : all) {
      list.push_back(std::move(window));
    }
    return list;
  }

  static std::int64_t step_of(const model::WindowSettings& of) {
    return of.type == model::WindowType::kSession   ? of.gap.ms()
           : of.type == model::WindowType::kSliding ? of.slide.ms()
                                                    : of.size.ms();
  }

  Items windowed(const OperatorSettings& op) {
    Items items;
    for (const Window& window : windows(op.window, {all_inputs(op), {}})) {
      std::vector<std::string> texts;
      for (const Item& part : window.content[0]) {
        texts.push_back(part.text);
      }
      Item item;
      item.time = window.end - 1;
      item.key = window.key;
      item.number = static_cast<std::uint32_t>(window.start / step_of(op.window));
      item.lane = op.id + "/" + std::to_string(window.key);
      item.text =
          folded(op.id + "[" + std::to_string(window.key) + "," + std::to_string(window.start) +
                 "," + std::to_string(window.end) + "]" + folded(texts));
      items.push_back(item);
    }
    return items;
  }

  static Item pair(const OperatorSettings& op, const Item& left, const Item& right,
                   std::int64_t time, const std::string& where) {
    Item item = left;
    item.time = time;
    item.text = folded(op.id + "<" + left.text + "," + right.text + ">" + where +
                       folded({left.text, right.text}));
    return item;
  }

  Items window_joined(const OperatorSettings& op) {
    Items items;
    const std::array<Items, 2> in{out_of(op.inputs[0].from), out_of(op.inputs[1].from)};
    for (const Window& window : windows(op.window, in)) {
      for (const Item& left : window.content[0]) {
        for (const Item& right : window.content[1]) {
          items.push_back(
              pair(op, left, right, window.end - 1, "@" + std::to_string(window.start)));
        }
      }
    }
    return items;
  }

  Items interval_joined(const OperatorSettings& op) {
    Items items;
    const Items lefts = out_of(op.inputs[0].from);
    const Items rights = out_of(op.inputs[1].from);
    for (const Item& left : lefts) {
      for (const Item& right : rights) {
        if (left.key == right.key && right.time >= left.time - op.before.ms() &&
            right.time <= left.time + op.after.ms()) {
          items.push_back(pair(op, left, right, std::max(left.time, right.time), "@"));
        }
      }
    }
    return items;
  }

  const Settings& settings_;
  std::map<std::string, Items> known_;
};

// --- what a run committed

class Texts {
 public:
  Texts(const model::Plan& plan, const model::Rows& rows) : plan_(plan), rows_(rows) {}

  std::string of(std::uint32_t item) {
    const auto known = known_.find(item);
    return known != known_.end() ? known->second : known_[item] = made(item);
  }

 private:
  std::string made(std::uint32_t item) {
    const model::JobPlan& job = plan_.job();
    if (!rows_.is_row(item)) {
      const std::string& source = job.op_ids[plan_.range_of(item).op];
      return "r:" + source + ":" + std::to_string(plan_.record(item).number);
    }
    const model::Row& row = rows_.row(item);
    const model::Identity& identity = rows_.identity(row.identity);
    const std::string& op = job.op_ids[identity.op];
    std::vector<std::uint32_t> parts;
    rows_.visit(row.content, [&](std::uint32_t part) { parts.push_back(part); });
    std::vector<std::string> texts;
    for (const std::uint32_t part : parts) {
      texts.push_back(of(part));
    }
    const auto ms = [&](std::int32_t mark) {
      return std::to_string(model::Mark{mark}.since(plan_.origin()).ms());
    };
    switch (identity.kind) {
      case model::Identity::Kind::kWindow:
        return folded(op + "[" + std::to_string(identity.of) + "," + ms(identity.a) + "," +
                      ms(identity.b) + "]" + folded(texts));
      case model::Identity::Kind::kPair: {
        const bool has_window = job.ops[identity.op].kind == model::NodeKind::kWindowJoin;
        return folded(op + "<" + texts.at(1) + "," + texts.at(0) + ">@" +
                      (has_window ? ms(identity.b) : "") + folded(texts));
      }
      default:  // the latest part is what it is of
        return folded(op + "(" + texts.at(0) + ")#" + std::to_string(identity.a) + folded(texts));
    }
  }

  const model::Plan& plan_;
  const model::Rows& rows_;
  std::map<std::uint32_t, std::string> known_;
};

// --- what is run

class ShapeDraw {
 public:
  // `only`: one operator between sources and sinks, of that kind.
  explicit ShapeDraw(sim::ChoiceSource& choices, std::optional<OperatorKind> only = std::nullopt)
      : choices_(choices), only_(only) {}

  Settings run() {
    using namespace std::chrono_literals;
    settings_ = support::two_step_job();
    settings_.inputs.clear();
    settings_.job.operators.clear();
    settings_.deployment.protocol = "basic";
    settings_.environment.deploy_time = {model::Delay{100, 200}, model::Delay{100, 200}};
    settings_.environment.status_lag = {0, 50};
    settings_.environment.open_time = {0, 20};
    const std::uint32_t sources = 1 + choose(3);
    for (std::uint32_t i = 0; i < sources; ++i) {
      add_source();
    }
    const std::uint32_t more = only_ ? 1 : choose(9);
    for (std::uint32_t i = 0; i < more; ++i) {
      add_operator();
    }
    add_sinks();
    const std::uint32_t kills = choose(3);
    for (std::uint32_t i = 0; i < kills; ++i) {
      settings_.timeline.push_back(support::kill_job_at(sim::milliseconds{200 + choose(4'000)}));
    }
    return settings_;
  }

 private:
  // What the reference has to know of an operator's output.
  struct Stream {
    std::string id;
    std::uint32_t parallelism = 1;
    std::set<std::string> of;  // whose results come out of it
    bool is_ordered = true;    // within a lane, for keys as they are
    bool was_hashed = false;
    bool is_used = false;
    std::uint64_t most = 0;  // records that come out, at the most
  };

  std::uint32_t choose(std::uint32_t count) {
    return choices_.choose(sim::ChoiceId{}, occurrence_++, count);
  }
  model::EventSpan span(std::uint32_t least, std::uint32_t most) {
    return model::EventSpan{sim::milliseconds{least + choose(most - least + 1)}};
  }

  void add_source() {
    model::InputSettings input = support::two_step_job().inputs.front();
    const std::string number = std::to_string(settings_.inputs.size());
    input.name = "in" + number;
    input.records = 3 + choose(25);
    input.partitions = 1 + choose(3);
    input.keys = 1 + choose(4);
    input.rate = {1 + choose(20), 1'000};
    input.event_step = span(10, 300);
    input.event_start = input.event_start + span(0, 700);
    input.out_of_order = {{3, choose(3)}, span(0, 300)};
    OperatorSettings source;
    source.id = "s" + number;
    source.kind = OperatorKind::kSource;
    source.reads = input.name;
    source.parallelism = 1 + choose(std::min(input.partitions, 2U));  // a split each, or no clock
    source.out_of_orderness = input.out_of_order.by;
    settings_.inputs.push_back(input);
    settings_.job.operators.push_back(source);
    streams_.push_back(
        Stream{source.id, source.parallelism, {source.id}, true, false, false, input.records});
  }

  void add_operator() {
    constexpr std::array kKinds{OperatorKind::kMap,          OperatorKind::kFilter,
                                OperatorKind::kFlatMap,      OperatorKind::kReKey,
                                OperatorKind::kKeyedProcess, OperatorKind::kWindow,
                                OperatorKind::kWindowJoin,   OperatorKind::kIntervalJoin,
                                OperatorKind::kCoMap,        OperatorKind::kLookUp};
    reads_.clear();
    OperatorSettings op;
    op.kind = only_.value_or(kKinds.at(choose(kKinds.size())));
    op.id = "o" + std::to_string(streams_.size());
    op.parallelism = 1 + choose(3);
    op.keep = {2, choose(2)};
    op.copies = op.kind == OperatorKind::kFlatMap ? 1 + choose(3) : 1;
    op.keys = 1 + choose(4);
    op.latency = model::Delay{1, 1 + choose(50)};
    draw_window(op.window);
    op.before = span(0, 400);
    op.after = span(0, 400);
    Stream out{op.id, op.parallelism, {}, true, false, false, 0};
    const bool is_union = op.kind == OperatorKind::kMap && choose(3) == 2;
    const std::uint32_t inputs = has_two_inputs(op.kind) || is_union ? 2 : 1;
    for (std::uint32_t i = 0; i < inputs; ++i) {
      if (!connect(op, out)) {
        return;
      }
    }
    if (out.most > kMostResults) {
      return;
    }
    out.is_ordered &= inputs == 1;  // two of one lane may meet
    if (op.kind == OperatorKind::kKeyedProcess && !out.is_ordered) {
      op.kind = OperatorKind::kWindow;
    }
    if (makes_rows(op.kind)) {
      out.of = {op.id};
    }
    if (is_pairs(op.kind)) {
      out.is_ordered = false;
    } else if (op.kind == OperatorKind::kWindow) {
      out.is_ordered = true;
      out.was_hashed = false;
    } else if (op.kind == OperatorKind::kReKey && out.was_hashed) {
      out.is_ordered = false;
    }
    for (const std::ptrdiff_t from : reads_) {
      streams_[static_cast<std::size_t>(from)].is_used = true;
    }
    settings_.job.operators.push_back(op);
    streams_.push_back(out);
  }
  static bool is_pairs(OperatorKind kind) {
    return kind == OperatorKind::kWindowJoin || kind == OperatorKind::kIntervalJoin;
  }

  void draw_window(model::WindowSettings& window) {
    window.type = static_cast<model::WindowType>(choose(3));
    window.size = span(50, 1'500);
    window.slide = span(50, 50 + static_cast<std::uint32_t>(window.size.ms()));
    window.slide = std::min(window.slide, window.size);
    window.gap = span(20, 600);
    window.offset = model::EventSpan{sim::milliseconds{choose(100)}};
    window.allowed_lateness = span(0, 300);
  }

  // None of whose results would come twice.
  bool connect(OperatorSettings& op, Stream& out) {
    Stream& from = streams_.at(choose(static_cast<std::uint32_t>(streams_.size())));
    const bool is_join = is_pairs(op.kind);
    const bool meets = std::any_of(from.of.begin(), from.of.end(),
                                   [&](const std::string& id) { return out.of.contains(id); });
    if (meets && !is_join) {
      return false;
    }
    const std::uint64_t windows =
        op.window.type == model::WindowType::kSliding && op.kind != OperatorKind::kIntervalJoin
            ? static_cast<std::uint64_t>(op.window.size.ms() / op.window.slide.ms()) + 1
            : 1;
    const bool has_windows = op.kind == OperatorKind::kWindow || is_join;
    const std::uint64_t more = from.most * op.copies * (has_windows ? windows : 1);
    out.most = is_join && out.most != 0 ? out.most * from.most : out.most + more;
    out.of.insert(from.of.begin(), from.of.end());
    model::Connection connection;
    connection.from = from.id;
    const bool is_hashed = is_keyed(op.kind) || choose(3) == 1;
    if (is_hashed) {
      connection.ship = model::Ship::kHash;
    } else if (from.parallelism != op.parallelism || choose(4) == 3) {
      connection.ship = model::Ship::kRebalance;
      out.is_ordered = false;
    }
    out.is_ordered &= from.is_ordered;
    out.was_hashed |= from.was_hashed || is_hashed;
    op.inputs.push_back(connection);
    reads_.push_back(&from - streams_.data());
    return true;
  }

  // Everything leads to one.
  void add_sinks() {
    const std::uint32_t sinks = 1 + choose(3);
    std::vector<OperatorSettings> all(sinks);
    for (std::uint32_t i = 0; i < sinks; ++i) {
      all[i].id = "sink" + std::to_string(i);
      all[i].kind = OperatorKind::kSink;
      all[i].parallelism = 1 + choose(2);
    }
    const auto add = [&](OperatorSettings& sink, const Stream& from) {
      sink.inputs.push_back({from.id, model::Ship::kRebalance, false});
    };
    for (const Stream& stream : streams_) {
      if (!stream.is_used || choose(4) == 3) {
        add(all[choose(sinks)], stream);
      }
    }
    for (OperatorSettings& sink : all) {
      if (!sink.inputs.empty()) {
        settings_.job.operators.push_back(sink);
      }
    }
  }

  static constexpr std::uint64_t kMostResults = 2'000;

  sim::ChoiceSource& choices_;
  std::optional<OperatorKind> only_;
  std::uint64_t occurrence_ = 0;
  Settings settings_;
  std::vector<Stream> streams_;
  std::vector<std::ptrdiff_t> reads_;  // what the operator being drawn reads
};

constexpr std::array kMakers{OperatorKind::kFlatMap,     OperatorKind::kReKey,
                             OperatorKind::kLookUp,      OperatorKind::kKeyedProcess,
                             OperatorKind::kWindow,      OperatorKind::kWindowJoin,
                             OperatorKind::kIntervalJoin};

struct ShapesSeen {
  std::uint64_t runs = 0;
  std::uint64_t with_failures = 0;
  std::uint64_t results = 0;
  std::map<OperatorKind, std::uint64_t> kinds;
};

// Sinks and their edges, in the order in which a plan numbers them.
std::map<std::string, std::uint32_t> first_inputs(const model::Plan& plan) {
  std::map<std::string, std::uint32_t> first;
  const model::JobPlan& job = plan.job();
  for (std::size_t i = 0; i < job.ops.size(); ++i) {
    if (job.ops[i].kind == model::NodeKind::kSink) {
      first[job.op_ids[i]] = job.ops[i].sink_input;
    }
  }
  return first;
}

std::string described(const Settings& settings) {
  std::string text;
  for (const OperatorSettings& op : settings.job.operators) {
    text += op.id + " kind " + std::to_string(static_cast<int>(op.kind)) + " x" +
            std::to_string(op.parallelism) + " copies " + std::to_string(op.copies) + " keys " +
            std::to_string(op.keys) + " window " +
            std::to_string(static_cast<int>(op.window.type)) + " size " +
            std::to_string(op.window.size.ms()) + " slide " + std::to_string(op.window.slide.ms()) +
            " gap " + std::to_string(op.window.gap.ms()) + " before " +
            std::to_string(op.before.ms()) + " after " + std::to_string(op.after.ms()) + " <-";
    for (const model::Connection& input : op.inputs) {
      text += " " + input.from;
    }
    text += "\n";
  }
  return text;
}

void check_shape(const Settings& settings, std::uint64_t seed, ShapesSeen& seen) {
  const model::Plan plan{settings};
  scenarios::Decisions decisions;
  decisions.from = scenarios::Decisions::Seed{seed};
  const scenarios::Simulated run =
      scenarios::simulate(plan, decisions, sim::Budget{}, scenarios::Recording::kOff);
  RC_ASSERT(run.end.because == sim::Ending::kSettled);
  const std::uint32_t inputs = plan.job().sink_inputs;
  std::vector<std::vector<std::string>> committed(inputs);
  Texts texts{plan, run.world.rows()};
  const std::vector<model::Output>& outputs = run.ledger.outputs();
  for (std::uint32_t i = 0; i < plan.job().records * inputs; ++i) {
    for (int times = 0; times < outputs[i].commits_in_all(); ++times) {
      committed[i % inputs].push_back(texts.of(i / inputs));
    }
  }
  for (const model::Ledger::Shown& shown : run.ledger.shown_rows()) {
    committed[shown.output % inputs].push_back(texts.of(shown.item));
  }
  Reference reference{settings};
  const std::map<std::string, std::uint32_t> first = first_inputs(plan);
  for (const OperatorSettings& op : settings.job.operators) {
    ++seen.kinds[op.kind];
    for (std::uint32_t edge = 0; op.kind == OperatorKind::kSink && edge < op.inputs.size();
         ++edge) {
      std::vector<std::string>& got = committed[first.at(op.id) + edge];
      std::sort(got.begin(), got.end());
      RC_LOG() << op.id << " edge " << edge;
      RC_ASSERT(got == reference.at(op.inputs[edge].from));
      seen.results += got.size();
    }
  }
  ++seen.runs;
  seen.with_failures += settings.timeline.empty() ? 0U : 1U;
}

void run_many(std::uint64_t rounds, std::optional<OperatorKind> only, ShapesSeen& seen) {
  for (std::uint64_t round = 1; round <= rounds; ++round) {
    REQUIRE(rc::check("what is committed is what the reference says", [&] {
      constexpr double kLonger = 8;
      const std::vector<std::uint32_t> list = *rc::gen::scale(
          kLonger,
          rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, 8)));
      const std::vector<std::uint32_t> answered = support::answers(list, round);
      support::ListedChoices choices{answered};
      const Settings drawn = ShapeDraw{choices, only}.run();
      RC_LOG() << "seed " << round << "\n" << described(drawn);
      check_shape(drawn, round, seen);
    }));
  }
}

void check_shapes(std::uint64_t rounds) {
  ShapesSeen seen;
  run_many(rounds, std::nullopt, seen);
  UNSCOPED_INFO(seen.runs << " runs, " << seen.with_failures << " with failures, " << seen.results
                          << " results");
  CHECK(seen.with_failures > seen.runs / 10);
  CHECK(seen.results > 20 * seen.runs);
  for (const OperatorKind kind : kMakers) {
    INFO(static_cast<int>(kind));
    CHECK(seen.kinds[kind] > seen.runs / 20);
  }
}

TEST_CASE("without a transition each operator commits what it means by itself (rt:L1 rt:L5)") {
  for (const OperatorKind kind : kMakers) {
    INFO(static_cast<int>(kind));
    ShapesSeen seen;
    run_many(3, kind, seen);
    CHECK(seen.results > 10 * seen.runs);
    CHECK(seen.kinds[kind] > seen.runs / 2);
  }
}

TEST_CASE("without a transition a job of any shape commits what its operators mean (rt:L4 rt:L9)") {
  check_shapes(support::drawn_at_most(10));
}

TEST_CASE("without a transition 100000 jobs of any shape commit what operators mean", "[slow]") {
  check_shapes(1'000);
}

}  // namespace
