// The part of the format that counterexamples are written in: decisions by name, what they lead to,
// records one by one.
//
// Tables as in format.hpp.
#pragma once

#include <array>

#include "model/settings.hpp"
#include "scenarios/reader/format.hpp"

namespace scenarios {

constexpr std::uint64_t kMostChoices = 1'000'000;

inline constexpr std::array kNamedChoiceKeys{
    Key{"what", "choice_kind", Presence::kRequired, {}, "What is decided."},
    Key{"who",
        "string",
        Presence::kRequired,
        {1, 400},
        "About whom: \"green informer of output[1].0\"."},
    Key{"of", "integer", Presence::kRequired, {}, "Which of its decisions of this kind."},
    Key{"is",
        "integer",
        Presence::kRequired,
        {0, UINT32_MAX},
        "What is chosen; of a delay: ms above the shortest."}};

inline constexpr std::array kCounterexampleKeys{
    Key{"property", "property", Presence::kRequired, {}, "What it refutes."},
    Key{"fingerprint", "fingerprint", Presence::kRequired, {}, "Of the run that refutes it."},
    Key{"steps",
        "[string]",
        Presence::kOptional,
        {0, 10'000},
        "The story of the run, a line a step."}};

inline constexpr std::array kListedRecordKeys{
    Key{"number",
        "integer",
        Presence::kRequired,
        {0, model::limits::kRecords - 1},
        "Names the record and what is drawn about it; above that of the one before."},
    Key{"partition",
        "integer",
        Presence::kOptional,
        {0, model::limits::kPartitions - 1},
        "Where it is, below partitions (default 0)."},
    Key{"at",
        "duration",
        Presence::kRequired,
        {0, model::limits::kDurationMs},
        "When it arrives; not before the one ahead of it in its partition."},
    Key{"event_time",
        "instant",
        Presence::kRequired,
        {},
        "The event time that it carries.",
        {},
        "no_timestamp"},
    Key{"no_timestamp", "boolean", Presence::kOptional, {}, "It carries none."},
    Key{"key",
        "integer",
        Presence::kOptional,
        {0, model::limits::kRecords - 1},
        "Its key; all records of an input have one, or none has."}};

}  // namespace scenarios
