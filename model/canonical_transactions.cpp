// Of a state in canonical form: what sinks have handed over and not committed, and the ids of Kafka
// (rt:X8, X10).
#include <algorithm>
#include <array>
#include <optional>

#include "model/canonical_writer.hpp"

namespace model {

void CanonicalForm::Writer::write_transactions(Color c) {
  if (!form_.has_transactions_) {
    return;
  }
  const Job& job = world_.job(c);
  each_snapshot(c, [&](SnapshotArea area, bool is_kept) {
    for (std::uint32_t k = 0; is_kept && k < job_.sinks.size(); ++k) {
      committables(k, job.snapshots[index_of(area)].id + 1, world_.saved_committables(c, area, k),
                   world_.saved_count(c, area, k));
    }
  });
  for (std::uint32_t k = 0; is_written(job) && k < job_.sinks.size(); ++k) {
    const Sink& sink = world_.sinks(c)[k];
    flag(sink.open_transaction != 0);
    if (sink.open_transaction != 0) {
      transaction(sink.open_transaction);
    }
    committables(k, job.next_checkpoint, world_.committables(c, k), sink.pending);
    if (job_.sinks[k].kafka) {
      flag(sink.has_written);
      number_in_id(k, sink.k);
      back(job.next_checkpoint, sink.last_checkpoint);
    }
  }
  write_used_ids(c);
}

void CanonicalForm::Writer::committables(std::uint32_t sink, std::uint32_t newest,
                                         std::span<const Committable> all, std::uint32_t count) {
  u16(count);
  for (const Committable& committable : all.first(count)) {
    back(newest, committable.checkpoint);
    transaction(committable.transaction);
    if (job_.sinks[sink].kafka) {
      number_in_id(sink, committable.k);
    }
  }
}

// Numbers that are checkpoints count from the newest one of either job.
void CanonicalForm::Writer::number_in_id(std::uint32_t sink, std::uint32_t k) {
  if (job_.sinks[sink].kafka->naming == TransactionNaming::kPooling) {
    u16(k);
  } else {
    back(newest_checkpoint(), k);
  }
}

std::uint32_t CanonicalForm::Writer::newest_checkpoint() const {
  return std::max(globals_.jobs[0].next_checkpoint, globals_.jobs[1].next_checkpoint);
}

// From which number on a start from scratch would probe, and up to which others do. How far the
// jobs are apart in their checkpoints, which number the ids. Ids of a pool are probed by nobody.
void CanonicalForm::Writer::write_used_ids(Color c) {
  const std::uint32_t newest = newest_checkpoint();
  for (std::uint32_t k = 0; k < job_.sinks.size(); ++k) {
    const auto& kafka = job_.sinks[k].kafka;
    if (!kafka || kafka->naming == TransactionNaming::kPooling) {
      continue;
    }
    const UsedIds& used = world_.used_ids(c)[k];
    u16(used.first == 0 ? 0 : used.first == 1 ? 1 : 2);
    if (used.first != 0) {
      back(newest, used.last);
    }
    back(newest, world_.job(c).next_checkpoint);
    if (may_begin_anew(c)) {  // its ids begin with 1, however far the other job is
      u32(newest);
    }
  }
}

// Whether it may start from nothing, with its first checkpoint to come.
bool CanonicalForm::Writer::may_begin_anew(Color c) const {
  const Job& job = world_.job(c);
  return plan_.settings().deployment.upgrade_mode == UpgradeMode::kStateless ||
         (job.is_up() && !job.has_latest);
}

// What a Kafka writer is or was about, unless it is over: nobody else's matters.
void CanonicalForm::Writer::transactional_id(std::uint32_t transaction) {
  for (std::uint32_t sink = 0; sink < job_.sinks.size(); ++sink) {
    for (const Color prefix : kColors) {
      for (const TransactionalId& id : world_.transactional_ids(prefix, sink)) {
        if (id.transaction == transaction) {
          u16(1U + static_cast<std::uint32_t>(index_of(prefix)));
          number_in_id(sink, id.k);
          since(id.first_record, job_.sinks[sink].kafka->timeout_ms + 1);
        }
      }
    }
  }
}

void CanonicalForm::Writer::transaction(std::uint32_t id) {
  std::vector<std::uint32_t>& met = form_.met_;
  const auto known = std::find(met.begin(), met.end(), id);
  u16(static_cast<std::uint32_t>(known - met.begin()));
  if (known != met.end()) {
    return;
  }
  met.push_back(id);
  std::array<std::uint64_t, 4> outputs{};
  ledger_.visit_open(id, [&](std::uint32_t output) {
    outputs[output / 64 % outputs.size()] |= std::uint64_t{1} << output % 64;
  });
  for (std::size_t i = 0; i <= (ledger_.outputs().size() - 1) / 64; ++i) {
    u64(outputs[i]);
  }
  if (const std::optional<WrittenBy> writer = ledger_.writer_of(id)) {
    u16(static_cast<std::uint32_t>(writer->color));
    u16(static_cast<std::uint8_t>(world_.job(writer->color).deployments - writer->deployment));
  }
  if (job_.has_kafka) {
    transactional_id(id);
    u16(0);
  }
}

}  // namespace model
