#include "sim/choice_recorded.hpp"

namespace sim {

std::uint32_t ReplayChoices::choose(ChoiceId what, std::uint64_t occurrence, std::uint32_t count) {
  if (misfit_) {
    return 0;
  }
  const TakenChoice asked{what, occurrence, count, 0};
  if (next_ == list_.size()) {
    misfit_ = Misfit{next_, asked, std::nullopt};
    return 0;
  }
  const TakenChoice& record = list_[next_];
  if (record.what != what || record.occurrence != occurrence || record.chosen >= count) {
    misfit_ = Misfit{next_, asked, record};
    return 0;
  }
  ++next_;
  return record.chosen;
}

}  // namespace sim
