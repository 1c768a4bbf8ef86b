// Records that operators make of others: copies, window results, pairs; and what went into each.
//
// An *item* is what travels through a job: below the number of the plan's records one of these,
// else a *row*. A row has an *identity*, which says what it is the result of, and a content, which
// says what went into it: two rows of one identity are the same result twice if their contents are
// equal, and else at least one is wrong. A *subject* is a record or an identity, numbered in the
// same way. Append-only, beside the world: what is written here is never changed or taken back, so
// checkpoints hold numbers. Times: event time relative to the plan's origin. Errors: WorldTooLarge.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "model/event_time.hpp"
#include "model/plan.hpp"
#include "model/windows.hpp"

namespace model {

// What a row is the result of, by an operator.
struct Identity {
  enum class Kind : std::uint8_t {
    kCopy,    // of a subject, the how manieth
    kLate,    // a subject that came too late
    kWindow,  // of a key; from, to
    kPair,    // of two subjects
  };
  std::uint32_t op = 0;
  Kind kind = Kind::kCopy;
  std::uint32_t of = 0;  // subject, or key
  std::int32_t a = 0;    // which copy; the window's start; the right subject
  std::int32_t b = 0;    // the window's end; the start of the one that a pair met in

  friend constexpr bool operator<(const Identity& x, const Identity& y) {
    return std::tie(x.op, x.kind, x.of, x.a, x.b) < std::tie(y.op, y.kind, y.of, y.a, y.b);
  }
};

struct Row {
  std::uint32_t identity = 0;
  Mark time;
  std::uint32_t key = 0;
  std::uint32_t number = 0;            // what filters and re-keying look at
  std::uint32_t lane = 0;              // within which its numbers ascend, unless overtaken
  std::uint32_t content = kNoContent;  // what went into it
  std::uint64_t digest = 0;            // of identity and content
};

// More than a run may hold: elements on their way (limits::kWorldBytes), or records that operators
// have made of others (limits::kContents).
class WorldTooLarge : public std::runtime_error {
 public:
  WorldTooLarge() : std::runtime_error("more than a run may hold") {}
};

class Rows {
 public:
  explicit Rows(const Plan& plan);

  [[nodiscard]] bool is_row(std::uint32_t item) const { return item >= records_; }
  [[nodiscard]] const Row& row(std::uint32_t item) const { return rows_[item - records_]; }
  [[nodiscard]] std::uint32_t subject_of(std::uint32_t item) const {
    return is_row(item) ? records_ + row(item).identity : item;
  }
  [[nodiscard]] std::size_t identities() const { return identities_.size(); }
  [[nodiscard]] const Identity& identity(std::uint32_t number) const { return identities_[number]; }

  // Of any item; of a record where its time is that of the plan's `times`.
  [[nodiscard]] Mark time(std::uint32_t item, std::uint32_t times) const {
    return is_row(item) ? row(item).time : plan_->job().time_of(times, item);
  }
  [[nodiscard]] std::uint32_t number(std::uint32_t item) const;
  [[nodiscard]] std::uint32_t key(std::uint32_t item) const;   // 0 if records have none
  [[nodiscard]] std::uint32_t lane(std::uint32_t item) const;  // a record's: that of its partition
  // The same in every run in which there is such an item; of rows of one identity one.
  [[nodiscard]] std::uint64_t name(std::uint32_t item) const;
  [[nodiscard]] std::uint64_t digest(std::uint32_t item) const;

  // A content with one more item, or of two contents; kNoContent is that of nothing. Throws
  // WorldTooLarge.
  [[nodiscard]] std::uint32_t with(std::uint32_t content, std::uint32_t item);
  [[nodiscard]] std::uint32_t joined(std::uint32_t a, std::uint32_t b);
  // The items that were put into a content, the latest first.
  template <class Visit>
  void visit(std::uint32_t content, Visit visit) const {
    std::vector<std::uint32_t> open;
    while (content != kNoContent || !open.empty()) {
      if (content == kNoContent) {
        content = open.back();
        open.pop_back();
        continue;
      }
      const Content top = contents_[content];  // `visit` may add to them
      if (top.is_joined) {
        open.push_back(top.previous);
        content = top.item;
      } else {
        visit(top.item);
        content = top.previous;
      }
    }
  }
  // The item put in last. REQUIRES: a content made by with().
  [[nodiscard]] std::uint32_t latest(std::uint32_t content) const {
    return contents_[content].item;
  }
  // The item, what went into it, and so on down to records; some perhaps more than once.
  template <class VisitRow, class VisitRecord>
  void visit_lineage(std::uint32_t item, VisitRow visit_row, VisitRecord visit_record) const {
    std::vector<std::uint32_t> open{item};
    while (!open.empty()) {
      const std::uint32_t next = open.back();
      open.pop_back();
      if (is_row(next)) {
        visit_row(next);
        visit(row(next).content, [&](std::uint32_t part) { open.push_back(part); });
      } else {
        visit_record(next);
      }
    }
  }

  // A row without content that is otherwise as the item, where that is at `times` (see time()).
  [[nodiscard]] Row like(std::uint32_t item, std::uint32_t times) const;

  // A new row; its identity is looked up or made. `like` says everything but identity and digest.
  std::uint32_t add(const Identity& identity, Row like);

  // Records came late, or out of turn, to an operator whose result depends on that (design:
  // schedule-dependent).
  void came_late(std::uint32_t item, std::uint32_t op);
  // Where a record came late: bit by the operator's place among those of the job.
  [[nodiscard]] std::uint64_t late_at(std::uint32_t record) const {
    return late_.empty() ? 0 : late_[record];
  }

  // Of an identity: what to call it, in a story.
  [[nodiscard]] std::string describe(std::uint32_t identity) const;

 private:
  struct Content {
    std::uint32_t previous = kNoContent;
    std::uint32_t item = 0;  // or, if joined, a content
    bool is_joined = false;
    std::uint64_t digest = 0;  // of what is in it, in whatever order
  };

  const Plan* plan_;
  std::uint32_t records_;
  std::vector<Row> rows_;
  std::vector<Content> contents_;
  std::vector<Identity> identities_;
  std::vector<std::uint64_t> names_;  // of identities
  std::map<Identity, std::uint32_t> numbers_;
  std::vector<std::uint64_t> late_;  // by record; empty: none
};

}  // namespace model
