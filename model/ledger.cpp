#include "model/ledger.hpp"

#include <algorithm>

namespace model {

Ledger::Ledger(const Plan& plan)
    : plan_(&plan),
      records_(plan.job().records),
      sink_inputs_(plan.job().sink_inputs),
      outputs_(std::size_t{plan.job().records} * plan.job().sink_inputs),
      histories_(std::size_t{plan.job().key_count} * plan.job().sink_inputs) {}

// Ids only grow, so a new one mostly comes last.
Ledger::Transaction& Ledger::open(std::uint32_t transaction) {
  if (open_.empty() || open_.back().id < transaction) {
    return open_.emplace_back(Transaction{transaction, kNone, {}});
  }
  const auto at =
      std::lower_bound(open_.begin(), open_.end(), transaction,
                       [](const Transaction& open, std::uint32_t id) { return open.id < id; });
  return at->id == transaction ? *at : *open_.insert(at, Transaction{transaction, kNone, {}});
}

void Ledger::written(WrittenBy writer, std::uint32_t transaction, std::uint32_t output,
                     std::uint32_t item, sim::Due now) {
  std::uint32_t at = free_entry_;
  if (at == kNone) {
    at = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    free_entry_ = entries_[at].previous;
  }
  Transaction& into = open(transaction);
  entries_[at] = Entry{into.newest, output, item};
  into.newest = at;
  into.writer = writer;
  note_written(writer.color, output, now);
}

void Ledger::written_through(WrittenBy writer, std::uint32_t output, std::uint32_t item,
                             sim::Due now) {
  note_written(writer.color, output, now);
  show(writer, output, item);
  note_commit(now);
}

std::uint32_t Ledger::committed(std::uint32_t transaction, sim::Due now) {
  const auto done = find(transaction);
  if (done == open_.end()) {
    return 0;
  }
  const std::uint32_t shown =
      release(done, [&](const Entry& entry) { show(done->writer, entry.output, entry.item); });
  note_commit(now);
  return shown;
}

void Ledger::discarded(std::uint32_t transaction) {
  const auto gone = find(transaction);
  if (gone != open_.end()) {
    release(gone, [](const Entry&) {});
  }
}

// The transaction is over; how many outputs it had.
template <class Visit>
std::uint32_t Ledger::release(Open::const_iterator transaction, Visit visit) {
  std::uint32_t count = 0;
  for (std::uint32_t at = transaction->newest; at != kNone; ++count) {
    visit(entries_[at]);
    const std::uint32_t previous = entries_[at].previous;
    entries_[at].previous = free_entry_;
    free_entry_ = at;
    at = previous;
  }
  open_.erase(transaction);
  return count;
}

void Ledger::note_written(Color color, std::uint32_t output, sim::Due now) {
  Writing& writing = writing_[index_of(color)];
  writing.first = writing.count++ == 0 ? now : writing.first;
  writing.last = now;
  const std::uint32_t subject = output / sink_inputs_;
  if (subject < records_) {
    writing.last_number =
        std::max<std::int64_t>(writing.last_number, plan_->record(subject).number);
  }
}

void Ledger::show(WrittenBy writer, std::uint32_t output, std::uint32_t item) {
  const std::size_t color = index_of(writer.color);
  const bool is_row = item >= records_;
  if (is_row) {
    shown_rows_.push_back(Shown{output, item, writer});
  }
  Output& entry = at(output);
  std::uint8_t& commits = entry.commits[color];
  if (commits == 0) {
    entry.deployment[color] = writer.deployment;
  } else {
    const bool same = entry.deployment[color] == writer.deployment;
    const unsigned flag = same ? Output::kReplayedBlue : Output::kRedeployedBlue;
    entry.flags = static_cast<std::uint16_t>(entry.flags | flag << color);
  }
  commits = static_cast<std::uint8_t>(commits + (commits != UINT8_MAX ? 1 : 0));
  if (!histories_.empty() && !is_row) {
    follow_key(writer.color, output);
  }
}

// Records without an event time have no place in the order.
void Ledger::follow_key(Color color, std::uint32_t output) {
  const JobPlan& job = plan_->job();
  const std::uint32_t record = output / sink_inputs_;
  KeyHistory& history =
      histories_[(std::size_t{output % sink_inputs_} * job.key_count) + job.keys[record]];
  const Mark time = job.time_of(job.times_at[output % sink_inputs_], record);
  if (time < history.latest[index_of(other(color))] && !time.is_none()) {
    Output& entry = outputs_[output];
    entry.flags = static_cast<std::uint16_t>(entry.flags | Output::kOvertaken);
  }
  history.latest[index_of(color)] = std::max(history.latest[index_of(color)], time);
  history.output = output;
}

void Ledger::note_commit(sim::Due now) {
  if (inputs_are_closed_) {
    return;
  }
  if (first_commit_.is_never()) {
    first_commit_ = now;
  } else {
    longest_pause_ms_ = std::max(longest_pause_ms_, now.ms - last_commit_.ms);
  }
  last_commit_ = now;
}

}  // namespace model
