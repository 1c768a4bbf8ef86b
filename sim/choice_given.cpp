#include "sim/choice_given.hpp"

#include <algorithm>
#include <bit>

#include "sim/random.hpp"

namespace sim {

namespace {

std::uint64_t hash_of(const GivenChoice& name) {
  return draw(name.actor, name.kind, name.occurrence);
}

std::uint64_t name_of(std::span<const std::uint64_t> actor_names, std::uint32_t actor) {
  return actor < actor_names.size() ? actor_names[actor] : mix64(actor);
}

}  // namespace

GivenChoices::GivenChoices(std::span<const GivenChoice> list,
                           std::span<const std::uint64_t> actor_names)
    : list_(list),
      actor_names_(actor_names),
      table_(std::bit_ceil((2 * list.size()) + 1), kEmpty),
      again_(list.size(), kEmpty),
      asked_(list.size(), false) {
  for (auto i = static_cast<std::uint32_t>(list.size()); i-- > 0;) {
    std::uint32_t& first = table_[place_of(list[i])];
    again_[i] = first;
    first = i;
  }
}

// Where the name is, or where it would be put.
std::size_t GivenChoices::place_of(const GivenChoice& name) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t place = hash_of(name) & mask;
  while (table_[place] != kEmpty && !list_[table_[place]].has_name_of(name)) {
    place = (place + 1) & mask;
  }
  return place;
}

std::uint32_t GivenChoices::choose(ChoiceId what, std::uint64_t occurrence, std::uint32_t count) {
  const GivenChoice name{what.kind, sim::name_of(actor_names_, what.actor), occurrence, 0};
  std::uint32_t& next = table_[place_of(name)];
  const std::uint32_t entry = next;
  if (entry == kEmpty) {
    return 0;
  }
  asked_[entry] = true;
  next = again_[entry] == kEmpty ? entry : again_[entry];
  if (list_[entry].chosen < count) {
    return list_[entry].chosen;
  }
  misfit_ = misfit_ ? misfit_ : Misfit{entry, count};
  return 0;
}

std::optional<std::size_t> GivenChoices::unasked() const {
  const auto first = std::find(asked_.begin(), asked_.end(), false);
  return first == asked_.end() ? std::nullopt
                               : std::optional{static_cast<std::size_t>(first - asked_.begin())};
}

std::vector<GivenChoice> eventful(std::span<const TakenChoice> taken,
                                  std::span<const std::uint64_t> actor_names) {
  std::vector<GivenChoice> all;
  for (const TakenChoice& choice : taken) {
    if (choice.chosen != 0) {
      all.push_back(GivenChoice{choice.what.kind, name_of(actor_names, choice.what.actor),
                                choice.occurrence, choice.chosen});
    }
  }
  // A name that came up twice keeps the first of its answers.
  std::vector<std::uint32_t> order(all.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return hash_of(all[a]) < hash_of(all[b]);
  });
  std::vector<bool> again(all.size(), false);
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1;
         j < order.size() && hash_of(all[order[j]]) == hash_of(all[order[i]]); ++j) {
      again[order[j]] = again[order[j]] || all[order[j]].has_name_of(all[order[i]]);
    }
  }
  std::vector<GivenChoice> once;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!again[i]) {
      once.push_back(all[i]);
    }
  }
  return once;
}

}  // namespace sim
