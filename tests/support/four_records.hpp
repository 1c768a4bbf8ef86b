// A hand-over whose runs can all be looked at in a moment: four records, one gate a job, no
// checkpoints, all time in steps of 500 ms.
//
// As it stands it is always aborted and all is well. Under r4 a late toggle loses records, under r1
// no toggle is ever set and the transition never ends, under basic both jobs write.
#pragma once

#include <string_view>

namespace support {

constexpr std::string_view kFourRecords = R"({
  "title": "four records, and every run of them",
  "input": { "events": {
      "listed": [
        { "number": 0, "at": "3 s", "event_time": 1700000000000 },
        { "number": 1, "at": "4500 ms", "event_time": 1700000001000 },
        { "number": 2, "at": "5500 ms", "event_time": 1700000005000 },
        { "number": 3, "at": "6 s", "event_time": 1700000009000 } ] } },
  "job": {
    "operators": [
      { "id": "events", "kind": "source", "reads": "events", "rate_limit": "2/s", "watermarks": { "strategy": "monotonous" } },
      { "id": "output", "kind": "sink", "guarantee": "at_least_once", "inputs": [ { "from": "events" } ] } ],
    "auto_watermark_interval": "500 ms" },
  "deployment": {
    "protocol": "flip504-r5", "transition_mode": "ADVANCED",
    "flink_configuration": { "state.savepoints.dir": "s3://savepoints" },
    "configuration": { "kubernetes.operator.bluegreen.deployment-deletion.delay": "0 ms",
                       "kubernetes.operator.bluegreen.gate.timeout": "6 s",
                       "kubernetes.operator.bluegreen.abort.grace-period": "6 s",
                       "kubernetes.operator.bluegreen.reconciliation.reschedule-interval": "1 s" } },
  "environment": { "informer_lag": ["500 ms", "500 ms"], "channel_delay": ["500 ms", "500 ms"],
                   "checkpoint_time": ["500 ms", "500 ms"], "notice_delay": ["500 ms", "500 ms"],
                   "open_time": ["500 ms", "500 ms"], "deploy_time": ["500 ms", "500 ms"],
                   "status_lag": ["0 ms", "0 ms"] },
  "timeline": [ { "at": "2 s", "do": "change_spec" } ],
  "explore": { "grid": "500 ms", "write_jitter": ["0 ms"] }
}
)";

}  // namespace support
