#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/plan.hpp"
#include "scenarios/reader/counterexample.hpp"
#include "scenarios/reader/values.hpp"
#include "sim/random.hpp"

namespace scenarios {
namespace {

// The names of a plan: as hashes to look them up, as texts once one is wrong.
class Names {
 public:
  explicit Names(const model::Plan& plan)
      : plan_(&plan), hashes_(plan.slot_names().begin(), plan.slot_names().end()) {
    std::sort(hashes_.begin(), hashes_.end());
  }

  [[nodiscard]] bool has(std::string_view name) const {
    return std::binary_search(hashes_.begin(), hashes_.end(), sim::name_hash(name));
  }
  // Empty where there are too many to compare each with a wrong one.
  [[nodiscard]] std::string meant_by(std::string_view wrong) {
    constexpr std::size_t kFewEnough = 2'000;
    if (names_.empty() && hashes_.size() <= kFewEnough) {
      for (std::uint32_t slot = 0; slot < plan_->slots().size(); ++slot) {
        names_.push_back(plan_->name_of(sim::Slot{slot}));
      }
    }
    const std::vector<std::string_view> candidates{names_.begin(), names_.end()};
    return suggestion(wrong, candidates);
  }

 private:
  const model::Plan* plan_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::string> names_;
};

}  // namespace

void read_choices(const Value& value, std::optional<std::vector<NamedChoice>>& choices) {
  choices.emplace();
  value.each_item([&](const Value& item) {
    NamedChoice choice;
    const std::size_t before = item.problems().count();
    read_object(item, find_shape("named_choice"),
                {into("what", choice.what), into("who", choice.who), into("of", choice.of),
                 into("is", choice.is)});
    if (item.problems().count() != before) {
      return;
    }
    choices->push_back(std::move(choice));
  });
}

void read_found(const Value& value, std::optional<Found>& found) {
  Found& into_it = found.emplace();
  const auto read_fingerprint = [&](const Value& v) {
    std::string digits;
    if (v.to_name(digits, is_fingerprint, "16 digits such as \"9f10b921c0ffee00\"")) {
      std::from_chars(digits.data(), digits.data() + digits.size(), into_it.fingerprint, 16);
    }
  };
  const auto read_steps = [&](const Value& v) {
    v.each_item([&](const Value& item) { item.to(into_it.steps.emplace_back()); });
  };
  read_object(value, find_shape("counterexample"),
              {into("property", into_it.property),
               {"fingerprint", read_fingerprint},
               {"steps", read_steps}});
}

void check_choices(const Scenario& scenario, const Document& document) {
  if (!scenario.choices || scenario.choices->empty()) {
    return;
  }
  const model::Plan plan{scenario.settings};
  Names names{plan};
  for (std::size_t i = 0; i < scenario.choices->size(); ++i) {
    const std::string& who = (*scenario.choices)[i].who;
    if (!names.has(who)) {
      document.complain({"choices", std::to_string(i), "who"},
                        "expected somebody of this scenario who decides, found " + in_quotes(who) +
                            names.meant_by(who));
    }
  }
}

}  // namespace scenarios
