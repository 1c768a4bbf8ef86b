// Every list of choices, one after another, depth first: the first question asked changes last.
//
//   ExhaustiveChoices choices{longest};
//   do { run(choices); } while (choices.advance());
//
// Later questions may depend on earlier answers. REQUIRES: the same answers lead to the same
// questions; anything else is a bug of the model and stops with sim::Bug.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/choice.hpp"
#include "sim/choice_recorded.hpp"

namespace sim {

class ExhaustiveChoices final : public ChoiceSource {
 public:
  // Lists of at most `longest` choices. A question past that is answered 0, and the list counts as
  // cut.
  explicit ExhaustiveChoices(std::size_t longest) : longest_(longest) {}

  std::uint32_t choose(ChoiceId what, std::uint64_t occurrence, std::uint32_t count) override;

  // Moves to the next list; false once all have been played. REQUIRES: the current list was played
  // to its end.
  bool advance();

  // What has been answered in the current list so far.
  [[nodiscard]] std::span<const TakenChoice> taken() const { return {list_.data(), asked_}; }
  // Whether any list so far was cut: if so, not every run was seen.
  [[nodiscard]] bool was_cut() const { return cut_; }

 private:
  std::size_t longest_;
  std::vector<TakenChoice> list_;  // the current list, as far as it is fixed
  std::size_t asked_ = 0;
  bool cut_ = false;
};

}  // namespace sim
