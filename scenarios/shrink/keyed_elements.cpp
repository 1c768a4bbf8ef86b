#include "scenarios/shrink/keyed_elements.hpp"

#include <fmt/format.h>

#include <utility>

namespace scenarios {

namespace {

using model::OperatorSettings;
using model::WindowSettings;
using model::WindowType;

// Sessions and sliding windows are more than tumbling ones (rt:L4, L8).
void make_tumbling(WindowSettings& window) {
  window.size = window.type == WindowType::kSession ? window.gap : window.size;
  window.type = WindowType::kTumbling;
  window.slide = {};
  window.gap = {};
}

}  // namespace

std::vector<KeyedElement> keyed_elements(const OperatorSettings& op) {
  std::vector<KeyedElement> all;
  const auto add_if = [&](bool is_there, const char* what, auto simplify) {
    if (is_there) {
      all.push_back(KeyedElement{fmt::format("{} of {}", what, op.id), std::move(simplify)});
    }
  };
  const OperatorSettings plain;
  add_if(op.copies != plain.copies, "the copies", [](OperatorSettings& s) { s.copies = 1; });
  add_if(op.keys != plain.keys, "the new keys", [](OperatorSettings& s) { s.keys = 1; });
  add_if(op.latency != plain.latency, "the latency", [](OperatorSettings& s) { s.latency = {}; });
  add_if(op.window.type == WindowType::kSession, "the sessions",
         [](OperatorSettings& s) { make_tumbling(s.window); });
  add_if(op.window.type == WindowType::kSliding, "the sliding",
         [](OperatorSettings& s) { make_tumbling(s.window); });
  add_if(op.window.offset != model::EventSpan{}, "the window offset",
         [](OperatorSettings& s) { s.window.offset = {}; });
  add_if(op.window.allowed_lateness != model::EventSpan{}, "the allowed lateness",
         [](OperatorSettings& s) { s.window.allowed_lateness = {}; });
  add_if(op.before != model::EventSpan{}, "how much earlier than the left the right record",
         [](OperatorSettings& s) { s.before = {}; });
  add_if(op.after != model::EventSpan{}, "how much later than the left the right record",
         [](OperatorSettings& s) { s.after = {}; });
  const bool reads_late = op.inputs.size() == 1 && op.inputs.front().takes_late;
  add_if(reads_late, "that late records are the input",
         [](OperatorSettings& s) { s.inputs.front().takes_late = false; });
  return all;
}

}  // namespace scenarios
