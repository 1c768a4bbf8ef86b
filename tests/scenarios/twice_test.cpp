// `check --twice`: ten ways in which a program can come to depend on something else than its
// inputs, each let into one kind of decision, and each found and located.
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "model/plan.hpp"
#include "scenarios/check/campaign.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using Disturbance = std::function<std::uint32_t()>;

// Adds what it should not know to one kind of answer.
class Disturbed final : public sim::ChoiceSource {
 public:
  Disturbed(sim::ChoiceSource& source, const Disturbance& disturbance)
      : source_(source), disturbance_(disturbance) {}

  std::uint32_t choose(sim::ChoiceId what, std::uint64_t occurrence, std::uint32_t count) override {
    const std::uint32_t answer = source_.choose(what, occurrence, count);
    return what.kind == static_cast<std::uint16_t>(model::ChoiceKind::kInformerLag)
               ? (answer + (disturbance_() % 16)) % count
               : answer;
  }

 private:
  sim::ChoiceSource& source_;
  const Disturbance& disturbance_;
};

std::optional<scenarios::Unsteady> found_with(const Disturbance& disturbance) {
  const scenarios::Scenario scenario = support::load("handover/smallest.json");
  const scenarios::Decisions::Wrap wrap = [&](sim::ChoiceSource& source) {
    return std::make_unique<Disturbed>(source, disturbance);
  };
  scenarios::Subject subject;
  subject.file = &scenario;
  subject.wrap = &wrap;
  scenarios::Campaign campaign{subject, scenarios::CampaignOptions{1, 128, 1, true}};
  campaign.round();
  return campaign.state().unsteady;
}

std::uint32_t low_bits(const void* address) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(address) >> 4);
}

// Memory that is never given back, so that no address comes again.
std::vector<std::unique_ptr<int>>& hoard() {
  static std::vector<std::unique_ptr<int>> all;
  return all;
}

struct Kind {
  const char* name;
  Disturbance disturbance;
};

std::vector<Kind> kinds() {
  static std::uint32_t calls = 0;
  static std::atomic<std::uint32_t> spinning{0};
  static std::unordered_map<const int*, std::uint32_t> by_address;
  static std::set<const int*> ordered;
  static std::vector<std::uint32_t> memo;
  return {
      {"the wall clock",
       [] {
         return static_cast<std::uint32_t>(
             std::chrono::steady_clock::now().time_since_epoch().count() / 64);
       }},
      {"processor time", [] { return static_cast<std::uint32_t>(std::clock()); }},
      {"an address on the heap",
       [] {
         hoard().push_back(std::make_unique<int>(1));
         return low_bits(hoard().back().get());
       }},
      {"the order of an unordered map",
       [] {
         hoard().push_back(std::make_unique<int>(1));
         by_address.emplace(hoard().back().get(), ++calls);
         return by_address.begin()->second;
       }},
      {"the order of a set of pointers",
       [] {
         hoard().push_back(std::make_unique<int>(static_cast<int>(++calls)));
         ordered.insert(hoard().back().get());
         return static_cast<std::uint32_t>(**ordered.rbegin());
       }},
      {"memory that is read before it is written",
       [] {
         // What an earlier owner left: written here, as a sanitizer takes the real thing amiss.
         static unsigned char recycled[64];
         std::uint32_t value = 0;
         std::memcpy(&value, recycled, sizeof value);
         ++recycled[0];
         return value;
       }},
      {"random_device", [] { return static_cast<std::uint32_t>(std::random_device{}()); }},
      {"state that outlives a run", [] { return ++calls; }},
      {"a memo that is filled in the first run",
       [] {
         memo.push_back(static_cast<std::uint32_t>(memo.size()));
         return memo.size() < 40 ? memo.back() : 7;
       }},
      {"another thread",
       [] {
         std::jthread other{[] { spinning += static_cast<std::uint32_t>(std::rand()); }};
         return spinning.load() + static_cast<std::uint32_t>(std::rand());
       }},
  };
}

TEST_CASE("ten kinds of nondeterminism are each found and located by running twice") {
  const std::vector<Kind> all = kinds();
  REQUIRE(all.size() == 10);
  for (const Kind& kind : all) {
    INFO(kind.name);
    const std::optional<scenarios::Unsteady> unsteady = found_with(kind.disturbance);
    REQUIRE(unsteady);
    CHECK_FALSE(unsteady->where.empty());
  }
}

TEST_CASE("nothing is found where a run depends on its inputs alone") {
  CHECK_FALSE(found_with([] { return 0U; }));
  CHECK_FALSE(found_with([] { return 5U; }));
}

}  // namespace
