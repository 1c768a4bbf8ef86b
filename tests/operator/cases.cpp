#include "tests/operator/cases.hpp"

#include <array>
#include <fstream>
#include <map>

#include "model/mutations.hpp"
#include "tests/operator/matching.hpp"
#include "tests/operator/rig.hpp"

namespace operator_cases {

using model::Color;
using model::ControllerRow;
using nlohmann::json;
using operator_rig::Rig;

namespace {

// What a case says wrongly of the model, or the model does wrongly.
struct Disagreement {
  std::string what;
};

Color color_of(const json& text) {
  if (text != "BLUE" && text != "GREEN") {
    refuse("no color: " + text.dump());
  }
  return text == "BLUE" ? Color::kBlue : Color::kGreen;
}

json as_json(const model::SpecTemplate& fields) {
  json all = json::object();
  for (const model::SpecField& field : fields) {
    all[field.name] = *field.value;
  }
  return all;
}

std::string_view name_of(model::BlueGreenJobStatus job) {
  constexpr std::array<std::string_view, 5> kNames{"", "RECONCILING", "RUNNING", "FAILING",
                                                   "SUSPENDED"};
  return kNames[static_cast<std::size_t>(job)];
}

// "patch status" or "noUpdate" is the row's (op:3.3), not that of what changed in the status.
const char* update_of(const model::Pass& pass) {
  if (pass.failed) {
    return "exception";
  }
  switch (pass.row) {
    case ControllerRow::kI4:
    case ControllerRow::kA1:
    case ControllerRow::kA12:
    case ControllerRow::kP1:
    case ControllerRow::kT9: return "none";
    case ControllerRow::kT8: return pass.again_ms == 500U ? "none" : "patch";
    default: return "patch";
  }
}

// The step that FAILING's error text names.
json failed_step(const model::Pass& pass) {
  return pass.row == ControllerRow::kA6   ? json("trigger")
         : pass.row == ControllerRow::kA8 ? json("start")
                                          : json{};
}

model::SpecEdit edit_of(const json& fields, const json& configuration, const json& ingress,
                        const model::SpecContent& now) {
  model::SpecEdit edit;
  for (const auto& [name, value] : fields.items()) {
    if (!model::diff_of_field(name, std::nullopt)) {
      refuse("no field of a template: " + name);
    }
    edit.fields.push_back({name, std::nullopt});
    if (!value.is_null()) {
      edit.fields.back().value = value.get<std::string>();
    }
  }
  for (const auto& [name, value] : configuration.items()) {
    if (name == "G") {
      edit.abort_grace_ms = value.get<std::uint32_t>();
    } else if (name == "R") {
      edit.reschedule_ms = value.get<std::uint32_t>();
    } else if (name == "D") {
      edit.deletion_delay = model::DeletionDelay{sim::milliseconds{value.get<std::int64_t>()}};
    } else if (!edit.is_named()) {  // nobody reads it (op:1.2): a write that changes nothing
      edit.reschedule_ms = now.reschedule_ms;
    }
  }
  if (!ingress.is_null()) {
    if (ingress != "none" && ingress != "valid") {
      refuse("no setting of an ingress: " + ingress.dump());
    }
    edit.ingress = ingress == "none" ? model::IngressSetting::kNone : model::IngressSetting::kValid;
  }
  return edit;
}

class Script {
 public:
  Script(const json& file, const json& one, const Variant& variant, const Changes& changes)
      : file_(file), rig_(set_up(file, one, variant, changes)) {}

  void run(const json& steps, const json& parameters, const std::string& where) {
    std::size_t number = 0;
    for (const json& step : steps) {
      const std::string place = where + ", step " + std::to_string(++number);
      try {
        carry_out(filled(step, '$', parameters), place);
      } catch (const operator_rig::NoChild&) {
        throw Disagreement{place + ": there is no such child"};
      }
    }
  }

 private:
  static Rig::Setup set_up(const json& file, const json& one, const Variant& variant,
                           const Changes& changes) {
    allow(one, {"id", "test", "says", "own", "for", "mode", "configuration", "template", "ingress",
                "fixes", "deletes", "steps"});
    const json& all = file.at("rig");
    const json own = filled(one, '$', variant.parameters);
    json fields = all.at("template");
    fields.update(own.value("template", json::object()));
    fields["flinkVersion"] = variant.version;
    fields["job.upgradeMode"] = mode_of(own.at("mode"));
    json configuration = all.at("configuration");
    configuration.update(own.value("configuration", json::object()));
    const model::SpecEdit first =
        edit_of(fields, configuration, own.value("ingress", json("none")), {});

    Rig::Setup setup;
    setup.name = all.at("name");
    for (const model::SpecField& field : first.fields) {
      model::put_field(setup.first, field);
    }
    setup.base.ingress = *first.ingress;
    setup.base.deletion_delay = *first.deletion_delay;
    setup.base.abort_grace_ms = *first.abort_grace_ms;
    setup.base.reschedule_ms = *first.reschedule_ms;
    setup.rules = rules_of(one, changes);
    setup.delete_answer = variant.accepts_delete ? operator_rig::DeleteAnswer::kAccepted
                                                 : operator_rig::DeleteAnswer::kGone;
    return setup;
  }
  static const char* mode_of(const json& mode) {
    return mode == "STATELESS"    ? "stateless"
           : mode == "LAST_STATE" ? "last-state"
           : mode == "SAVEPOINT"  ? "savepoint"
                                  : (refuse("no upgrade mode: " + mode.dump()), "");
  }
  static model::ControllerRules rules_of(const json& one, const Changes& changes) {
    model::DeploymentSettings deployment;
    deployment.protocol = "basic";
    for (const json& fix : one.value("fixes", json::array())) {
      if (changes.with_fixes) {
        deployment.fixes.push_back(fix);
      }
    }
    for (const std::string_view mutation : changes.mutations) {
      deployment.mutations.emplace_back(mutation);
    }
    return model::effective_protocol(deployment)->controller;
  }

  void carry_out(const json& step, const std::string& place) {
    if (!step.value("only_if", true)) {
      return;
    }
    const std::string what = step.at("do");
    if (file_.at("procedures").contains(what)) {
      call(what, step, place);
    } else if (what == "REC") {
      allow(step, {"do", "only_if", "from", "discard", "expect", "remember"});
      reconcile(step);
      look(step, place);
    } else if (what == "EXPECT") {
      allow(step, {"do", "only_if", "expect", "remember"});
      seen_ = facts();
      look(step, place);
    } else if (what == "REC_UNTIL") {
      repeat_until(step, place);
    } else if (what == "REPEAT") {
      allow(step, {"do", "only_if", "times", "steps"});
      for (int i = 0; i < step.at("times"); ++i) {
        run(step.at("steps"), json::object(), place);
      }
    } else if (what == "SLEEP") {
      allow(step, {"do", "only_if", "ms"});
      sleep(step.at("ms"), place);
    } else if (what == "CHANGE") {
      allow(step, {"do", "only_if", "v", "D", "p"});
      change(step);
    } else if (what == "SPEC") {
      allow(step, {"do", "only_if", "template", "configuration", "ingress"});
      rig_.edit(edit_of(step.value("template", json::object()),
                        step.value("configuration", json::object()), step.value("ingress", json{}),
                        rig_.content()));
    } else if (what == "KEEP") {
      allow(step, {"do", "only_if", "as"});
      kept_[step.at("as")] = status_;
    } else if (!act_on_child(what, step) && !act_on_savepoints(what, step)) {
      refuse("unknown step " + step.dump());
    }
  }

  bool act_on_child(const std::string& what, const json& step) {
    static const std::map<std::string, void (*)(Rig&, Color)> kActions{
        {"START", [](Rig& rig, Color c) { rig.start(c); }},
        {"SUBMIT+START",
         [](Rig& rig, Color c) {
           rig.submit(c);
           rig.start(c);
         }},
        {"SUSPENDED", [](Rig& rig, Color c) { rig.suspended(c); }},
        {"FAIL", [](Rig& rig, Color c) { rig.fail(c); }},
        {"JOB RECONCILING", [](Rig& rig, Color c) { rig.set_job(c, "RECONCILING"); }},
        {"INGRESS", [](Rig& rig, Color c) { rig.set_ingress(c); }}};
    const auto found = kActions.find(what);
    if (found == kActions.end()) {
      return false;
    }
    allow(step, {"do", "only_if", "child"});
    found->second(rig_, color_of(step.at("child")));
    return true;
  }

  bool act_on_savepoints(const std::string& what, const json& step) {
    if (what == "FAULT") {
      allow(step, {"do", "only_if", "of", "exception"});
      if (step.at("of") == "trigger") {
        rig_.refuse_triggers(true);
      } else if (step["of"] == "fetch") {
        rig_.fail_fetches(true);
      } else {
        refuse("no request: " + step.dump());
      }
      return true;
    }
    allow(step, {"do", "only_if"});
    if (what == "CLEAR_FAULTS") {
      rig_.refuse_triggers(false);
      rig_.fail_fetches(false);
    } else if (what == "CLEAR_TRIGGERS") {
      rig_.clear_triggers();
    } else if (what == "PENDING" || what == "COMPLETED") {
      rig_.mark_triggers(what == "COMPLETED");
    } else {
      return false;
    }
    return true;
  }

  void call(const std::string& name, const json& step, const std::string& place) {
    const json& procedure = file_.at("procedures").at(name);
    json arguments = json::object();
    for (const json& parameter : procedure.at("parameters")) {
      arguments[parameter.get<std::string>()] = step.at(parameter.get<std::string>());
    }
    for (const auto& [key, value] : step.items()) {
      if (key != "do" && key != "only_if" && !arguments.contains(key)) {
        refuse(name + " has no parameter " + key);
      }
    }
    run(procedure.at("steps"), arguments, place + " (" + name + ")");
  }

  void reconcile(const json& step) {
    if (step.contains("from")) {
      status_ = kept_.at(step["from"]);
    }
    const model::BlueGreenStatus before = status_;
    pass_ = rig_.pass(status_);
    seen_ = facts();
    if (step.value("discard", false)) {
      status_ = before;
    }
  }

  void repeat_until(const json& step, const std::string& place) {
    allow(step, {"do", "only_if", "every", "most", "until", "from", "discard", "expect"});
    std::int64_t left = step.at("most");
    for (;;) {
      reconcile(step);
      if (unmet(step.at("until"), seen_, "").empty()) {
        look(step, place);
        return;
      }
      left -= step.at("every").get<std::int64_t>();
      if (left < 0) {
        throw Disagreement{place + ": never " + step.at("until").dump()};
      }
      rig_.sleep(step.at("every"));
    }
  }

  void sleep(const json& ms, const std::string& place) {
    const json span = filled(ms, '@', json{{"delay", seen_["delay"]}});
    if (!span.is_number()) {
      throw Disagreement{place + ": the last pass asked for no delay"};
    }
    rig_.sleep(span);
  }

  // op:7.1, CHANGE(v, D', p).
  void change(const json& step) {
    json fields{{"flinkConfiguration.custom-configuration-field", step.at("v")}};
    json configuration = json::object();
    if (step.contains("p") && !step["p"].is_null()) {
      fields["job.initialSavepointPath"] = step["p"];
    }
    if (step.contains("D")) {
      configuration["D"] = step["D"];
    }
    rig_.edit(edit_of(fields, configuration, json{}, rig_.content()));
  }

  void look(const json& step, const std::string& place) {
    json known = remembered_;
    known["spec"] = rig_.revision();
    known["now"] = rig_.now_ms();
    const json wanted = filled(step.value("expect", json::object()), '@', known);
    for (const auto& [key, value] : wanted.items()) {
      if (!seen_.contains(key)) {
        refuse("unknown expectation " + key);
      }
    }
    const std::string rule{model::rule_of(pass_.row)};
    if (pass_.failed && !wanted.contains("update")) {
      throw Disagreement{place + " (" + rule + "): an exception"};
    }
    const std::string wrong = unmet(wanted, seen_, "");
    if (!wrong.empty()) {
      throw Disagreement{place + " (" + rule + "): " + wrong};
    }
    const json remember = step.value("remember", json::object());
    for (const auto& [name, fact] : remember.items()) {
      remembered_[name] = seen_.at(fact.get<std::string>());
    }
  }

  [[nodiscard]] json facts() const {
    const auto marker = [](sim::Due due) { return due.is_never() ? 0U : due.ms; };
    json all;
    all["delay"] = pass_.again_ms ? json(*pass_.again_ms) : json{};
    all["update"] = update_of(pass_);
    all["state"] = model::name_of(status_.state);
    all["job"] = name_of(status_.job);
    all["error"] = status_.has_error != 0;
    all["failed_step"] = failed_step(pass_);
    all["T_ready"] = marker(status_.ready_at);
    all["T_abort"] = marker(status_.abort_at);
    all["TID"] = status_.savepoint_trigger == 0 ? json{} : json(status_.savepoint_trigger);
    all["LRS"] = status_.last_reconciled_spec;
    all["spec"] = as_json(rig_.fields());
    int children = 0;
    for (const Color color : model::kColors) {
      children += rig_.stored(color) ? 1 : 0;
      all[color == Color::kBlue ? "BLUE" : "GREEN"] = child_facts(color);
    }
    all["children"] = children;
    all["ingress"] = rig_.ingress() ? json(rig_.name_of_child(*rig_.ingress()) + "-rest") : json{};
    return all;
  }
  [[nodiscard]] json child_facts(Color color) const {
    const std::optional<operator_rig::StoredChild>& child = rig_.stored(color);
    if (!child) {
      return {};
    }
    return {{"name", rig_.name_of_child(color)},
            {"spec", as_json(rig_.fields_of(color))},
            {"job", child->job},
            {"reconciliation", child->reconciliation},
            {"version", child->version}};
  }

  const json& file_;
  Rig rig_;
  model::BlueGreenStatus status_;
  model::Pass pass_;
  json seen_;  // after the last pass
  std::map<std::string, model::BlueGreenStatus> kept_;
  json remembered_ = json::object();
};

}  // namespace

json load(std::string_view file) {
  std::ifstream stream{HARNESS_ROOT "/tests/vectors/operator/" + std::string{file}};
  return json::parse(stream, nullptr, true, true);
}

std::string Variant::name() const {
  return parameters.dump() + " " + version + (accepts_delete ? ", delete accepted" : ", gone");
}

std::vector<Variant> variants_of(const json& file, const json& one) {
  std::vector<Variant> all;
  for (const json& parameters : one.value("for", json::array({json::object()}))) {
    for (const json& version : file.at("rig").at("versions")) {
      for (const bool accepts : {true, false}) {
        if (accepts || one.value("deletes", "") != "accepted") {
          all.push_back(Variant{parameters, version, accepts});
        }
      }
    }
  }
  return all;
}

std::optional<std::string> disagreement(const json& file, const json& one, const Variant& variant,
                                        const Changes& changes) {
  try {
    Script{file, one, variant, changes}.run(one.at("steps"), variant.parameters, one.at("id"));
    return std::nullopt;
  } catch (const Disagreement& found) {
    return found.what;
  }
}

std::set<std::string> failing(const json& file, const Changes& changes) {
  std::set<std::string> ids;
  for (const json& one : file.at("cases")) {
    for (const Variant& variant : variants_of(file, one)) {
      if (disagreement(file, one, variant, changes)) {
        ids.insert(one.at("id"));
        break;
      }
    }
  }
  return ids;
}

}  // namespace operator_cases
