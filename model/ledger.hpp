// The ledger: what became of every output. An observer: it is told, and never touches the system.
//
// An output is (subject, sink input): a record, or the identity of a row (rows.hpp). It is
// *committed* when a read-committed reader can see it: when its transaction commits, or, for an
// at-least-once sink, when it is written. Transactions are named by the world; one that two jobs
// commit (a committable that the incoming job restored, rt:X6) is one transaction and is committed
// once. Times: processing time. Errors: REQUIRES only.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/ids.hpp"
#include "model/plan.hpp"
#include "sim/time.hpp"

namespace model {

// Who writes: one deployment of one color. A job that fails over goes on as the same writer.
struct WrittenBy {
  Color color = Color::kBlue;
  std::uint8_t deployment = 0;  // modulo 256
};

// What is known of one output.
struct Output {
  std::array<std::uint8_t, 2> commits{};     // by the color that wrote it; saturating
  std::array<std::uint8_t, 2> deployment{};  // which of that color wrote it first
  std::uint16_t flags = 0;

  static constexpr unsigned kPassedBlue = 1;  // shifted by the color: the gates' latest word; of
                                              // several on its way, that of all
  static constexpr unsigned kDroppedBlue = 4;
  static constexpr unsigned kLate = 16;  // came to a gate of either job at or below its watermark
  static constexpr unsigned kReplayedBlue = 32;     // shifted: again by the same deployment
  static constexpr unsigned kRedeployedBlue = 128;  // shifted: again by another one of the color
  static constexpr unsigned kOvertaken = 512;  // the other color had shown a later one of its key

  [[nodiscard]] bool has(unsigned flag, Color c) const {
    return (flags & (flag << index_of(c))) != 0;
  }
  [[nodiscard]] bool passed(Color c) const { return has(kPassedBlue, c); }
  [[nodiscard]] bool dropped(Color c) const { return has(kDroppedBlue, c); }
  [[nodiscard]] bool offered(Color c) const { return passed(c) || dropped(c); }
  [[nodiscard]] bool is_overtaken() const { return (flags & kOvertaken) != 0; }
  [[nodiscard]] bool is_late() const { return (flags & kLate) != 0; }
  [[nodiscard]] bool was_replayed() const {
    return has(kReplayedBlue, Color::kBlue) || has(kReplayedBlue, Color::kGreen);
  }
  [[nodiscard]] bool was_redeployed() const {
    return has(kRedeployedBlue, Color::kBlue) || has(kRedeployedBlue, Color::kGreen);
  }
  [[nodiscard]] bool is_across() const { return commits[0] > 0 && commits[1] > 0; }
  [[nodiscard]] int commits_in_all() const { return commits[0] + commits[1]; }
};

// What a gate made of a record.
enum class Decision : std::uint8_t {
  kDropped,
  kPassed,  // to a sink
  kGoesOn,  // to another gate, which is still to decide
};

class Ledger {
 public:
  explicit Ledger(const Plan& plan);

  [[nodiscard]] std::uint32_t output_of(std::uint32_t subject, std::uint32_t sink_input) const {
    return (subject * sink_inputs_) + sink_input;
  }

  // A gate decided about an output.
  void decided(Color color, std::uint32_t output, Decision decision, bool late) {
    Output& entry = at(output);
    const auto shift = index_of(color);
    const unsigned pass = Output::kPassedBlue << shift;
    const unsigned drop = Output::kDroppedBlue << shift;
    const unsigned latest = decision == Decision::kPassed    ? pass
                            : decision == Decision::kDropped ? drop
                                                             : 0;
    entry.flags = static_cast<std::uint16_t>((entry.flags & ~(pass | drop)) | latest |
                                             (late ? Output::kLate : 0));
  }

  // A sink wrote an output into a transaction / for everybody to see.
  // `item` is what is written: a record or a row of that output.
  void written(WrittenBy writer, std::uint32_t transaction, std::uint32_t output,
               std::uint32_t item, sim::Due now);
  void written_through(WrittenBy writer, std::uint32_t output, std::uint32_t item, sim::Due now);

  // A transaction became visible. Committing it again changes nothing; returns how many outputs
  // became visible.
  std::uint32_t committed(std::uint32_t transaction, sim::Due now);
  // A transaction was aborted: committing it later shows nothing.
  void discarded(std::uint32_t transaction);
  // The outputs of a transaction that is neither visible nor discarded, newest first.
  template <class Visit>
  void visit_open(std::uint32_t transaction, Visit visit) const {
    const auto open = find(transaction);
    if (open == open_.end()) {
      return;
    }
    for (std::uint32_t at = open->newest; at != kNone; at = entries_[at].previous) {
      visit(entries_[at].output);
    }
  }

  // sim/archive.hpp.
  template <class Archive>
  void archive(Archive& a) {
    a(outputs_);
    a(open_);
    a(entries_);
    a(free_entry_);
    a(writing_);
    a(longest_pause_ms_);
    a(first_commit_);
    a(last_commit_);
    a(histories_);
  }

  // What was shown of one key at one sink input.
  struct KeyHistory {
    std::array<Mark, 2> latest;         // event time, by the color that wrote it
    std::uint32_t output = UINT32_MAX;  // the last one; none: UINT32_MAX
  };
  // By sink input, then key (JobPlan::keys); empty if their order does not matter.
  [[nodiscard]] const std::vector<KeyHistory>& histories() const { return histories_; }

  // A row that became visible.
  struct Shown {
    std::uint32_t output = 0;
    std::uint32_t item = 0;
    WrittenBy by;
  };
  // In the order in which they did.
  [[nodiscard]] const std::vector<Shown>& shown_rows() const { return shown_rows_; }

  // A job asked somebody about a record (a look-up).
  void looked_up(Color color) { ++look_ups_[index_of(color)]; }
  [[nodiscard]] std::uint64_t look_ups(Color color) const { return look_ups_[index_of(color)]; }
  // A job sent a record from one task to another.
  void sent(Color color) { ++sent_[index_of(color)]; }
  [[nodiscard]] std::uint64_t sends(Color color) const { return sent_[index_of(color)]; }

  // What is committed from here on no outside input has caused: it does not count for pauses.
  void inputs_closed() { inputs_are_closed_ = true; }

  // Who wrote into a transaction that is neither visible nor discarded.
  [[nodiscard]] std::optional<WrittenBy> writer_of(std::uint32_t transaction) const {
    const auto open = find(transaction);
    return open == open_.end() ? std::nullopt : std::optional{open->writer};
  }

  [[nodiscard]] const std::vector<Output>& outputs() const { return outputs_; }
  // The longest time between two commits that showed something.
  [[nodiscard]] std::uint32_t longest_pause_ms() const { return longest_pause_ms_; }
  [[nodiscard]] sim::Due first_commit() const { return first_commit_; }
  [[nodiscard]] sim::Due last_commit() const { return last_commit_; }
  // What a color wrote, committed or not.
  struct Writing {
    std::uint32_t count = 0;
    sim::Due first = sim::Due::never();
    sim::Due last = sim::Due::never();
    std::int64_t last_number = -1;  // the largest record number within its input; -1: none
  };
  [[nodiscard]] const Writing& writing(Color color) const { return writing_[index_of(color)]; }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Transaction {
    std::uint32_t id = 0;
    std::uint32_t newest = kNone;  // entry
    WrittenBy writer;
  };
  struct Entry {
    std::uint32_t previous = kNone;
    std::uint32_t output = 0;
    std::uint32_t item = 0;
  };

  using Open = std::vector<Transaction>;
  [[nodiscard]] Open::const_iterator find(std::uint32_t transaction) const {
    const auto at =
        std::lower_bound(open_.begin(), open_.end(), transaction,
                         [](const Transaction& open, std::uint32_t id) { return open.id < id; });
    return at != open_.end() && at->id == transaction ? at : open_.end();
  }
  Transaction& open(std::uint32_t transaction);
  template <class Visit>
  std::uint32_t release(Open::const_iterator transaction, Visit visit);

  // Outputs of rows come as they come.
  Output& at(std::uint32_t output) {
    if (output >= outputs_.size()) [[unlikely]] {
      outputs_.resize(std::size_t{output} + 1);
    }
    return outputs_[output];
  }
  void note_written(Color color, std::uint32_t output, sim::Due now);
  void show(WrittenBy writer, std::uint32_t output, std::uint32_t item);
  void follow_key(Color color, std::uint32_t output);
  void note_commit(sim::Due now);

  const Plan* plan_;
  std::uint32_t records_;
  std::uint32_t sink_inputs_;
  std::vector<Output> outputs_;
  Open open_;  // with outputs that are neither visible nor discarded, by id
  std::vector<Entry> entries_;
  std::uint32_t free_entry_ = kNone;
  std::array<Writing, 2> writing_;
  std::uint32_t longest_pause_ms_ = 0;
  std::vector<KeyHistory> histories_;
  std::vector<Shown> shown_rows_;
  std::array<std::uint64_t, 2> look_ups_{};
  std::array<std::uint64_t, 2> sent_{};
  bool inputs_are_closed_ = false;
  sim::Due first_commit_ = sim::Due::never();
  sim::Due last_commit_ = sim::Due::never();
};

}  // namespace model
