// Scenarios drawn from the files of scenarios/random/.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/random/draw.hpp"
#include "scenarios/scenario.hpp"
#include "sim/choice_seeded.hpp"
#include "sim/random.hpp"

namespace support {

// Below scenarios/, in the order of their names.
inline std::vector<std::string> random_files() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator{std::string{HARNESS_ROOT} + "/scenarios/random"}) {
    if (entry.path().extension() == ".json") {
      names.push_back("random/" + entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline scenarios::Scenario draw(const scenarios::Scenario& file, std::uint64_t seed) {
  sim::SeededChoices choices{seed, {}};
  return scenarios::draw_scenario(file, choices);
}

// Where a list has 0 the plain alternative is taken, elsewhere any, depending on the round. So a
// list shrinks in a few steps.
inline std::vector<std::uint32_t> answers(const std::vector<std::uint32_t>& list,
                                          std::uint64_t round) {
  std::vector<std::uint32_t> all;
  for (const std::uint32_t number : list) {
    const std::uint64_t name = round << 40 | std::uint64_t{all.size()} << 8 | number;
    all.push_back(number == 0 ? 0 : static_cast<std::uint32_t>(sim::mix64(name)));
  }
  return all;
}

// Answers with the numbers of a list, then with 0.
class ListedChoices final : public sim::ChoiceSource {
 public:
  explicit ListedChoices(const std::vector<std::uint32_t>& list) : list_(&list) {}
  std::uint32_t choose(sim::ChoiceId /*what*/, std::uint64_t /*occurrence*/,
                       std::uint32_t count) override {
    return next_ < list_->size() ? (*list_)[next_++] % count : 0;
  }

 private:
  const std::vector<std::uint32_t>* list_;
  std::size_t next_ = 0;
};

}  // namespace support
