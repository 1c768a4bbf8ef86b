// A folder of small scenarios that judge claims, gone when it goes out of scope.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/folder.hpp"

namespace support {

// A hand-over of about 550 events. With a deletion delay of 1 s it always goes well, with 300 ms in
// some runs, with 0 ms in none: records are lost.
struct ClaimFile {
  std::string judges = R"({ "D1": ["no_loss", "no_duplicates"] })";
  std::string delay = "1 s";
  std::string step = "100 ms";
  std::string reaches = R"(["toggle_set", "ACTIVE_GREEN"])";
  std::string protocol = "flip504-r5";
  std::string more;  // sections, each ending in a comma
};

inline std::string text_of(const ClaimFile& file) {
  return R"({ "title": "a small hand-over", "judges": )" + file.judges + "," + file.more +
         R"(
  "input": { "events": { "records": 200, "rate": "10/s", "event_time": { "start": 0, "step": ")" +
         file.step + R"(" } } },
  "job": { "operators": [
      { "id": "events", "kind": "source", "reads": "events",
        "watermarks": { "strategy": "bounded_out_of_orderness", "bound": "100 ms" } },
      { "id": "output", "kind": "sink", "inputs": [ { "from": "events" } ] } ],
    "checkpointing": { "interval": "2 s" } },
  "deployment": { "protocol": ")" +
         file.protocol + R"(", "transition_mode": "ADVANCED",
    "flink_configuration": { "state.savepoints.dir": "s3://savepoints" },
    "configuration": { "kubernetes.operator.bluegreen.deployment-deletion.delay": ")" +
         file.delay + R"(",
                       "kubernetes.operator.bluegreen.abort.grace-period": "1 min",
                       "kubernetes.operator.bluegreen.reconciliation.reschedule-interval": "1 s" } },
  "environment": { "deploy_time": ["1 s", "2 s"], "status_lag": ["0 ms", "500 ms"] },
  "timeline": [ { "at": "4 s", "do": "change_spec" } ],
  "reaches": )" +
         file.reaches + " }\n";
}

class ClaimFolder {
 public:
  // `name` may have a folder in front.
  void add(const std::string& name, const std::string& text) const {
    const std::filesystem::path file{folder_ / name};
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << text;
  }
  void add(const std::string& name, const ClaimFile& file) const { add(name, text_of(file)); }
  [[nodiscard]] std::string path() const { return folder_.path().string(); }

 private:
  Folder folder_;
};

}  // namespace support
