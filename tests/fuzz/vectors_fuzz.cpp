// Bytes from outside: a vector file is checked, whatever is in it, and has words for all that is
// wrong.
//
// For libFuzzer: clang++ -fsanitize=fuzzer,address,undefined -DVECTORS_FUZZ_LIBFUZZER. Without that
// macro, a program that cuts and corrupts generated cases at every byte, always in the same way.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "model/protocol.hpp"
#include "scenarios/vectors/check.hpp"
#include "scenarios/vectors/generate.hpp"
#include "scenarios/vectors/write_case.hpp"
#include "sim/random.hpp"

namespace {

namespace vectors = scenarios::vectors;

void check(bool condition, const char* text) {
  if (!condition) {
    std::fprintf(stderr, "vectors_fuzz: %s\n", text);
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

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer asks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Bytes are chars to the reader.
  std::istringstream lines{std::string(reinterpret_cast<const char*>(data), size)};  // NOLINT
  std::size_t disagreements = 0;
  std::size_t problems = 0;
  const vectors::Counts counts = vectors::check(
      "fuzz.jsonl", lines, {}, [&](vectors::FindingKind kind, const std::string& text) {
        check(is_one_printable_line(text), "a finding that is not one printable line");
        ++(kind == vectors::FindingKind::kProblem ? problems : disagreements);
      });
  check(counts.agree + counts.disagree + counts.unreadable == counts.cases, "a line uncounted");
  check(counts.disagree == disagreements, "a disagreement without a text");
  check(counts.problems == problems, "a problem without a text");
  check(counts.unreadable <= problems, "an unreadable line without a problem");
  return 0;
}

#ifndef VECTORS_FUZZ_LIBFUZZER
namespace {

void feed_bytes(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()),  // NOLINT
                         text.size());
}

// Cut at every byte; every byte replaced, removed; stretches moved.
std::size_t corrupt(const std::string& whole, std::uint64_t seed) {
  constexpr std::string_view kTelling = "{}[]\",:/*0-9.eE\\ntu~\n\xFF\x80";
  sim::SplitMix64 random(seed);
  const auto pick = [&](std::size_t count) {
    return sim::below(random.next(), static_cast<std::uint32_t>(count));
  };
  std::size_t inputs = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    feed_bytes(whole.substr(0, at));
    std::string changed = whole;
    changed[at] = kTelling[pick(kTelling.size())];
    feed_bytes(changed);
    changed = whole;
    changed.erase(at, 1 + pick(8));
    feed_bytes(changed);
    changed = whole;
    const std::size_t from = pick(whole.size());
    changed.insert(at, whole.substr(from, 1 + pick(40)));
    feed_bytes(changed);
    inputs += 4;
  }
  return inputs;
}

}  // namespace

int main() {
  std::size_t inputs = 0;
  for (const model::Protocol& protocol : model::protocols()) {
    if (protocol.has_gate) {
      const std::string line = vectors::write_case(vectors::generate_case(protocol, 1, 1));
      inputs += corrupt(line, 1);
    }
  }
  std::printf("vectors_fuzz: %zu inputs\n", inputs);
}
#endif
