// Bytes from outside: the reader returns, whatever it is given, and has words for all that is
// wrong.
//
// For libFuzzer: clang++ -fsanitize=fuzzer,address,undefined -DREADER_FUZZ_LIBFUZZER. Without that
// macro, a program that cuts and corrupts valid scenarios, always in the same way: at every byte,
// or at every Nth where it is given N.
// Input: a first line that begins with / is the text of a --set, one that begins with + that of a
// --mutation, and the rest the file.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "scenarios/reader/scenario.hpp"
#include "sim/random.hpp"
#include "tests/scenarios/examples.hpp"

namespace {

void check(bool condition, const char* text) {
  if (!condition) {
    std::fprintf(stderr, "reader_fuzz: %s\n", text);
    std::abort();
  }
}

bool is_one_printable_line(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20U) {
      return false;
    }
  }
  return !text.empty();
}

void feed(std::string_view text, const scenarios::Overrides& overrides) {
  const scenarios::ReadResult result = scenarios::read_scenario("fuzz.json", text, overrides);
  check(result.scenario.has_value() == (result.problems.empty() && result.usage_problems.empty()),
        "a scenario is there if and only if nothing is wrong");
  for (const scenarios::Problem& problem : result.problems) {
    check(!problem.text.empty(), "a problem without a text");
    check(is_one_printable_line(to_string(problem)), "a problem that is not one printable line");
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer asks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Bytes are chars to the reader.
  const std::string_view input(reinterpret_cast<const char*>(data), size);  // NOLINT
  const std::size_t line = input.find('\n');
  scenarios::Overrides overrides;
  if (line != std::string_view::npos && input.starts_with('/')) {
    overrides.sets.emplace_back(input.substr(0, line));
    overrides.protocol = "basic";
  } else if (line != std::string_view::npos && input.starts_with('+')) {
    overrides.mutations.emplace_back(input.substr(1, line - 1));
  } else {
    feed(input, {});
    return 0;
  }
  feed(input.substr(line + 1), overrides);
  feed(scenarios::kEveryKeyScenario, overrides);
  return 0;
}

#ifndef READER_FUZZ_LIBFUZZER
namespace {

void feed_bytes(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()),
                         text.size());  // NOLINT
}

// Cut at every byte; every byte replaced, removed, doubled; stretches moved. Of each `stride` bytes
// one.
std::size_t corrupt(std::string_view valid, std::uint64_t seed, std::size_t stride) {
  constexpr std::string_view kTelling = "{}[]\",:/*0-9.eE\\ntu~\xFF\x80";
  sim::SplitMix64 random(seed);
  std::size_t inputs = 0;
  const std::string whole(valid);
  for (std::size_t at = 0; at < whole.size(); at += stride) {
    feed_bytes(whole.substr(0, at));
    std::string changed = whole;
    const std::uint32_t pick =
        sim::below(random.next(), static_cast<std::uint32_t>(kTelling.size()));
    changed[at] = kTelling[pick];
    feed_bytes(changed);
    changed = whole;
    changed[at] = static_cast<char>(sim::below(random.next(), 256));
    feed_bytes(changed);
    changed = whole;
    changed.erase(at, 1 + sim::below(random.next(), 8));
    feed_bytes(changed);
    changed = whole;
    const std::size_t from = sim::below(random.next(), static_cast<std::uint32_t>(whole.size()));
    changed.insert(at, whole.substr(from, 1 + sim::below(random.next(), 40)));
    feed_bytes(changed);
    inputs += 5;
  }
  return inputs;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t stride = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1;
  check(stride > 0, "expected a number above 0");
  const auto corrupted = [&](std::string_view valid, std::uint64_t seed) {
    return corrupt(valid, seed, stride);
  };
  std::size_t inputs = corrupted(scenarios::kUsualScenario, 1);
  inputs += corrupted(scenarios::kEveryKeyScenario, 2);
  inputs += corrupted("/deployment/protocol=basic\n" + std::string(scenarios::kUsualScenario), 3);
  inputs += corrupted("/timeline/-={\"at\":\"1 h\",\"do\":\"change_spec\"}\n{}", 4);
  inputs += corrupted(
      "/environment/faults/-={\"between\":[\"1 s\",\"2 "
      "s\"],\"do\":\"freeze_informer\",\"of\":\"gate\","
      "\"job\":\"BLUE\",\"subtask\":0,\"for\":\"1 s\"}\n{}",
      5);
  inputs += corrupted("+p2:R2.4\n{\"mutations\":[\"p2:R2.3/retry\",\"op:H7\"]}", 6);
  inputs += corrupted(scenarios::kExploredScenario, 7);
  std::printf("reader_fuzz: %zu inputs\n", inputs);
}
#endif
