#include "model/quiet_controller.hpp"

#include <cstdint>

namespace model {

namespace {

// Notes that it was asked, and says yes: no pass has to fail.
class ObligingApi final : public ClusterApi {
 public:
  bool replace_config_map(const ConfigMap& /*content*/) override { return oblige(); }
  void refresh_map(ControllerView& /*view*/) override { oblige(); }
  bool update_config_map(const ConfigMap& /*cached*/) override { return oblige(); }
  bool patch_stage(Stage /*stage*/) override { return oblige(); }
  bool create_or_replace_child(Color /*color*/, const Child& /*spec*/) override { return oblige(); }
  bool suspend_child(Color /*color*/, std::uint32_t /*cached_version*/) override {
    return oblige();
  }
  bool redeploy_child(Color /*color*/, std::uint32_t /*cached_version*/,
                      SavepointRef /*from*/) override {
    return oblige();
  }
  bool delete_child(Color /*color*/) override { return oblige(); }
  bool route_ingress(Color /*color*/) override { return oblige(); }
  bool remove_ingress() override { return true; }  // of none, in an exploration
  bool restore_spec(std::uint32_t /*revision*/) override { return oblige(); }
  bool clear_child_status(Color /*color*/) override { return oblige(); }
  std::uint32_t trigger_savepoint(Color /*color*/) override { return oblige() ? 1 : 0; }
  SavepointState fetch_savepoint(Color /*color*/, std::uint32_t /*id*/) override {
    oblige();
    return SavepointState::kCompleted;
  }
  bool is_superseded(Color /*color*/, std::uint32_t /*id*/) override { return oblige(); }
  bool is_hand_over_done(Color /*color*/) override { return oblige(); }
  LiveMap read_map() override {
    oblige();
    return {};
  }
  bool put_in_force(const LiveMap& /*read*/) override { return oblige(); }

  [[nodiscard]] bool was_asked() const { return was_asked_; }

 private:
  bool oblige() {
    was_asked_ = true;
    return true;
  }

  bool was_asked_ = false;
};

// What a cache can hold at this instant: what it does, then each version still to come.
template <class Log, class Content>
class Contents {
 public:
  Contents(const Log& log, const Content& held, std::uint32_t seen, bool is_told)
      : log_(log), held_(held), seen_(seen), is_told_(is_told) {}

  // The one after `version`, from `seen` on; false at the end.
  [[nodiscard]] bool next(std::uint32_t& version) const {
    if (!is_told_ || version == log_.newest) {
      return false;
    }
    version = log_.after(version);
    return true;
  }
  [[nodiscard]] std::uint32_t first() const { return seen_; }
  [[nodiscard]] const Content& at(std::uint32_t version) const {
    return version == seen_ ? held_ : log_.at(version).content;
  }

 private:
  const Log& log_;
  const Content& held_;
  std::uint32_t seen_;
  bool is_told_;
};

// Calls `visit` for each of them, until it says false.
template <class Log, class Content, class Visit>
bool all_of(const Contents<Log, Content>& contents, Visit visit) {
  std::uint32_t version = contents.first();
  do {
    if (!visit(contents.at(version))) {
      return false;
    }
  } while (contents.next(version));
  return true;
}

}  // namespace

bool is_controller_quiet(const Globals& globals, const ToldCaches& told,
                         const ControllerRules& rules, const ControllerSettings& settings,
                         sim::Due now) {
  const ControllerView& held = globals.view;
  const Contents specs{globals.spec, held.spec, globals.spec_seen, told.spec};
  const Contents maps{globals.map, held.map, globals.map_seen, told.map};
  const Contents blues{globals.children[0], held.children[0], globals.child_seen[0],
                       told.children[0]};
  const Contents greens{globals.children[1], held.children[1], globals.child_seen[1],
                        told.children[1]};
  const auto changes_nothing = [&](const ControllerView& holds) {
    ControllerView view = holds;
    BlueGreenStatus status = globals.status;
    ObligingApi api;
    reconcile(status, view, rules, settings, now, api);
    return !api.was_asked() && status == globals.status;
  };
  ControllerView view;
  return all_of(specs, [&](std::uint32_t spec) {
    view.spec = spec;
    return spec == 0 || all_of(maps, [&](const ConfigMap& map) {
             view.map = map;
             return all_of(blues, [&](const Child& blue) {
               view.children[0] = blue;
               return all_of(greens, [&](const Child& green) {
                 view.children[1] = green;
                 return changes_nothing(view);
               });
             });
           });
  });
}

}  // namespace model
