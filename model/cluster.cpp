// The Kubernetes side: the API server and its informers, and the passes of the blue/green
// controller (op:1.5, 1.6, 5.3; p2:G3, K5, K7, K15; rt:M1, M2, M3, M5, M7).

#include <algorithm>

#include "model/system.hpp"

namespace model {

// A PUT that changes nothing makes no version, as of any resource (op:1.6).
bool System::put_map(const ConfigMap& content, sim::Slot writer, GateWrite what) {
  if (content == world_.map_in(plan_.cluster_of(writer)).content()) {
    note(NoteKind::kMapKept, sim::index_of(writer), static_cast<std::uint16_t>(what),
         content.toggle.ms(), pack_map(content));
    return false;
  }
  store_map(content, writer, what);
  return true;
}

void System::store_map(const ConfigMap& content, sim::Slot writer, GateWrite what) {
  const Cluster cluster = plan_.cluster_of(writer);
  const bool is_mirrored = world_.mirror() != nullptr;
  auto& log = world_.map_in(cluster);
  const WatermarkStage before = log.content().watermark_stage;
  log.write(content, now_);
  changed();
  note(NoteKind::kMapStored, sim::index_of(writer), static_cast<std::uint16_t>(what),
       content.toggle.ms(), pack_map(content));
  for (const Color c : kColors) {
    const std::span<GateSlot> gates = world_.gates(c);
    const bool sees_it = !is_mirrored || home_of(c) == cluster;
    for (std::uint32_t g = 0; sees_it && g < gates.size(); ++g) {
      if (world_.subtasks(c)[job_.gates[g].subtask].open) {
        watch(slot(SlotKind::kGateWatch, c, g), gates[g].seen, log.newest);
      }
    }
  }
  if (cluster == Cluster::kFirst) {
    watch(slot(SlotKind::kMapCache), world_.globals().map_seen, log.newest);
  }
  const bool is_copy = plan_.is_mirror(writer);
  const bool comes_into_force =
      before == WatermarkStage::kProposed && !content.is_proposed() && !is_copy;
  if (content.has_toggle && (what == GateWrite::kToggle || comes_into_force)) {
    chronicle_.toggle_stored(content.toggle, now_);
  }
  if (content.has_toggle && what == GateWrite::kToggle &&
      plan_.slots()[sim::index_of(writer)].color == content.active) {
    chronicle_.reached(Milestone::kToggleByIncoming, now_);
  }
  if (content.watermark_stage == WatermarkStage::kWaiting && before != WatermarkStage::kWaiting) {
    chronicle_.reached(Milestone::kWaitingForWatermark, now_);
    if (before == WatermarkStage::kSet) {
      chronicle_.reached(Milestone::kWaitingOverSet, now_);
    }
  }
  if (content.stage == Stage::kTransitioning) {
    chronicle_.reached(Milestone::kTransitioning, now_);
  }
  if (content.stage == Stage::kClearToTeardown && what == GateWrite::kTeardown) {
    chronicle_.reached(Milestone::kClearToTeardown, now_);
  }
  if (is_mirrored) {
    carry(cluster, writer);
  }
}

void System::store_child(Color c, Child content, ChildChange what) {
  Globals& globals = world_.globals();
  auto& log = globals.children[index_of(c)];
  content.version = log.newest + 1;
  log.write(content, now_);
  changed();
  note(NoteKind::kChild, static_cast<std::uint32_t>(index_of(c)), static_cast<std::uint16_t>(what),
       content.version, generation_of(content.spec));
  watch(slot(SlotKind::kChildCache, c), globals.child_seen[index_of(c)], log.newest);
  watch(slot(SlotKind::kChildWatch, c), globals.child_watched[index_of(c)], log.newest);
  look_at_child_ingresses();
  const bool was_activated = !chronicle_.when(Milestone::kActiveBlue).is_never() &&
                             !controller_.content(globals.spec.content()).is_suspended;
  const bool anybody =
      std::any_of(globals.children.begin(), globals.children.end(), [](const auto& child) {
        return child.content().exists != 0 && child.content().is_suspended == 0 &&
               child.content().is_deleting == 0;
      });
  if (was_activated && !anybody) {
    chronicle_.nobody_serves(now_);
  }
}

// Each child has an ingress of its own, if the template has one; only a color in its host keeps
// them apart (op:H5).
void System::look_at_child_ingresses() {
  const auto& children = world_.globals().children;
  const bool both = std::all_of(children.begin(), children.end(), [this](const auto& child) {
    return child.content().exists != 0 && controller_.content(child.content().spec).has_ingress;
  });
  if (both) {
    chronicle_.ingress_seen(plan_.protocol().controller.parent_ingress != ParentIngress::kNone);
  }
}

// A new version is there. Versions are delivered one by one, in order, each after its own lag but
// never before the one ahead.
void System::watch(sim::Slot watcher, std::uint32_t seen, std::uint32_t newest) {
  const SlotKind kind = plan_.slots()[sim::index_of(watcher)].kind;
  const bool is_of_operator = kind == SlotKind::kPrimaryWatch || kind == SlotKind::kChildCache ||
                              kind == SlotKind::kMapCache || kind == SlotKind::kChildWatch;
  const bool listens = !is_of_operator || !world_.globals().operator_is_down;
  if (listens && !is_scheduled(watcher) && seen < newest) {
    schedule_delivery(watcher, newest, now_);
  }
}

void System::schedule_delivery(sim::Slot watcher, std::uint32_t version, sim::Due written) {
  const sim::Due sent = written.after(slower_by(Action::kSlowApiServer));
  const sim::Window told = after(sent, watcher, ChoiceKind::kInformerLag, watcher, version,
                                 plan_.settings().environment.informer_lag);
  const WatchFaults* const faults = faults_of(watcher);
  const sim::Due answers = std::max(now_, world_.globals().api_down_until);
  schedule(watcher,
           told.not_before(faults == nullptr ? answers : std::max(answers, faults->frozen_until)),
           version);
}

WatchFaults* System::faults_of(sim::Slot watcher) {
  const SlotInfo& info = plan_.slots()[sim::index_of(watcher)];
  auto& caches = world_.globals().cache_watch;
  switch (info.kind) {
    case SlotKind::kGateWatch: return &world_.gates(info.color)[info.index].watch;
    case SlotKind::kMapCache: return &caches[0];
    case SlotKind::kChildCache: return &caches[1 + index_of(info.color)];
    case SlotKind::kPrimaryWatch: return &caches[3];
    default: return nullptr;
  }
}

// p2:G3.
void System::deliver_to_gate(Color c, std::uint32_t gate) {
  GateSlot& state = world_.gates(c)[gate];
  const sim::Slot actor = slot(SlotKind::kGateWatch, c, gate);
  const GateRules& rules = plan_.protocol().gate;
  if (is_lost(actor, world_.map_of(c), state.seen)) {
    return;
  }
  const ConfigMap& content = deliver_next(actor, world_.map_of(c), state.seen);
  note(NoteKind::kGateTold, sim::index_of(actor), 0, state.seen, 0);
  // Only updates count: not that it is deleted, nor that it is created anew.
  const auto& log = world_.map_of(c);
  const bool is_created =
      state.seen > 1 && log.holds(state.seen - 1) && !log.at(state.seen - 1).content.exists;
  const bool is_update = content.exists && !is_created;
  const bool is_taken = is_update && !is_ignored(state.gate, ResourceVersion{state.seen}, rules);
  const GateError error =
      is_taken ? on_config_map(state.gate, content, clock_of(c), rules) : GateError::kNone;
  // An exception on the informer's thread leaves the task alone (rt:P10).
  note(NoteKind::kMapLearned, sim::index_of(actor), error == GateError::kNone ? 0 : 1,
       content.toggle.ms(), pack_map(content));
}

// op:1.5, K7: each delivery replaces the cached object and makes the controller run.
void System::deliver_to_cache(SlotKind what, Color c) {
  Globals& globals = world_.globals();
  const sim::Slot watcher = slot(what, c);
  const std::size_t color = index_of(c);
  if (what == SlotKind::kPrimaryWatch) {
    if (is_lost(watcher, globals.spec, globals.spec_seen)) {
      return;
    }
    globals.view.spec = deliver_next(watcher, globals.spec, globals.spec_seen);
  } else if (what == SlotKind::kChildCache) {
    if (is_lost(watcher, globals.children[color], globals.child_seen[color])) {
      return;
    }
    globals.view.children[color] =
        deliver_next(watcher, globals.children[color], globals.child_seen[color]);
  } else {
    if (is_lost(watcher, globals.map, globals.map_seen)) {
      return;
    }
    globals.view.map = deliver_next(watcher, globals.map, globals.map_seen);
    note(NoteKind::kMapCached, sim::index_of(watcher), 0, globals.view.map.toggle.ms(),
         pack_map(globals.view.map));
  }
  reconcile_soon();
}

}  // namespace model
