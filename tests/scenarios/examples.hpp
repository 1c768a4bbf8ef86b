// Valid scenarios as text: a usual one, one in which every key of the format occurs, and one with
// the key that some of these exclude.
#pragma once

#include <string_view>

namespace scenarios {

constexpr std::string_view kUsualScenario = R"({
  "title": "the upstream end-to-end job: 5x real time, 10 s margin",
  "rules": ["p2:R4.1"], "judges": { "D1": ["no_loss", "no_duplicates"] },
  "input": { "events": {                       // what the outside world sends, shared by both jobs
      "partitions": 1, "records": 6000, "rate": "50/s",      // record k arrives at floor(1000*k/rate) ms
      "event_time": { "start": 1700000000000, "step": "100 ms" },
      "out_of_order": { "every": 10, "offset": 5, "by": "1 s" },
      "late": { "every": 100, "offset": 50, "by": "120 s" } } },
  "job": {                                     /* the DAG */
    "operators": [
      { "id": "events", "kind": "source", "reads": "events", "parallelism": 1, "rate_limit": "50/s",
        "watermarks": { "strategy": "bounded_out_of_orderness", "bound": "2 s" } },
      { "id": "output", "kind": "sink", "guarantee": "exactly_once", "parallelism": 2,
        "inputs": [ { "from": "events", "ship": "rebalance" } ] } ],
    "checkpointing": { "interval": "5 s" } },
  "deployment": {                              // the FlinkBlueGreenDeployment; its own key names
    "protocol": "flip504-r5", "transition_mode": "ADVANCED", "upgrade_mode": "savepoint",
    "gate": { "position": "BEFORE_SINK" },
    "flink_configuration": { "state.savepoints.dir": "s3://savepoints" },
    "configuration": { "kubernetes.operator.bluegreen.deployment-deletion.delay": "10 s",
                       "kubernetes.operator.bluegreen.gate.timeout": "5 min" } },
  "environment": {                             // delays are [shortest, longest]; a draw is a choice
    "informer_lag": ["5 ms", "200 ms"],
    "channel_delay": ["0 ms", "5 ms"], "checkpoint_time": ["1 ms", "50 ms"], "notice_delay": ["1 ms", "20 ms"],
    "deploy_time": ["10 s", "20 s"],
    "faults": [] },
  "timeline": [ { "at": "30 s", "do": "change_spec" } ],
  "reaches": ["toggle_set", "ACTIVE_GREEN"],
  "expect": { "no_loss": "holds", "no_duplicates": "holds" },
  "exempt": [ { "properties": ["no_loss", "no_duplicates"], "records": "late_at_gate", "within_ids": 300, "at_most": 12 } ]
}
)";

constexpr std::string_view kEveryKeyScenario = R"({
  "title": "every key of the format",
  "rules": ["p2:R4.1", "op:T8", "rt:W5"],
  "judges": { "D1": ["no_loss"],
              "L8": { "properties": ["progress", "output_gap"], "assuming": "one watermark governs" } },
  "input": {
    "events": { "partitions": 4, "records": 6000, "rate": "50/s",
      "event_time": { "start": "2023-11-14T22:13:20.5Z", "step": "100 ms" },
      "out_of_order": { "every": 10, "offset": 5, "by": "1 s" },
      "late": { "every": 100, "offset": 50, "by": "2 min" }, "keys": 16,
      "no_timestamp": { "every": 50, "offset": 7 }, "delivery": "each",
      "appears": [ { "partition": 1, "at": "15 s" } ],
      "silent": [ { "partition": 3, "from": "20 s", "until": "30 s", "records": "later" },
                  { "partition": 2, "from": "40 s", "records": "none" } ] },
    "Clicks.v2": { "records": 1, "rate": "1/min", "event_time": { "start": 1700000000000, "step": "0" } },
    "payments": { "partitions": 2, "event_start": "2023-11-14T22:13:19Z",
      "listed": [ { "number": 17, "partition": 1, "at": "850 ms", "event_time": 1700000000850, "key": 3 },
                  { "number": 20, "at": "1 s", "event_time": "2023-11-14T22:13:21Z", "key": 3999999 },
                  { "number": 21, "at": "1 s", "no_timestamp": true, "key": 0 } ] },
    "refunds": { "records": 10, "rate": "1/s", "event_time": { "start": 1700000000000, "step": "1 s" }, "keys": 2 } },
  "job": {
    "operators": [
      { "id": "events", "kind": "source", "reads": "events", "parallelism": 2, "rate_limit": "100/s",
        "discovery_interval": "1 min", "watermarks": { "strategy": "bounded_out_of_orderness", "bound": "2 s" } },
      { "id": "clicks", "kind": "source", "reads": "Clicks.v2", "watermarks": { "strategy": "none", "idleness": "3 s" } },
      { "id": "payments", "kind": "source", "reads": "payments",
        "watermarks": { "strategy": "punctuated", "bound": "1 ms", "after": { "every": 2, "offset": 1 },
                        "alignment": { "group": "all", "max_drift": "20 s", "update_interval": "500 ms" } } },
      { "id": "all", "kind": "map", "parallelism": 2, "inputs": [ { "from": "events", "ship": "hash" } ] },
      { "id": "some", "kind": "filter", "keep": { "every": 3, "offset": 1 }, "parallelism": 2,
        "inputs": [ { "from": "all", "ship": "forward" }, { "from": "clicks" }, { "from": "payments" } ] },
      { "id": "timed", "kind": "assign_timestamps", "parallelism": 2, "watermarks": { "strategy": "monotonous" },
        "event_time": { "later": "3 s", "earlier": { "every": 7, "offset": 1, "by": "5 s" } }, "inputs": [ { "from": "some" } ] },
      { "id": "refunds", "kind": "source", "reads": "refunds", "watermarks": { "strategy": "monotonous" } },
      { "id": "split", "kind": "flat_map", "copies": 3, "inputs": [ { "from": "timed" } ] },
      { "id": "keyed", "kind": "re_key", "keys": 5, "inputs": [ { "from": "split" } ] },
      { "id": "asked", "kind": "look_up", "latency": ["1 ms", "20 ms"], "inputs": [ { "from": "keyed" } ] },
      { "id": "counted", "kind": "keyed_process", "parallelism": 2, "inputs": [ { "from": "asked", "ship": "hash" } ] },
      { "id": "sums", "kind": "window", "inputs": [ { "from": "counted", "ship": "hash" } ],
        "window": { "type": "sliding", "size": "10 s", "slide": "2 s", "offset": "500 ms", "allowed_lateness": "3 s" } },
      { "id": "visits", "kind": "window", "window": { "type": "session", "gap": "4 s" }, "inputs": [ { "from": "refunds", "ship": "hash" } ] },
      { "id": "pairs", "kind": "window_join", "window": { "type": "tumbling", "size": "20 s" },
        "inputs": [ { "from": "sums", "ship": "hash" }, { "from": "visits", "ship": "hash" } ] },
      { "id": "near", "kind": "interval_join", "before": "6 s", "after": "0 s",
        "inputs": [ { "from": "sums", "ship": "hash", "output": "late" }, { "from": "refunds", "ship": "hash", "output": "results" } ] },
      { "id": "output", "kind": "sink", "guarantee": "exactly_once",
        "kafka": { "transactional_id_prefix": { "blue": "app.blue", "green": "app.green" }, "naming": "pooling",
                   "timeout": "1 h", "inherits_state": false },
        "inputs": [ { "from": "timed" }, { "from": "pairs" }, { "from": "near", "output": "late" } ] } ],
    "checkpointing": { "interval": "5 s", "timeout": "2 min", "tolerable_failed": 3, "barriers": "unaligned",
                       "aligned_timeout": "500 ms" },
    "channel_capacity": 50,
    "restart_strategy": { "type": "exponential_delay", "initial_delay": "2 s", "max_delay": "20 s" },
    "failover_strategy": "full",
    "auto_watermark_interval": "100 ms", "flink_version": "1.20", "flink_fixes": [ "FLINK-40475", "FLINK-40499" ] },
  "deployment": {
    "protocol": "flip504-r5", "transition_mode": "ADVANCED", "upgrade_mode": "savepoint", "drain": true,
    "gate": { "position": "BEFORE_SINK", "before-uid": "timed", "allow_several": true },
    "flink_configuration": { "state.savepoints.dir": "s3://savepoints",
                             "kubernetes.operator.savepoint.format.type": "CANONICAL" },
    "configuration": { "kubernetes.operator.bluegreen.deployment-deletion.delay": "10 s",
                       "kubernetes.operator.bluegreen.abort.grace-period": "9 min",
                       "kubernetes.operator.bluegreen.reconciliation.reschedule-interval": "7 s",
                       "kubernetes.operator.bluegreen.gate.timeout": "5 min" } },
  "mutations": ["p2:R2.3", "op:H8", "p2:R1e"],
  "environment": {
    "informer_lag": ["6 ms", "201 ms"], "channel_delay": ["1 ms", "6 ms"], "checkpoint_time": ["2 ms", "51 ms"],
    "notice_delay": ["2 ms", "21 ms"], "open_time": ["3 ms", "4 ms"],
    "deploy_time": { "blue": ["10 s", "20 s"], "green": ["11 s", "21 s"] },
    "status_lag": ["1 s", "10 s"],
    "echo": "drawn", "stopped_job_answers": false,
    "faults": [
      { "between": ["40 s", "2 min"], "do": "pause_subtask", "job": "BLUE", "operator": "some", "subtask": 1, "for": "3 s" },
      { "between": ["0 s", "0 s"], "do": "pause_subtask", "job": "GREEN", "operator": "all", "for": "1 ms" },
      { "between": ["30 s", "1 h"], "do": "freeze_informer", "of": "gate", "job": "GREEN", "subtask": 0, "for": "20 s" },
      { "between": ["20 s", "21 s"], "do": "conflict", "writer": "gate", "job": "GREEN", "times": 1000 },
      { "between": ["20 s", "21 s"], "do": "child_not_ready", "job": "BLUE", "for": "2 s" },
      { "between": ["1 min", "2 min"], "do": "kill_job", "job": "GREEN" },
      { "between": ["1 min", "2 min"], "do": "slow_subtask", "job": "GREEN", "operator": "all", "per_record": "1 ms", "for": "1 s" },
      { "between": ["1 min", "30 d"], "do": "restart_operator", "for": "5 s", "after_writes": 1000 } ] },
  "clock_start": -1,
  "timeline": [
    { "at": "30 s", "do": "change_spec" },
    { "at": "30 s", "do": "pause_subtask", "job": "GREEN", "operator": "events", "subtask": 1, "for": "4 s" },
    { "at": "31 s", "do": "freeze_informer", "of": "gate", "job": "BLUE", "for": "6 s" },
    { "at": "32 s", "do": "freeze_informer", "of": "config_map_cache", "for": "7 s" },
    { "at": "33 s", "do": "freeze_informer", "of": "child_cache", "job": "GREEN", "for": "8 s" },
    { "at": "34 s", "do": "freeze_informer", "of": "spec_cache", "for": "9 s" },
    { "at": "35 s", "do": "conflict", "writer": "controller", "times": 2 },
    { "at": "36 s", "do": "child_not_ready", "job": "GREEN", "for": "10 s" },
    { "at": "37 s", "do": "kill_job", "job": "BLUE" },
    { "at": "38 s", "do": "restart_operator", "for": "11 s", "after_writes": 3 },
    { "at": "38 s", "do": "lose_notices", "job": "GREEN", "times": 2 },
    { "at": "38 s", "do": "slow_subtask", "job": "GREEN", "operator": "some", "subtask": 1, "per_record": "20 ms", "for": "5 s" },
    { "at": "39 s", "do": "kill_task", "job": "BLUE", "operator": "some", "subtask": 1 },
    { "at": "40 s", "do": "kill_job_manager", "job": "GREEN", "for": "12 s" },
    { "at": "41 s", "do": "fail_checkpoint", "job": "GREEN", "times": 4 },
    { "at": "42 s", "do": "pause_job", "job": "GREEN", "for": "13 s" },
    { "at": "42 s", "do": "kill_task_manager", "job": "BLUE", "subtask": 1 },
    { "at": "42 s", "do": "pause_job_manager", "job": "GREEN", "for": "14 s" },
    { "at": "42 s", "do": "fail_savepoint", "job": "GREEN", "times": 5 },
    { "at": "42 s", "do": "hang_savepoint", "job": "BLUE", "times": 6 },
    { "at": "42 s", "do": "slow_savepoint", "job": "GREEN", "times": 7, "by": "15 s" },
    { "at": "42 s", "do": "lose_acknowledgement", "job": "GREEN", "times": 8 },
    { "at": "42 s", "do": "stale_metrics", "job": "GREEN", "for": "16 s" },
    { "at": "42 s", "do": "missing_metrics", "job": "BLUE", "for": "17 s" },
    { "at": "42 s", "do": "slow_deletion", "job": "GREEN", "for": "18 s" },
    { "at": "42 s", "do": "pause_child_controller", "job": "GREEN", "for": "19 s" },
    { "at": "42 s", "do": "drop_watch_event", "of": "gate", "job": "GREEN", "subtask": 0, "times": 9 },
    { "at": "42 s", "do": "drop_watch_event", "of": "config_map_cache", "times": 10 },
    { "at": "42 s", "do": "break_watch", "of": "child_cache", "job": "GREEN", "for": "20 s" },
    { "at": "42 s", "do": "unreachable_map", "job": "GREEN", "for": "21 s" },
    { "at": "42 s", "do": "skew_clock", "job": "GREEN", "by": "22 s", "direction": "behind" },
    { "at": "42 s", "do": "drift_clock", "job": "BLUE", "per_thousand": 500, "direction": "ahead", "for": "23 s" },
    { "at": "42 s", "do": "slow_channels", "job": "GREEN", "by": "24 ms", "for": "25 s" },
    { "at": "42 s", "do": "pause_source", "job": "GREEN", "operator": "events", "subtask": 1, "for": "26 s" },
    { "at": "42 s", "do": "slow_restart", "job": "GREEN", "by": "27 s" },
    { "at": "10 min", "do": "change_spec" } ],
  "reaches": ["toggle_set", "SAVEPOINTING_BLUE"],
  "expect": { "no_loss": "holds", "no_duplicates": "refuted", "no_divergence": "unknown", "key_order": "holds",
              "one_toggle": "holds", "gate_partition": "holds", "teardown_safe": "holds", "progress": "holds",
              "survivor_serves": "holds", "spec_settles": "holds", "child_matches_spec": "holds",
              "no_idle_writes": "holds", "savepoint_fresh": "holds", "deletion_delay_kept": "holds",
              "ingress_exclusive": "holds", "output_gap": { "at_most": "5 s" },
              "basic": { "no_loss": "refuted", "output_gap": { "at_most": "1 s" } } },
  "exempt": [ { "properties": ["no_loss"], "records": "late_at_gate", "within_ids": 300, "at_most": 12 },
              { "properties": ["gate_partition"], "records": "late_at_gate", "at_most": 0 } ],
  "random": {
    "input": { "partitions": [1, 64], "rate": ["2/min", "10/min"], "goes_on_for": ["0 s", "1 h"],
               "falls_silent": ["1 s", "2 s"], "speed": [1, 3], "out_of_order": ["1 s", "2 s"], "late": ["5 s", "1 min"],
               "keys": [1, 8], "silent": ["1 s", "2 s"], "without_timestamps": true, "appears": ["1 s", "2 s"], "starts": [-3000, "1970-01-01T00:00:10Z"] },
    "job": { "shapes": ["any", "linear"], "sources": [1, 4], "operators": [0, 16], "parallelism": [1, 16],
             "ship": ["forward", "hash"], "guarantees": ["exactly_once", "upsert"],
             "kafka": [ { "transactional_id_prefix": "a", "naming": "pooling" } ], "bound": ["0 s", "2 s"],
             "idleness": ["1 s", "2 s"], "without_watermarks": true, "assigned": ["1 s", "2 s"], "co_maps": true,
             "discovery_interval": ["1 s", "2 s"], "checkpoint_interval": ["1 s", "20 s"], "without_checkpoints": true,
             "checkpoint_timeout": ["1 s", "10 s"], "tolerable_failed": [0, 5],
             "restart_strategies": [ { "type": "fixed_delay", "attempts": 2, "delay": "3 s" },
                                     { "type": "failure_rate", "failures": 4, "interval": "30 s", "delay": "500 ms" },
                                     { "type": "none" } ],
             "rate_limit": ["10/s", "50/s"], "barriers": ["unaligned", "aligned"], "aligned_timeout": ["1 ms", "2 s"],
             "channel_capacity": [5, 10],
             "kinds": ["window", "flat_map"], "copies": [1, 4], "new_keys": [2, 9], "latency": ["3 ms", "4 ms"],
             "window": ["5 s", "6 s"], "lateness": ["0 s", "7 s"], "reads_late": true },
    "deployment": { "deletion_delay": ["1 s", "2 s"], "gate_timeout": ["3 s", "4 s"], "abort_grace": ["5 s", "6 s"],
                    "reschedule_interval": ["1 ms", "7 s"], "upgrade_modes": ["savepoint", "stateless"], "drains": true,
                    "gate_positions": ["AFTER_SOURCE", "MANUAL"] },
    "environment": { "informer_lag": ["1 ms", "2 ms"], "channel_delay": ["3 ms", "4 ms"], "checkpoint_time": ["5 ms", "6 ms"],
                     "notice_delay": ["7 ms", "8 ms"], "open_time": ["9 ms", "10 ms"], "deploy_time": ["11 ms", "12 ms"],
                     "status_lag": ["13 ms", "14 ms"], "echo": ["late", "drawn"], "stopped_job_is_silent": true },
    "faults": { "at_most": 16, "kinds": ["kill_job", "conflict"], "after_change": ["0 s", "30 s"],
                "lasting": ["2 s", "1 min"], "per_record": ["1 ms", "20 ms"], "times": [1, 1000], "after_writes": [0, 5] },
    "transitions": { "how_many": [0, 8], "first": ["6 s", "10 s"], "apart": ["15 s", "1 min"] },
    "clock_ahead": ["0 s", "1 h"] },
  "assume": ["margin", "no_late"],
  "seed": 18446744073709551615,
  "horizon": "30 d",
  "budget": { "events": 1000000000 },
  "choices": [ { "what": "priority", "who": "controller", "of": 18446744073709551615, "is": 4294967295 },
               { "what": "informer_lag", "who": "green informer of some[0].timed.0", "of": 4, "is": 195 } ],
  "counterexample": { "property": "no_duplicates", "fingerprint": "00f0b921c0ffee09", "steps": ["one", "two", "one"] }
}
)";

constexpr std::string_view kExploredScenario = R"({
  "title": "a grid, and everything on it",
  "input": {
    "events": { "partitions": 2, "records": 4, "rate": "2/s", "event_time": { "start": 1700000000000, "step": "7 ms" } },
    "clicks": { "listed": [ { "number": 3, "at": "250 ms", "event_time": 1700000000001 } ] } },
  "job": {
    "operators": [
      { "id": "events", "kind": "source", "reads": "events", "parallelism": 2, "rate_limit": "4/s",
        "watermarks": { "strategy": "bounded_out_of_orderness", "bound": "3 ms" } },
      { "id": "clicks", "kind": "source", "reads": "clicks", "rate_limit": "4/s" },
      { "id": "output", "kind": "sink", "parallelism": 2, "inputs": [ { "from": "events" }, { "from": "clicks" } ] } ],
    "checkpointing": { "interval": "1 s" }, "auto_watermark_interval": "250 ms" },
  "deployment": {
    "protocol": "flip504-r5", "transition_mode": "ADVANCED",
    "flink_configuration": { "state.savepoints.dir": "s3://savepoints" },
    "configuration": { "kubernetes.operator.bluegreen.deployment-deletion.delay": "750 ms",
                       "kubernetes.operator.bluegreen.gate.timeout": "8 s" } },
  "environment": { "informer_lag": ["0 ms", "250 ms"], "channel_delay": ["0 ms", "0 ms"], "checkpoint_time": ["0 ms", "250 ms"],
                   "notice_delay": ["0 ms", "250 ms"], "open_time": ["0 ms", "0 ms"],
                   "deploy_time": { "blue": ["500 ms", "500 ms"], "green": ["500 ms", "1 s"] },
                   "faults": [ { "between": ["2 s", "2250 ms"], "do": "child_not_ready", "job": "BLUE", "for": "1 s" } ] },
  "timeline": [ { "at": "1250 ms", "do": "change_spec" } ],
  "explore": { "grid": "250 ms", "write_jitter": ["0 ms", "250 ms", "1750 ms"] }
}
)";

constexpr std::string_view kPlacedScenario = R"({
  "title": "a gate where its author wants it",
  "input": { "events": { "partitions": 1, "records": 10, "rate": "2/s", "event_time": { "start": 0, "step": "1 s" } } },
  "job": {
    "operators": [
      { "id": "events", "kind": "source", "reads": "events" },
      { "id": "output", "kind": "sink", "guarantee": "at_least_once", "inputs": [ { "from": "events" } ] } ] },
  "deployment": {
    "protocol": "flip504-r5", "transition_mode": "ADVANCED",
    "gate": { "position": "MANUAL", "edges": [ { "from": "events", "to": "output" } ] },
    "flink_configuration": { "state.savepoints.dir": "s3://savepoints" } },
  "timeline": [ { "at": "10 s", "do": "change_spec" } ]
}
)";

}  // namespace scenarios
