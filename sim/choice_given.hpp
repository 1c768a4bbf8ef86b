// Choices given by name: those on the list are taken as it says, all others take alternative 0.
//
// A name is the kind, the hash of the actor's name, and the occurrence, so a list outlives changes
// of the model that leave the names alone. A name that stands on the list several times gives its
// answers in that order, and the last one from then on. What no longer fits is remembered: an
// answer that is out of range, and entries that nobody asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/choice.hpp"
#include "sim/choice_recorded.hpp"

namespace sim {

// One decision, named apart from any plan.
struct GivenChoice {
  std::uint16_t kind = 0;
  std::uint64_t actor = 0;  // hash of its name
  std::uint64_t occurrence = 0;
  std::uint32_t chosen = 0;

  [[nodiscard]] bool has_name_of(const GivenChoice& b) const {
    return kind == b.kind && actor == b.actor && occurrence == b.occurrence;
  }
  friend constexpr bool operator==(const GivenChoice&, const GivenChoice&) = default;
};

class GivenChoices final : public ChoiceSource {
 public:
  struct Misfit {
    std::size_t entry = 0;    // of the list
    std::uint32_t count = 0;  // how many alternatives there were
  };

  // `actor_names[a]` is the name hash of actor a. Both must outlive this object.
  GivenChoices(std::span<const GivenChoice> list, std::span<const std::uint64_t> actor_names);

  std::uint32_t choose(ChoiceId what, std::uint64_t occurrence, std::uint32_t count) override;

  // The first answer that was out of range; alternative 0 was taken in its place.
  [[nodiscard]] const std::optional<Misfit>& misfit() const { return misfit_; }
  // The first entry, in the order of the list, that nobody asked for.
  [[nodiscard]] std::optional<std::size_t> unasked() const;
  // Entry by entry: whether somebody asked for it.
  [[nodiscard]] const std::vector<bool>& asked() const { return asked_; }

 private:
  static constexpr std::uint32_t kEmpty = UINT32_MAX;
  [[nodiscard]] std::size_t place_of(const GivenChoice& name) const;

  std::span<const GivenChoice> list_;
  std::span<const std::uint64_t> actor_names_;
  std::vector<std::uint32_t> table_;  // open addressing: where each name stands next in the list
  std::vector<std::uint32_t> again_;  // entry by entry: the next one of its name; kEmpty: none
  std::vector<bool> asked_;
  std::optional<Misfit> misfit_;
};

// The recorded answers that are not 0, each name once, in the order they were first given.
std::vector<GivenChoice> eventful(std::span<const TakenChoice> taken,
                                  std::span<const std::uint64_t> actor_names);

}  // namespace sim
