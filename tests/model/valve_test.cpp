// The valve against the executed vectors of flink-runtime.md I5, row by row.

#include "model/valve.hpp"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace {

using model::Mark;
using model::Valve;
using model::ValveOutput;

struct Channel {
  model::ValveChannel valve;
};

std::string text_of(const ValveOutput& output) {
  std::string text =
      output.watermark.is_none() ? "" : "W(" + std::to_string(output.watermark.ms) + ")";
  if (output.status != ValveOutput::Status::kUnchanged) {
    text += output.status == ValveOutput::Status::kIdle ? " IDLE" : " ACTIVE";
  }
  return text.empty() ? "-" : text[0] == ' ' ? text.substr(1) : text;
}

// Steps as in the reference: "w0 10" watermark, "i1" idle, "a1" active; outputs joined by " | ".
std::string run(std::size_t channels, const std::string& steps) {
  Valve valve;
  std::vector<Channel> all(channels);
  const std::span<Channel> span{all};
  std::istringstream words{steps};
  std::string word;
  std::string outputs;
  while (words >> word) {
    const auto channel = static_cast<std::size_t>(word[1] - '0');
    ValveOutput output;
    if (word[0] == 'w') {
      std::string value;
      words >> value;
      const int ms = value == "MAX" ? INT32_MAX - 1 : std::stoi(value);
      output.watermark = on_watermark(valve, span, channel, Mark{ms});
    } else {
      output = word[0] == 'i' ? on_idle(valve, span, channel) : on_active(valve, span, channel);
    }
    outputs += (outputs.empty() ? "" : " | ") + text_of(output);
  }
  return outputs;
}

const std::string kMax = "W(" + std::to_string(INT32_MAX - 1) + ")";

}  // namespace

TEST_CASE("the valve gives the minimum over its channels (rt:V1 rt:V2)") {
  CHECK(run(2, "w0 5 w1 3 w1 4 w0 4 w1 10 w0 7 w1 9") ==
        "- | W(3) | W(4) | - | W(5) | W(7) | -");  // CV-V1
  CHECK(run(2, "w0 5 w1 5 w0 5 w0 4 i0 i0 a0 a0") ==
        "- | W(5) | - | - | - | - | - | -");  // CV-V11, rt:V8
}

TEST_CASE(
    "an idle channel leaves the minimum and comes back behind the others (rt:V3 rt:V6 rt:V7)") {
  CHECK(run(3, "w0 10 w1 5 w2 7 i1 w2 12 a1 w1 8 w0 20 w1 15 w1 16 w2 30") ==
        "- | - | W(5) | W(7) | W(10) | - | - | W(12) | - | - | W(16)");  // CV-V2
  CHECK(run(2, "w0 100 w1 100 i1 w0 200 a1 w1 150 w0 300 w1 199 w1 200 w1 301 w0 301") ==
        "- | W(100) | - | W(200) | - | - | W(300) | - | - | - | W(301)");  // CV-V8
  CHECK(run(2, "w0 10 i1 a1 w1 2 w1 10 w0 11 w1 11") ==
        "- | W(10) | - | - | - | - | W(11)");  // CV-V12
}

TEST_CASE("the last channel to go idle may flush the maximum (rt:V4)") {
  CHECK(run(2, "w0 10 w1 4 i0 i1 w0 50 a1 w1 8 w1 11 a0 w0 12") ==
        "- | W(4) | - | W(10) IDLE | - | ACTIVE | - | W(11) | - | -");  // CV-V3
  CHECK(run(3, "w0 10 w1 4 w2 6 i1 w2 8 i0 i2") ==
        "- | - | W(4) | W(6) | W(8) | - | W(10) IDLE");          // CV-V4
  CHECK(run(2, "w0 5 w1 4 i1 i0") == "- | W(4) | W(5) | IDLE");  // CV-V5
  CHECK(run(2, "w0 5 w1 4 i0 i1") == "- | W(4) | - | W(5) IDLE");
  CHECK(run(2, "w0 10 w1 4 i1 w0 12 a1 w1 6 i0 i1") ==
        "- | W(4) | W(10) | W(12) | - | - | - | IDLE");  // CV-V6
  CHECK(run(3, "w0 10 w1 4 w2 20 i1 i2 w0 12 a1 i0 i1") ==
        "- | - | W(4) | W(10) | - | W(12) | - | - | IDLE");  // CV-V14
  CHECK(run(4, "w0 10 w1 11 w2 12 w3 13 i0 w1 14 i2 i3 w1 15 a0 w0 16 w1 17") ==
        "- | - | - | W(10) | W(11) | W(12) | W(13) | W(14) | W(15) | - | - | W(16)");  // CV-V13
}

TEST_CASE("a channel that becomes active again computes no watermark by itself (rt:V6)") {
  CHECK(run(3, "w0 10 w1 4 w2 20 i1 i2 w0 12 a1 i0 a2 w1 6 w1 13 w2 20 w2 21") ==
        "- | - | W(4) | W(10) | - | W(12) | - | - | - | W(20) | - | - | W(21)");  // CV-V7
}

TEST_CASE("a watermark before ACTIVE on an idle channel is lost (rt:V1 rt:V11)") {
  CHECK(run(1, "w0 5 i0 w0 9 a0 w0 9") == "W(5) | IDLE | - | ACTIVE | W(9)");    // CV-V10
  CHECK(run(2, "w0 MAX w1 5 i1 a1 w1 9") == "- | W(5) | " + kMax + " | - | -");  // CV-V9
}
