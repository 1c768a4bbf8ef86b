#include "scenarios/runner/compare_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace scenarios {

namespace {

using Kind = RowDifference::Kind;
using model::Ledger;
using model::Rows;

// By the sink and the place among its inputs: plans with other gates number them differently.
std::vector<std::uint64_t> names_of_sink_inputs(const model::JobPlan& job) {
  std::vector<std::uint64_t> names(job.sink_inputs);
  for (const model::OpPlan& op : job.ops) {
    if (op.kind == model::NodeKind::kSink) {  // up to where the next sink's begin
      for (std::uint32_t input = op.sink_input; input < names.size(); ++input) {
        names[input] = op.name + input - op.sink_input;
      }
    }
  }
  return names;
}

std::uint64_t digest(const PlannedRun& of, const Ledger::Shown& shown) {
  return of.run.world.rows().row(shown.item).digest;
}

// Whether a content stands in what a run showed.
bool has(const PlannedRun& of, const std::vector<Ledger::Shown>& shown, std::uint64_t content) {
  return std::any_of(shown.begin(), shown.end(),
                     [&](const Ledger::Shown& each) { return digest(of, each) == content; });
}

bool is_by_both(const std::vector<Ledger::Shown>& shown) {
  return std::any_of(shown.begin(), shown.end(), [&](const Ledger::Shown& each) {
    return each.by.color != shown.front().by.color;
  });
}

// One content more than once.
Kind repetition(const PlannedRun& of, const std::vector<Ledger::Shown>& shown,
                bool counts_replays) {
  Kind worst = Kind::kNone;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (digest(of, shown[i]) != digest(of, shown[k])) {
        continue;
      }
      if (shown[i].by.color != shown[k].by.color) {
        return Kind::kAcross;
      }
      if (shown[i].by.deployment != shown[k].by.deployment) {
        worst = Kind::kRedeployed;
      } else if (worst == Kind::kNone && counts_replays) {
        worst = Kind::kReplayed;
      }
    }
  }
  return worst;
}

// What a run showed of a result, beside what the undisturbed one did.
Kind classify(const PlannedRun& of, const std::vector<Ledger::Shown>& shown,
              const PlannedRun& undisturbed, const std::vector<Ledger::Shown>& right,
              bool counts_replays) {
  if (shown.empty() || right.empty()) {
    return shown.empty() && right.empty() ? Kind::kNone
           : shown.empty()                ? Kind::kLost
                                          : Kind::kSurplus;
  }
  for (const Ledger::Shown& each : shown) {
    if (!has(undisturbed, right, digest(of, each))) {
      return is_by_both(shown) ? Kind::kTwice : Kind::kPartial;
    }
  }
  for (const Ledger::Shown& each : right) {
    if (!has(of, shown, digest(undisturbed, each))) {
      return Kind::kPartial;
    }
  }
  return repetition(of, shown, counts_replays);
}

// Whether a keyed operator has a part in what the row is the result of.
bool is_of_keyed(const PlannedRun& at, std::uint32_t identity) {
  const model::JobPlan& job = at.plan.job();
  const Rows& rows = at.run.world.rows();
  for (;;) {
    const model::Identity& of = rows.identity(identity);
    const bool is_late = of.kind == model::Identity::Kind::kLate;
    if (is_keyed(job.ops[of.op].kind) && !is_late) {
      return true;
    }
    if (of.kind == model::Identity::Kind::kWindow || of.of < job.records) {
      return false;
    }
    identity = of.of - job.records;
  }
}

const std::vector<Ledger::Shown>& find(
    const std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<Ledger::Shown>>& all,
    const std::pair<std::uint64_t, std::uint64_t>& key) {
  static const std::vector<Ledger::Shown> kNone;
  const auto at = all.find(key);
  return at == all.end() ? kNone : at->second;
}

// The records that went into a row, ascending, each as often as it did.
std::vector<std::uint32_t> records_of(const PlannedRun& at, const Ledger::Shown& shown) {
  std::vector<std::uint32_t> records;
  at.run.world.rows().visit_lineage(
      shown.item, [](std::uint32_t) {}, [&](std::uint32_t record) { records.push_back(record); });
  std::sort(records.begin(), records.end());
  return records;
}

}  // namespace

RowComparison::RowComparison(const PlannedRun& judged, const PlannedRun& undisturbed,
                             const PlannedRun& plain)
    : judged_(judged),
      undisturbed_(undisturbed),
      plain_(plain),
      own_(shown_in(judged)),
      right_(shown_in(undisturbed)),
      upgraded_(shown_in(plain)) {
  for (const auto& [key, shown] : right_) {
    ++owed_;
    committed_ += own_.contains(key) ? 1U : 0U;
    const std::uint32_t identity = undisturbed.run.world.rows().row(shown.front().item).identity;
    compared_ += is_of_keyed(undisturbed, identity) ? 1U : 0U;
    compare(key);
  }
  for (const auto& [key, shown] : own_) {
    if (!right_.contains(key)) {
      compare(key);
    }
  }
  std::stable_sort(differences_.begin(), differences_.end(),
                   [](const RowDifference& a, const RowDifference& b) {
                     return std::tie(a.event_time_ms, a.what) < std::tie(b.event_time_ms, b.what);
                   });
}

RowComparison::AllShown RowComparison::shown_in(const PlannedRun& of) {
  const std::vector<std::uint64_t> inputs = names_of_sink_inputs(of.plan.job());
  const Rows& rows = of.run.world.rows();
  AllShown all;
  for (const Ledger::Shown& shown : of.run.ledger.shown_rows()) {
    all[Key{rows.name(shown.item), inputs[shown.output % inputs.size()]}].push_back(shown);
  }
  return all;
}

void RowComparison::compare(const Key& key) {
  const Shown& judged = find(own_, key);
  const Shown& undisturbed = find(right_, key);
  const Shown& plain = find(upgraded_, key);
  const model::JobPlan& job = judged_.plan.job();
  const auto guarantee = [&](const PlannedRun& of, const Shown& shown) {
    const std::vector<model::Guarantee>& all = of.plan.job().guarantees;
    return all[shown.front().output % all.size()] == model::Guarantee::kExactlyOnce;
  };
  const bool counts_replays = !judged.empty() && guarantee(judged_, judged);
  const Kind kind = classify(judged_, judged, undisturbed_, undisturbed, counts_replays);
  if (kind == Kind::kNone) {
    return;
  }
  RowDifference difference =
      judged.empty() ? described(undisturbed_, undisturbed) : described(judged_, judged);
  difference.kind = kind;
  difference.key = key;
  if (judged.empty()) {
    difference.output.reset();
  }
  const bool is_shown_by_upgrade =
      classify(plain_, plain, undisturbed_, undisturbed, counts_replays) == kind;
  // What a restart repeats is counted twice where barriers are only counted (rt:C7).
  const bool counts_twice = job.barriers == model::Barriers::kAtLeastOnce && kind >= Kind::kTwice;
  difference.depends_on_schedule =
      is_shown_by_upgrade || counts_twice || has_late_parts(judged_, judged) ||
      has_late_parts(undisturbed_, undisturbed) || has_late_parts(plain_, plain);
  differences_.push_back(std::move(difference));
}

// At an operator on the way, in any of the runs.
bool RowComparison::has_late_parts(const PlannedRun& at, const Shown& shown) const {
  const Rows& rows = at.run.world.rows();
  for (const Ledger::Shown& each : shown) {
    std::uint64_t places = 0;
    std::uint64_t late = 0;
    rows.visit_lineage(
        each.item,
        [&](std::uint32_t row) {
          const model::Identity& of = rows.identity(rows.row(row).identity);
          places |= std::uint64_t{1} << at.plan.job().ops[of.op].place;
        },
        [&](std::uint32_t record) {
          for (const PlannedRun* run : {&judged_, &undisturbed_, &plain_}) {
            late |= run->run.world.rows().late_at(record);
          }
        });
    if ((places & late) != 0) {
      return true;
    }
  }
  return false;
}

// The first few.
std::vector<std::string> RowComparison::names(const std::vector<std::uint32_t>& records) const {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(records.size(), kShown); ++i) {
    names.push_back(judged_.plan.record_name(records[i]));
  }
  if (records.size() > kShown) {
    names.push_back(fmt::format("{} more", records.size() - kShown));
  }
  return names;
}

std::vector<std::string> RowComparison::explain(const RowDifference& difference) const {
  const Shown& own = find(own_, difference.key);
  const Shown& right = find(right_, difference.key);
  std::vector<std::string> sentences;
  std::vector<std::uint32_t> wanted;
  if (right.empty()) {
    sentences.emplace_back("without the change of the spec there is no such result");
  } else {
    wanted = records_of(undisturbed_, right.back());
    sentences.push_back(
        fmt::format("without the change of the spec {} of the input went into it: {}",
                    wanted.size() == 1 ? "one record" : fmt::format("{} records", wanted.size()),
                    fmt::join(names(wanted), ", ")));
  }
  for (const Ledger::Shown& shown : own) {
    const std::vector<std::uint32_t> got = records_of(judged_, shown);
    std::vector<std::uint32_t> missing;
    std::vector<std::uint32_t> more;
    std::set_difference(wanted.begin(), wanted.end(), got.begin(), got.end(),
                        std::back_inserter(missing));
    std::set_difference(got.begin(), got.end(), wanted.begin(), wanted.end(),
                        std::back_inserter(more));
    std::string sentence =
        fmt::format("{} showed it made of {}", model::name_of(shown.by.color), got.size());
    if (!missing.empty()) {
      sentence += fmt::format(", without {}", fmt::join(names(missing), ", "));
    }
    if (!more.empty()) {
      sentence += fmt::format(", with {} besides", fmt::join(names(more), ", "));
    }
    sentences.push_back(sentence);
  }
  if (own.empty()) {
    sentences.emplace_back("no job showed it");
  }
  return sentences;
}

RowDifference RowComparison::described(const PlannedRun& at, const Shown& shown) const {
  const Rows& rows = at.run.world.rows();
  const model::Row& row = rows.row(shown.front().item);
  RowDifference difference;
  difference.output = shown.front().output;
  difference.what = rows.describe(row.identity);
  const model::EventTime time = row.time.since(at.plan.origin());
  if (time != model::kNoTimestamp) {
    difference.event_time_ms = time.ms();
  }
  return difference;
}

}  // namespace scenarios
