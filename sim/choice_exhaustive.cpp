#include "sim/choice_exhaustive.hpp"

#include "sim/check.hpp"

namespace sim {

std::uint32_t ExhaustiveChoices::choose(ChoiceId what, std::uint64_t occurrence,
                                        std::uint32_t count) {
  SIM_CHECK(count >= 1, "a choice without alternatives");
  if (asked_ == longest_) {
    cut_ = cut_ || count > 1;
    return 0;
  }
  if (asked_ == list_.size()) {
    list_.push_back(TakenChoice{what, occurrence, count, 0});
  }
  const TakenChoice& fixed = list_[asked_];
  SIM_CHECK((fixed == TakenChoice{what, occurrence, count, fixed.chosen}),
            "the same choices led to another question, at", static_cast<std::int64_t>(asked_));
  ++asked_;
  return fixed.chosen;
}

bool ExhaustiveChoices::advance() {
  SIM_CHECK(asked_ == list_.size(), "the current list has not been played to its end");
  asked_ = 0;
  while (!list_.empty()) {
    TakenChoice& last = list_.back();
    if (last.chosen + 1 < last.count) {
      ++last.chosen;
      return true;
    }
    list_.pop_back();
  }
  return false;
}

}  // namespace sim
