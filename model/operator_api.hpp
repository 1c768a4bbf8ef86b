// The API server and the JobManagers as the blue/green controller sees them (op:1.5, 1.6, 2.2;
// p2:K5, K13, K15). Used by operator.cpp alone.
//
// A request takes effect at the end of the time that it takes, which is none unless a fault says
// otherwise; its answer is there at the same moment (pass.hpp).
#pragma once

#include <optional>
#include <type_traits>

#include "model/operator_requests.hpp"
#include "model/pass.hpp"
#include "model/system.hpp"

namespace model {

class System::OperatorApi final : public ClusterApi {
 public:
  OperatorApi(System& system, PassUnderWay& pass) : system_(system), pass_(pass) {}

  [[nodiscard]] sim::Due clock(sim::Due began) const override {
    return clock_.is_never() ? began : clock_;
  }
  bool replace_config_map(const ConfigMap& content) override { return store(content); }
  // p2:K15. What this pass wrote before may have come back; nothing else overtakes its own lag.
  void refresh_map(ControllerView& view) override {
    const LiveMap newer = ask(Takes{}, [&] { return LiveMap{what_came_back(), false, {}, 0, 0}; });
    if (newer.content.exists) {
      view.map = newer.content;
    }
  }
  bool update_config_map(const ConfigMap& cached) override {
    return ask(of_api_server(), [&] {
      const Globals& globals = system_.world_.globals();
      return pass_.map_seen == globals.map.newest && globals.map.content().exists && put(cached);
    });
  }
  bool patch_stage(Stage stage) override {
    return ask(of_api_server(), [&] {
      ConfigMap content = system_.world_.globals().map.content();
      content.stage = stage;
      return content.exists && put(content);
    });
  }
  // op:W3: a forced overwrite, with up to ten attempts where somebody else writes in between.
  bool create_or_replace_child(Color color, const Child& spec) override {
    enum Posted : std::uint32_t { kFailed, kCreated, kIsThere };
    const std::uint32_t posted = ask(of_api_server(), [&]() -> std::uint32_t {
      if (!system_.api_is_down() && content(color).exists != 0) {
        return kIsThere;
      }
      return request(Effect::kCreateChild, color, [&] { return create_child(color, spec); })
                 ? kCreated
                 : kFailed;
    });
    if (posted != kIsThere) {
      return posted == kCreated;
    }
    constexpr int kAttempts = 10;
    for (int attempt = 1; attempt <= kAttempts; ++attempt) {
      const std::uint32_t version = ask(of_api_server(AnswerIs::kChildVersion, color), [&] {
        return content(color).exists == 0 || system_.api_is_down() ? 0 : content(color).version;
      });
      if (version == 0) {
        return false;  // an exception: it went in between (op:R2)
      }
      enum Put : std::uint32_t { kRefused, kStored, kConflict };
      const std::uint32_t put = ask(of_api_server(), [&]() -> std::uint32_t {
        const Child current = content(color);
        if (current.exists != 0 && current.version != version && !system_.api_is_down()) {
          return kConflict;
        }
        return request(Effect::kCreateChild, color, [&] { return replace_child(color, spec); })
                   ? kStored
                   : kRefused;
      });
      if (put != kConflict) {
        return put == kStored;
      }
      sleep();
    }
    return false;
  }
  bool suspend_child(Color color, std::uint32_t cached_version) override {
    return write(Effect::kSuspendChild, color, [&] {
      Child child = content(color);
      if (child.exists == 0 || child.version != cached_version) {
        return false;  // op:W4: 409
      }
      child.is_suspended = 1;
      system_.outgoing_must_go(color);
      system_.store_child(color, child, ChildChange::kSuspendAsked);
      return true;
    });
  }
  bool redeploy_child(Color color, std::uint32_t cached_version, SavepointRef from) override {
    return write(Effect::kRedeployChild, color, [&] {
      Child child = content(color);
      if (child.exists == 0 || child.version != cached_version) {
        return false;
      }
      child.initial_savepoint = from;
      ++child.nonce;
      system_.store_child(color, child, ChildChange::kRedeployAsked);
      return true;
    });
  }
  bool delete_child(Color color) override {
    return write(Effect::kDeleteChild, color, [&] {
      if (content(color).exists == 0) {
        return false;  // op:W5: 404 counts as not deleted
      }
      system_.outgoing_must_go(color);
      return system_.delete_child(color, ChildChange::kDeleteAsked);
    });
  }
  bool route_ingress(Color color) override { return set_ingress(Ingress{1, color}); }
  bool remove_ingress() override { return set_ingress(Ingress{}); }
  bool restore_spec(std::uint32_t revision) override {
    return write(Effect::kSpec, Color::kBlue, [&] {
      auto& log = system_.world_.globals().spec;
      log.write(revision_of(generation_of(log.content()) + 1, manifest_of(revision)), system_.now_);
      system_.watch(system_.slot(SlotKind::kPrimaryWatch), system_.world_.globals().spec_seen,
                    log.newest);
      return true;
    });
  }
  bool clear_child_status(Color color) override {
    return write(Effect::kClearStatus, color, [&] {
      Child child = content(color);
      child.lifecycle = Lifecycle::kCreated;
      child.stopped_with = SavepointRole::kNone;
      system_.store_child(color, child, ChildChange::kNotReady);
      return true;
    });
  }
  std::uint32_t trigger_savepoint(Color color) override {
    return ask(of_job_manager(color, AnswerIs::kCheckpoint), [&]() -> std::uint32_t {
      if (use_up_one(system_.world_.globals().refused_triggers) || pass_.times_out) {
        return 0;
      }
      const std::uint32_t id = system_.trigger_checkpoint(color, SavepointRole::kTransition);
      if (id != 0) {
        system_.chronicle_.savepoint_triggered(system_.now_);
        system_.operator_wrote(Effect::kTriggerSavepoint, color);
      }
      return id;
    });
  }
  SavepointState fetch_savepoint(Color color, std::uint32_t id) override {
    return ask(of_job_manager(color), [&] {
      if (use_up_one(system_.world_.globals().failed_fetches) || pass_.times_out) {
        return SavepointState::kFailed;
      }
      const Job& job = system_.world_.job(color);
      const SnapshotHead& head = job.snapshots[index_of(SnapshotArea::kTransition)];
      if (head.id == id && head.complete != 0) {
        return SavepointState::kCompleted;
      }
      return job.pending[1].id == id ? SavepointState::kPending : SavepointState::kFailed;
    });
  }
  bool is_superseded(Color color, std::uint32_t id) override {
    return ask(of_job_manager(color), [&] {
      const Job& job = system_.world_.job(color);
      return !system_.plan_.settings().job.checkpoint_interval ||
             (job.has_latest && job.snapshots[index_of(job.latest)].id > id);
    });
  }
  bool is_hand_over_done(Color color) override {
    return ask(of_job_manager(color),
               [&] { return !pass_.times_out && system_.hand_over_done(color); });
  }
  LiveMap read_map() override {
    return ask(of_api_server(AnswerIs::kMap), [&] {
      World& world = system_.world_;
      LiveMap live;
      live.content = world.globals().map.content();
      live.version = world.globals().map.newest;
      live.is_acknowledged = live.content.round != 0;
      for (const Color c : kColors) {
        live.has_passed[index_of(c)] = live.content.round != 0;
        for (std::uint32_t g = 0; g < world.gates(c).size(); ++g) {
          const GateReports of_gate = world.reports_of(c, g);
          live.is_acknowledged &= of_gate.acknowledged == live.content.round;
          live.has_passed[index_of(c)] &= of_gate.passed == live.content.round;
        }
      }
      return live;
    });
  }
  bool put_in_force(const LiveMap& read) override {
    ConfigMap content = read.content;
    content.watermark_stage = WatermarkStage::kSet;
    return replace_as_read(content, read);
  }
  bool replace_as_read(const ConfigMap& content, const LiveMap& read) override {
    return ask(of_api_server(),
               [&] { return read.version == system_.world_.globals().map.newest && put(content); });
  }

  // W1, in three rounds of which the last one decides whether it was an error; a 409 that is not
  // retried is one at once, whatever is stored by then (op:1.6). Before op:H9 the one request is
  // W2. Calls `store` for what the first of them does that takes effect.
  template <class Store>
  bool put_status(Store store) {
    const bool guards =
        system_.plan_.protocol().controller.status_writes == StatusWrites::kPutThenPatch;
    const int rounds = guards ? 3 : 1;
    // The version that it carries: of what the user writes, and whether it is that of the own
    // write.
    std::uint32_t known = pass_.spec_seen;
    bool knows_own = false;
    std::uint32_t said = kPutFailed;
    for (int round = 1; round <= rounds; ++round) {
      said = ask(of_api_server(AnswerIs::kPut), [&]() -> std::uint32_t {
        const Globals& globals = system_.world_.globals();
        const bool is_stored = globals.status != pass_.stored;
        const bool is_older = known != globals.spec.newest || (is_stored && !knows_own);
        // Retried while the status is the one that this process wrote last, which it does not know
        // after a restart.
        const bool may_retry = !is_stored && globals.remembers_status;
        if (guards && is_older && !may_retry && !system_.api_is_down()) {
          return kPutConflict;
        }
        const bool is_right = is_stored ? answers() : request(Effect::kStatus, Color::kBlue, [&] {
          store();
          return true;
        });
        return is_right ? kPutRight + globals.spec.newest : kPutFailed;
      });
      if (said == kPutConflict) {
        return false;
      }
      if (said >= kPutRight) {
        known = said - kPutRight;
        knows_own = true;
      } else if (round < rounds) {
        sleep();
      }
    }
    return said >= kPutRight;
  }
  // W2, which carries no version.
  bool patch_status(bool is_refused) {
    return ask(of_api_server(), [&] { return answers() && !is_refused; });
  }

 private:
  // How long a request takes, and whom it is sent to.
  struct Takes {
    std::uint32_t ms = 0;
    std::optional<Color> job_manager = std::nullopt;
    AnswerIs is = AnswerIs::kPlain;
    Color of = Color::kBlue;
  };
  [[nodiscard]] Takes of_api_server(AnswerIs is = AnswerIs::kPlain, Color of = Color::kBlue) const {
    return {system_.slower_by(Action::kSlowOperator) + system_.slower_by(Action::kSlowApiServer),
            std::nullopt, is, of};
  }
  [[nodiscard]] Takes of_job_manager(Color c, AnswerIs is = AnswerIs::kPlain) const {
    return {system_.slower_by(Action::kSlowOperator), c, is, c};
  }

  // The answer to the next request, which is sent now if it was not before. Throws PassWaits.
  template <class Request>
  auto ask(Takes takes, Request send) -> decltype(send()) {
    using Answer = decltype(send());
    if (next_ < pass_.answers.size()) {
      const Answered& had = pass_.answers[next_++];
      clock_ = had.clock;
      if constexpr (std::is_same_v<Answer, LiveMap>) {
        return had.map;
      } else {
        return static_cast<Answer>(had.number);
      }
    }
    if (system_.world_.pass_under_way() == nullptr) {
      return send();
    }
    system_.wait_for_answer(pass_, takes.ms, takes.job_manager);
    const Answer answer = send();
    clock_ = system_.operator_clock();
    Answered& had = pass_.answers.emplace_back();
    ++next_;
    had.is = takes.is;
    had.of = takes.of;
    had.clock = clock_;
    if constexpr (std::is_same_v<Answer, LiveMap>) {
      had.map = answer;
    } else {
      had.number = static_cast<std::uint32_t>(answer);
    }
    return answer;
  }
  void sleep() {
    ask(Takes{kAskAgainMs}, [] { return true; });
  }
  template <class Write>
  bool write(Effect what, Color of, Write write) {
    return ask(of_api_server(), [&] { return request(what, of, write); });
  }
  // A write of the operator: it can fail, or take effect although the operator hears of an error.
  // `write` says whether the API server accepts it, which counts as one of its writes.
  template <class Write>
  bool request(Effect what, Color of, Write write) {
    Globals& globals = system_.world_.globals();
    if (system_.api_is_down() || use_up_one(globals.failed_requests) || !write()) {
      return false;
    }
    const bool is_told = !use_up_one(globals.timed_out_requests);
    system_.operator_wrote(what, of);
    return is_told;
  }
  // A request that changes nothing.
  bool answers() {
    Globals& globals = system_.world_.globals();
    return !use_up_one(globals.failed_requests) && !use_up_one(globals.timed_out_requests) &&
           !system_.api_is_down();
  }

  [[nodiscard]] Child content(Color color) const {
    return system_.world_.globals().children[index_of(color)].content();
  }
  void has_no_finalizer(Color color) {
    Globals& globals = system_.world_.globals();
    globals.child_given[index_of(color)] = globals.children[index_of(color)].newest;
  }
  bool create_child(Color color, const Child& spec) {
    system_.child_is_given(color, spec);
    system_.store_child(color, spec, ChildChange::kCreated);
    has_no_finalizer(color);
    system_.world_.job(color).has_latest = false;
    if (spec.is_suspended == 0) {  // op:5.2: else nothing
      system_.deploy_job(color, spec, spec.initial_savepoint);
    }
    return true;
  }
  // A PUT that changes nothing makes no version. One over a terminating object removes it for good,
  // as it carries no finalizer, and succeeds (op:R2); the finalizer comes back with the next look
  // of the child's controller (op:R16).
  bool replace_child(Color color, const Child& spec) {
    const Child current = content(color);
    if (current.exists == 0) {
      return false;
    }
    system_.child_is_given(color, spec);
    if (current.is_deleting != 0) {
      system_.child_is_gone(color);
      return true;
    }
    Child replaced = current;
    replaced.spec = spec.spec;
    replaced.is_suspended = spec.is_suspended;
    replaced.initial_savepoint = spec.initial_savepoint;
    replaced.nonce = spec.nonce;
    replaced.is_renamed = spec.is_renamed;
    if (replaced != current) {
      system_.store_child(color, replaced, ChildChange::kReplaced);
      has_no_finalizer(color);
    }
    return true;
  }
  // op:W6, W7: nothing is written where nothing changes.
  bool set_ingress(Ingress wanted) {
    return ask(of_api_server(), [&] {
      Globals& globals = system_.world_.globals();
      if (wanted.exists != 0 && use_up_one(globals.failed_ingresses)) {
        return false;
      }
      if (wanted == globals.ingress) {
        return wanted.exists == 0 || answers();
      }
      return request(Effect::kIngress, wanted.backend, [&] {
        globals.ingress = wanted;
        system_.changed();
        system_.note(NoteKind::kIngress, sim::index_of(system_.slot(SlotKind::kReconcile)),
                     wanted.exists, static_cast<std::int64_t>(wanted.backend), 0);
        return true;
      });
    });
  }
  bool store(const ConfigMap& content) {
    return ask(of_api_server(), [&] { return put(content); });
  }
  // False: somebody else's update came just before (409).
  bool put(const ConfigMap& content) {
    return request(Effect::kMap, content.active, [&] {
      Globals& globals = system_.world_.globals();
      const sim::Slot actor = system_.slot(SlotKind::kReconcile);
      if (use_up_one(globals.controller_conflicts)) {
        system_.store_map(globals.map.content(), actor, GateWrite::kNone);
        return false;
      }
      pass_.wrote_map |= system_.put_map(content, actor, GateWrite::kNone);
      return true;
    });
  }
  // Of none: the cache is as the pass has it.
  ConfigMap what_came_back() {
    Globals& globals = system_.world_.globals();
    if (!pass_.wrote_map || globals.map_seen == globals.map.newest || !comes_back()) {
      return {};
    }
    const sim::Slot watcher = system_.slot(SlotKind::kMapCache);
    system_.unschedule(watcher);
    globals.map_seen = globals.map.newest;
    pass_.map_seen = globals.map_seen;
    globals.view.map = globals.map.content();
    system_.note(NoteKind::kMapCached, sim::index_of(watcher), 0, globals.view.map.toggle.ms(),
                 pack_map(globals.view.map));
    pass_.was_told = true;
    return globals.view.map;
  }
  bool comes_back() {
    switch (system_.plan_.settings().environment.echo) {
      case Echo::kInTime: return true;
      case Echo::kLate: return false;
      case Echo::kDrawn: break;
    }
    // Asked once more, it may have come back since.
    const std::uint64_t version = system_.world_.globals().map.newest;
    return system_.choose(ChoiceKind::kEcho, system_.slot(SlotKind::kReconcile),
                          version << 8 | pass_.echoes_asked++, 2) == 0;
  }

  System& system_;
  PassUnderWay& pass_;
  std::size_t next_ = 0;  // of the answers that it has had
  sim::Due clock_ = sim::Due::never();
};

}  // namespace model
