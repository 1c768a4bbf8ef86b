// Operators that make other records of those they get: copies and new keys, and those that keep
// something for each key (rt:L1-L9, L11-L13).
//
// All timers are those of event time; ties fire in the order of keys (docs/simplifications.md).

#include "model/rows.hpp"
#include "model/system.hpp"
#include "model/windows.hpp"

namespace model {

void System::make_rows(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item,
                       std::uint32_t input) {
  switch (op.kind) {
    case NodeKind::kKeyedProcess: process_keyed(c, op, index, item); return;
    case NodeKind::kWindow: put_into_windows(c, op, index, item, 0); return;
    case NodeKind::kWindowJoin: put_into_windows(c, op, index, item, input); return;
    case NodeKind::kIntervalJoin: join_interval(c, op, index, item, input); return;
    default: copy_item(c, op, index, item); return;
  }
}

// A flat map, or the same record with another key.
void System::copy_item(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item) {
  Rows& rows = world_.rows();
  for (std::uint32_t copy = 0; copy < op.copies; ++copy) {
    Row row = rows.like(item, op.times);
    row.key = op.kind == NodeKind::kReKey ? row.number % op.keys : row.key;
    row.number = (row.number * op.copies) + copy;
    row.content = rows.with(kNoContent, item);
    const Identity identity{op_number(op), Identity::Kind::kCopy, rows.subject_of(item),
                            static_cast<std::int32_t>(copy), 0};
    emit_record(c, op, index, rows.add(identity, row));
  }
}

// What its key has seen of the same lane, this record included: that does not depend on how
// partitions are merged.
void System::process_keyed(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item) {
  Rows& rows = world_.rows();
  KeyedState& state = world_.keyed(c)[op.instance_base + index];
  KeyedEntry like;
  like.key = rows.key(item);
  like.from = static_cast<std::int32_t>(rows.lane(item));
  KeyedEntry& value = windows_detail::entry_at(state, like);
  std::uint32_t& seen = value.content[0];
  if (seen != kNoContent && rows.number(rows.latest(seen)) > rows.number(item)) {
    rows.came_late(item, op_number(op));
    rows.came_late(rows.latest(seen), op_number(op));
  }
  seen = rows.with(seen, item);
  Row row = rows.like(item, op.times);
  row.content = seen;
  const Identity identity{op_number(op), Identity::Kind::kCopy, rows.subject_of(item), 0, 0};
  emit_record(c, op, index, rows.add(identity, row));
}

void System::put_into_windows(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item,
                              std::uint32_t input) {
  Rows& rows = world_.rows();
  const Mark at = rows.time(item, op.times);
  if (at.is_none()) {  // rt:L4
    throw TaskFailed{c, job_.keyed[op.instance_base + index].subtask};
  }
  KeyedState& state = world_.keyed(c)[op.instance_base + index];
  bool fires_at_once = false;
  const WindowOutcome outcome = on_window_element(
      state, op.window, rows.key(item), input, at,
      [&](std::uint32_t content) { return rows.with(content, item); },
      [&](std::uint32_t a, std::uint32_t b) { return rows.joined(a, b); },
      [&](const KeyedEntry& window) {
        fires_at_once = true;
        fire_window(c, op, index, window);
      });
  if (outcome != WindowOutcome::kAdded || fires_at_once) {
    rows.came_late(item, op_number(op));
  }
  if (outcome == WindowOutcome::kDroppedLate) {
    emit_late(c, op, index, item);
  }
}

// rt:L6: the result carries the last moment of the window. A join emits its pairs.
void System::fire_window(Color c, const OpPlan& op, std::uint32_t index, const KeyedEntry& window) {
  Rows& rows = world_.rows();
  const Mark time{window.last_moment()};
  if (op.kind == NodeKind::kWindowJoin) {
    rows.visit(window.content[0], [&](std::uint32_t left) {
      rows.visit(window.content[1], [&](std::uint32_t right) {
        emit_pair(c, op, index, Pair{left, right, time, window.from});
      });
    });
    return;
  }
  Row row;
  row.time = time;
  const std::int64_t start = Mark{window.from}.since(plan_.origin()).ms();
  row.number = static_cast<std::uint32_t>(start / op.window.slide);  // which of all there could be
  row.key = window.key;
  row.lane = op_number(op) << 16U ^ window.key;
  row.content = window.content[0];
  const Identity identity{op_number(op), Identity::Kind::kWindow, window.key, window.from,
                          window.to};
  emit_record(c, op, index, rows.add(identity, row));
}

void System::emit_pair(Color c, const OpPlan& op, std::uint32_t index, const Pair& pair) {
  Rows& rows = world_.rows();
  Row row = rows.like(pair.left, op.times);
  row.time = pair.time;
  row.content = rows.with(rows.with(kNoContent, pair.left), pair.right);
  const Identity identity{op_number(op), Identity::Kind::kPair, rows.subject_of(pair.left),
                          static_cast<std::int32_t>(rows.subject_of(pair.right)), pair.window};
  emit_record(c, op, index, rows.add(identity, row));
}

// rt:L9.
void System::join_interval(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item,
                           std::uint32_t input) {
  Rows& rows = world_.rows();
  const Mark at = rows.time(item, op.times);
  if (at.is_none()) {
    throw TaskFailed{c, job_.keyed[op.instance_base + index].subtask};
  }
  KeyedState& state = world_.keyed(c)[op.instance_base + index];
  if (is_too_late_to_join(at, state.clock)) {
    rows.came_late(item, op_number(op));
    emit_late(c, op, index, item);
    return;
  }
  on_interval_element(state, op.interval, rows.key(item), input, at, item,
                      [&](std::uint32_t left, std::uint32_t right) {
                        const Mark time =
                            std::max(rows.time(left, op.times), rows.time(right, op.times));
                        emit_pair(c, op, index, Pair{left, right, time, 0});
                      });
}

// rt:L3, L9: to the side output, if anybody reads it.
void System::emit_late(Color c, const OpPlan& op, std::uint32_t index, std::uint32_t item) {
  if (op.late_edge_count == 0) {
    return;
  }
  Rows& rows = world_.rows();
  Row row = rows.like(item, op.times);
  row.content = rows.with(kNoContent, item);
  const Identity identity{op_number(op), Identity::Kind::kLate, rows.subject_of(item), 0, 0};
  const std::uint32_t late = rows.add(identity, row);
  for (std::uint32_t i = 0; i < op.late_edge_count; ++i) {
    send_record(c, job_.edges[op.first_edge + op.edge_count + i], index, late);
  }
}

// rt:L11, W16: what a watermark causes precedes it downstream.
void System::advance_keyed(Color c, const OpPlan& op, std::uint32_t index, Mark watermark) {
  KeyedState& state = world_.keyed(c)[op.instance_base + index];
  switch (op.kind) {
    case NodeKind::kWindow:
    case NodeKind::kWindowJoin:
      on_window_watermark(state, op.window, watermark,
                          [&](const KeyedEntry& window) { fire_window(c, op, index, window); });
      break;
    case NodeKind::kIntervalJoin: on_interval_watermark(state, watermark); break;
    default: state.clock = watermark; break;
  }
}

void System::close_inputs(sim::Due now) {
  now_ = now;
  changed();
  ledger_.inputs_closed();
  for (const Color c : kColors) {
    for (std::uint32_t i = 0; i < job_.sources.size(); ++i) {
      const SourcePlan& source = job_.sources[i];
      if (!world_.subtasks(c)[source.subtask].open) {
        continue;
      }
      for (std::uint32_t s = 0; s < source.split_count; ++s) {
        announce(c, i,
                 on_record(world_.sources(c)[i].time, splits_of(c, i), s, job_.closing, true,
                           source.time));
      }
      schedule_tick(c, i);
    }
    for (std::uint32_t a = 0; a < job_.assigners.size(); ++a) {
      const AssignerPlan& assigner = job_.assigners[a];
      if (!world_.subtasks(c)[assigner.subtask].open) {
        continue;
      }
      Assigner& state = world_.assigners(c)[a];
      const SourceAnnouncement what =
          on_record(state.output, std::span{&state, 1}, 0, job_.closing, true, assigner.time);
      announce_from(c, job_.ops[assigner.op], assigner.index, what,
                    world_.assigners(c)[a].output.emitted);
      schedule_assigner_tick(c, a);
    }
  }
}

}  // namespace model
