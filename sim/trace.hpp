// What happened in a run: a fingerprint always, the events themselves only when somebody asked for
// them.
//
// The hot path folds each note into a digest of a few instructions; no text is built here. Text is
// made afterwards, by running again with `keep` on: determinism gives it for free.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/random.hpp"
#include "sim/time.hpp"

namespace sim {

// One thing that happened. What `what`, `a` and `b` mean is the model's.
struct Note {
  Due at;
  std::uint16_t what = 0;
  std::uint16_t detail = 0;
  std::uint32_t actor = 0;
  std::int64_t a = 0;
  std::int64_t b = 0;
};

class Trace {
 public:
  void add(const Note& note) {
    const std::uint64_t head = static_cast<std::uint64_t>(note.at.ms) << 32 |
                               static_cast<std::uint64_t>(note.what) << 16 | note.detail;
    digest_ = fold(digest_, head ^ (static_cast<std::uint64_t>(note.actor) * kGoldenGamma));
    digest_ = fold(digest_, static_cast<std::uint64_t>(note.a) +
                                (static_cast<std::uint64_t>(note.b) * 0xD6E8FEB86659FD93U));
    if (keeps_) {
      notes_.push_back(note);
    }
  }

  // As add(), for what is rare: kept in every run.
  void add_kept(const Note& note) {
    add(note);
    if (!keeps_) {
      notes_.push_back(note);
    }
  }

  // For those who read the notes only: no part of the fingerprint, and nothing unless kept.
  void remark(const Note& note) {
    if (keeps_) [[unlikely]] {
      notes_.push_back(note);
    }
  }

  void keep() { keeps_ = true; }
  [[nodiscard]] std::uint64_t fingerprint() const { return mix64(digest_); }
  [[nodiscard]] const std::vector<Note>& notes() const { return notes_; }

 private:
  // A 64x64 multiply folded onto itself: order matters, every bit counts.
  static std::uint64_t fold(std::uint64_t digest, std::uint64_t value) {
    const Uint128 product =
        static_cast<Uint128>(digest ^ value ^ 0xA0761D6478BD642FU) * (value ^ 0xE7037ED1A0B428DBU);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^ digest;
  }

  std::uint64_t digest_ = 0;
  bool keeps_ = false;
  std::vector<Note> notes_;
};

}  // namespace sim
