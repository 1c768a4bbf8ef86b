// Transactions in Kafka: how the writers of both jobs name, begin, abort and fence them
// (rt:X6-X14). Both jobs run with the same parallelism, so that each subtask looks after its own
// ids.

#include <algorithm>

#include "model/system.hpp"

namespace model {

// The broker has aborted what was open for too long by then (rt:X14).
std::optional<System::HeldId> System::held_id(std::uint32_t sink, std::uint32_t transaction) {
  for (const Color prefix : kColors) {
    const std::span<TransactionalId> ids = world_.transactional_ids(prefix, sink);
    for (std::uint32_t i = 0; i < ids.size(); ++i) {
      if (ids[i].transaction != transaction) {
        continue;
      }
      const HeldId id{prefix, i};
      if (ids[i].is_open() &&
          now_.ms - ids[i].first_record.ms > job_.sinks[sink].kafka->timeout_ms) {
        discard(prefix, transaction, DiscardCause::kTimedOut);
        release_id(sink, id);
        return std::nullopt;
      }
      return id;
    }
  }
  return std::nullopt;
}

void System::release_id(std::uint32_t sink, HeldId id) {
  const std::span<TransactionalId> ids = world_.transactional_ids(id.prefix, sink);
  std::copy(ids.begin() + id.place + 1, ids.end(), ids.begin() + id.place);
  --world_.used_ids(id.prefix)[sink].count;
}

// Whoever held it is fenced (rt:X11).
void System::abort_id(Color by, std::uint32_t sink, HeldId id) {
  const TransactionalId held = world_.transactional_ids(id.prefix, sink)[id.place];
  if (held.is_open()) {
    discard(by, held.transaction, DiscardCause::kLingering);
  }
  release_id(sink, id);
}

// rt:X11.
void System::init_transactions(Color by, std::uint32_t sink, Color prefix, std::uint32_t k) {
  const std::span<TransactionalId> ids = world_.transactional_ids(prefix, sink);
  for (std::uint32_t i = 0; i < ids.size(); ++i) {
    if (ids[i].k == k) {
      abort_id(by, sink, HeldId{prefix, i});
      break;
    }
  }
  world_.used_ids(prefix)[sink].use(k);
}

// rt:X10 PROBING: up to the first id that was never used.
void System::probe(Color by, std::uint32_t sink, Color prefix, std::uint32_t from) {
  for (std::uint32_t k = from; world_.used_ids(prefix)[sink].has(k); ++k) {
    init_transactions(by, sink, prefix, k);
  }
}

// rt:X10 LISTING: what is open, but for what the restored state knows, which is committed by now.
void System::abort_listed(Color by, std::uint32_t sink, Color prefix) {
  for (std::uint32_t i = world_.used_ids(prefix)[sink].count; i-- > 0;) {
    if (world_.transactional_ids(prefix, sink)[i].is_open()) {
      abort_id(by, sink, HeldId{prefix, i});
    }
  }
}

// rt:X7, X10: lingering transactions are aborted, under the own prefix and under the one that the
// restored state names; then a new one is begun. What the state holds has been committed (rt:X6).
void System::open_kafka_writer(Color c, std::uint32_t sink) {
  const auto& kafka = job_.sinks[sink].kafka;
  if (!kafka) {
    return;
  }
  const Job& job = world_.job(c);
  const SnapshotHead from =
      job.has_latest ? job.snapshots[index_of(job.latest)] : SnapshotHead{0, 0, c, {}};
  const Color known = kafka->inherits_state ? from.taken_by : c;
  for (const Color prefix : kColors) {
    const bool is_used = prefix == kafka->ids_of[0] || prefix == kafka->ids_of[1];
    if (!is_used) {
      continue;
    }
    const auto begins_with_that_of = [&](Color of) {
      return kafka->naming == TransactionNaming::kPooling
                 ? kafka->lists[index_of(of)][index_of(prefix)]
                 : kafka->ids_of[index_of(of)] == prefix;
    };
    if (!begins_with_that_of(c) && !begins_with_that_of(known)) {
      continue;
    }
    if (kafka->naming == TransactionNaming::kPooling) {
      abort_listed(c, sink, prefix);
    } else {
      probe(c, sink, prefix, from.id + 1);
    }
  }
  world_.sinks(c)[sink].last_checkpoint = from.id;
  begin_transaction(c, sink, from.id + 1);
}

// rt:X8. One that has no records is given up, its producer used again.
void System::begin_transaction(Color c, std::uint32_t sink, std::uint32_t checkpoint) {
  const KafkaPlan& kafka = *job_.sinks[sink].kafka;
  const Color prefix = kafka.ids_of[index_of(c)];
  const std::uint32_t empty = world_.sinks(c)[sink].open_transaction;
  if (const auto held = empty == 0 ? std::nullopt : held_id(sink, empty)) {
    release_id(sink, *held);
  }
  Sink& state = world_.sinks(c)[sink];
  if (kafka.naming == TransactionNaming::kIncrementing) {
    // Of checkpoints that never came about, too.
    while (state.last_checkpoint < checkpoint) {
      init_transactions(c, sink, prefix, ++state.last_checkpoint);
    }
    state.k = checkpoint;
  } else {
    const std::span<const Committable> handed_over =
        world_.committables(c, sink).first(state.pending);
    state.k = 0;
    while (std::any_of(handed_over.begin(), handed_over.end(),
                       [&](const Committable& each) { return each.k == state.k; })) {
      ++state.k;
    }
    init_transactions(c, sink, prefix, state.k);
  }
  state.has_written = false;
  state.open_transaction = world_.globals().next_transaction++;
  const TransactionalId id{state.k, state.open_transaction, sim::Due::never()};
  world_.push_transactional_id(prefix, sink, id);  // moves the world
}

// rt:X11: the producer of a writer that is fenced fails its task.
void System::send_to_kafka(Color c, std::uint32_t sink) {
  Sink& state = world_.sinks(c)[sink];
  const auto held = held_id(sink, state.open_transaction);
  if (!held) {
    note(NoteKind::kFenced, static_cast<std::uint32_t>(index_of(c)), 0, state.open_transaction, 0);
    throw TaskFailed{c, job_.sinks[sink].subtask};
  }
  if (!state.has_written) {
    state.has_written = true;
    world_.transactional_ids(held->prefix, sink)[held->place].first_record = now_;
    ++world_.job(c).uncommitted;
  }
}

// rt:X2, X3, X14: what somebody aborted is lost without a word, what somebody committed is there.
std::uint32_t System::commit_in_kafka(std::uint32_t sink, std::uint32_t transaction) {
  const auto held = held_id(sink, transaction);
  if (!held) {
    return 0;
  }
  release_id(sink, *held);
  return ledger_.committed(transaction, now_);
}

}  // namespace model
