#include "docs/tools/margin_page.hpp"

#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "scenarios/random/margin.hpp"
#include "scenarios/tune/tune_file.hpp"

namespace docs {

namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "scenarios/margin/two_lanes.json";
constexpr const char* kDelay =
    "/deployment/configuration/kubernetes.operator.bluegreen.deployment-deletion.delay";
constexpr std::uint64_t kRuns = 512;

constexpr const char* kBound = "/job/operators/0/watermarks/bound=";
constexpr const char* kTick = "/job/auto_watermark_interval=";
constexpr const char* kLag = "/environment/informer_lag/1=";
constexpr const char* kChannel = "/environment/channel_delay/1=";
constexpr const char* kStep = "/input/events/event_time/step=";
constexpr const char* kFaults = "/environment/faults=";

struct Case {
  std::string_view factor;
  std::string value;
  std::vector<std::string> sets;
  std::string mutation;
};

std::string pause(const char* job, const char* what, const char* time) {
  return std::string{kFaults} + R"([{"between": ["7 s", "9 s"], "do": "pause_subtask", "job": ")" +
         job + R"(", "operator": ")" + what + R"(", "subtask": 0, "for": ")" + time + "\"}]";
}

std::string freeze(const char* job, const char* time) {
  return std::string{kFaults} +
         R"([{"between": ["7 s", "9 s"], "do": "freeze_informer", "of": "gate", "job": ")" + job +
         R"(", "for": ")" + time + "\"}]";
}

std::vector<Case> single_factors() {
  return {{"as the file is", "", {}, ""},
          {"watermark bound", "0 ms", {std::string{kBound} + "0 ms"}, ""},
          {"watermark bound", "1 s", {std::string{kBound} + "1 s"}, ""},
          {"watermark bound", "2 s", {std::string{kBound} + "2 s"}, ""},
          {"records out of order, within the bound",
           "every 7th by 400 ms",
           {R"(/input/events/out_of_order={"every": 7, "offset": 3, "by": "400 ms"})"},
           ""},
          {"auto watermark interval", "20 ms", {std::string{kTick} + "20 ms"}, ""},
          {"auto watermark interval", "500 ms", {std::string{kTick} + "500 ms"}, ""},
          {"auto watermark interval", "1 s", {std::string{kTick} + "1 s"}, ""},
          {"longest informer lag", "20 ms", {std::string{kLag} + "20 ms"}, ""},
          {"longest informer lag", "500 ms", {std::string{kLag} + "500 ms"}, ""},
          {"longest informer lag", "1 s", {std::string{kLag} + "1 s"}, ""},
          {"longest channel delay", "100 ms", {std::string{kChannel} + "100 ms"}, ""},
          {"longest channel delay", "300 ms", {std::string{kChannel} + "300 ms"}, ""},
          {"event time, times real time", "5", {std::string{kStep} + "100 ms"}, ""},
          {"a source subtask of blue pauses", "500 ms", {pause("BLUE", "events", "500 ms")}, ""},
          {"a source subtask of green pauses", "500 ms", {pause("GREEN", "events", "500 ms")}, ""},
          {"informers of green's gates are frozen", "500 ms", {freeze("GREEN", "500 ms")}, ""},
          {"write window", "500 ms, no jitter", {}, "p2:R2.1"},
          {"write window", "none", {}, "p2:R1d"},
          {"checkpoint interval", "500 ms", {"/job/checkpointing/interval=500 ms"}, ""},
          {"checkpoint interval", "10 s", {"/job/checkpointing/interval=10 s"}, ""},
          {"green is behind: deploy time of green",
           "4 s to 5 s",
           {R"(/environment/deploy_time={"blue": ["1 s", "2 s"], "green": ["4 s", "5 s"]})"},
           ""}};
}

std::vector<Case> pairs() {
  return {{"bound, informer lag",
           "1 s, 500 ms",
           {std::string{kBound} + "1 s", std::string{kLag} + "500 ms"},
           ""},
          {"interval, informer lag",
           "500 ms, 500 ms",
           {std::string{kTick} + "500 ms", std::string{kLag} + "500 ms"},
           ""},
          {"interval, channel delay",
           "500 ms, 100 ms",
           {std::string{kTick} + "500 ms", std::string{kChannel} + "100 ms"},
           ""},
          {"event time, informer lag",
           "5 times, 500 ms",
           {std::string{kStep} + "100 ms", std::string{kLag} + "500 ms"},
           ""},
          {"event time, bound",
           "5 times, 2 s",
           {std::string{kStep} + "100 ms", std::string{kBound} + "2 s"},
           ""}};
}

class Writer {
 public:
  Writer(fs::path root, unsigned jobs) : root_(std::move(root)), jobs_(jobs) {}

  MarginPage write() {
    std::ifstream file{root_ / kFile, std::ios::binary};
    text_.assign(std::istreambuf_iterator<char>{file}, {});
    const std::string singles = table(single_factors());
    const std::string both = table(pairs());
    result_.page = prose_before() + "## One factor at a time\n\n" + singles + "\n## Pairs\n\n" +
                   both + prose_after();
    return std::move(result_);
  }

 private:
  std::string table(const std::vector<Case>& cases) {
    std::string rows =
        "| factor | value | measured | formula | = bound + 2 | + event time ahead | stale | spread "
        "|\n|---|---|---:|---:|---:|---:|---:|---:|\n";
    for (const Case& one : cases) {
      rows += row(one);
    }
    return rows;
  }

  std::string row(const Case& one) {
    const std::string name = std::string{one.factor} + " " + one.value;
    scenarios::TunedFile file{(root_ / kFile).string(), text_, {}};
    file.overrides.sets = one.sets;
    if (!one.mutation.empty()) {
      file.overrides.mutations.push_back(one.mutation);
    }
    scenarios::GridWish wish;
    wish.step = scenarios::SettingValue{scenarios::Setting::Kind::kDuration, 1};
    wish.most = scenarios::SettingValue{scenarios::Setting::Kind::kDuration, 6'000};
    const scenarios::Tunable tunable = scenarios::find_grid(file, kDelay, wish);
    if (!tunable.setting) {
      for (const scenarios::Problem& problem : tunable.refused.problems) {
        result_.problems.push_back(name + ": " + scenarios::to_string(problem));
      }
      return "";
    }
    const scenarios::Scenario scenario = *tunable.setting->read(0).scenario;
    scenarios::TuneOptions options;
    options.runs = kRuns;
    options.probes = 0;
    options.jobs = jobs_;
    scenarios::PropertySet properties;
    properties.set(model::index_of(model::Property::kNoLoss));
    properties.set(model::index_of(model::Property::kNoDuplicates));
    scenarios::FileExperiment experiment{
        *tunable.setting, tunable.grid, properties,
        scenarios::CampaignOptions{options.seed, options.runs, options.jobs, false}};
    const scenarios::TuneResult found = scenarios::tune(experiment, tunable.grid.count, options);
    const auto margin = scenarios::sufficient_margin(scenario.settings);
    if (!found.answer || !margin) {
      result_.problems.push_back(name + ": no answer");
      return "";
    }
    const std::int64_t measured = tunable.grid.value(*found.answer);
    result_.points.push_back(
        MarginPoint{name, measured, margin->total(),
                    kMarginSlackRecords * scenario.settings.inputs.front().event_step.ms()});
    judge(result_.points.back());
    const auto ms = [](std::int64_t value) { return std::to_string(value) + " ms | "; };
    std::string text = "| " + std::string{one.factor} +
                       (one.mutation.empty() ? "" : " (`" + one.mutation + "`)") + " | " +
                       one.value + " | " + ms(measured) + ms(margin->total()) + ms(margin->bound) +
                       ms(margin->ahead) + ms(margin->stale) + ms(margin->spread);
    text.back() = '\n';
    return text;
  }

  void judge(const MarginPoint& point) {
    const std::string both = ": needs " + std::to_string(point.measured) +
                             " ms, the formula says " + std::to_string(point.formula) + " ms";
    if (point.measured > point.formula || point.formula - point.measured > point.slack) {
      result_.problems.push_back(point.name + both);
    }
  }

  static std::string prose_before();
  static std::string prose_after();

  MarginPage result_;
  fs::path root_;
  unsigned jobs_;
  std::string text_;
};

std::string Writer::prose_before() {
  return R"(# Which deletion delay is needed

`kubernetes.operator.bluegreen.deployment-deletion.delay` is the safety margin of a hand-over: the cutover point is the watermark of
one subtask plus this delay, and it is known everywhere only after a while (`p2:R3.2`, [phase2.md](reference/phase2.md) section 6). Its
default is 0 ms, and validation compares it with nothing but the gate timeout (`p2:R3.9`).

Written by `write_margin` (target `pages`), from [two_lanes.json](../scenarios/margin/two_lanes.json) under `flip504-r5`: *measured* is the
smallest delay, in steps of 1 ms, at which no run that `cutover tune` came by lost or doubled a record; *formula* is computed from
the settings alone by `scenarios/random/margin.hpp`. Measured values can be too small, never too large; the formula is an upper bound.

## The formula

    needed <= bound + 2 ms + event time that arrives in [a, b + stale + spread] past the record that arrived at a

    a, b    arrivals of two records of one split, each the largest event time of that split so far, next to each other
    stale   auto watermark interval + longest channel delay for each exchange on the way + spread of the barrier notices (where
            barriers are aligned) + reading time of the other splits of a subtask + pauses of blue's subtasks
    spread  longest informer lag + time for which informers of gates are told nothing

With n partitions read by a subtask each, a record every p ms and event time v times real time that is, but for rounding to whole records,
`bound + 2 ms + v * (n * p + interval + exchanges * channel + notices + lag)`. Event time comes in steps of one record, so measured values do too.

The bound is one of event time; all else is processing time and counts v times: a job that replays five times as fast as real time needs
five times as much for the same informers.

)";
}

std::string Writer::prose_after() {
  return R"(
## What that says

- **The write window plays no part** (`p2:R3.3`, 500 to 2,499 ms), against what [phase2.md](reference/phase2.md) section 6 supposes: a toggle is made
  of the watermark of the moment at which it is written (`p2:R2.2`), not of that at which the window was opened. The window delays T; it does
  not make it older.
- **How far green is behind plays no part either**: neither its deploy time, nor the checkpoint interval that decides from where it reads again, nor a
  pause of its subtasks. A green that is behind drops less before it knows T (D is smaller), but it will see everything that blue has let through
  before *blue's* gates knew T (F is not): the same value serves both.
- **Blue's slowest subtask decides**: T is a minimum over all channels, so what holds up one source subtask, one channel or the gate counts in full.
- **Records out of order within the bound cost nothing of their own** beyond making the wait for the next largest event time of a split longer.
- Remarks that the delay "must be more than the watermark bound" are necessary, not sufficient: the interval, the informers and the speed of the
  input come on top.

## Where the formula is an upper bound only

Everywhere: here by the event time of one to four records, and a test allows no more. It adds up the
longest of everything: that the tick was missed by a hair, that the watermark was slow in its channel, that barriers were in the way, and that
the informer was slow. A run needs a record of the right gate at the right millisecond for each. Under faults that are drawn
(pauses, frozen informers) it counts them as if they hit the moment of T. It assumes that nothing is late and nothing fails, that
blue has caught up with its input when T is set, and that calls to the API server take no time; what they take is to be added to the lag.
)";
}

}  // namespace

MarginPage make_margin_page(const fs::path& root, unsigned jobs) {
  return Writer{root, jobs}.write();
}

}  // namespace docs
