// docs/crash_points.md: what happens when the operator dies between any two effects of the happy
// path, by having it die there.
//
// Nothing in it is typed in but the prose. Errors: problems, each a line, where a file cannot be
// read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace docs {

// The operator dies right after one effect, before the next.
struct CrashPoint {
  std::string protocol;
  std::string after;        // the effect
  std::string before;       // the next one of a run in which it does not die; empty: there is none
  std::string comes_back;   // how it ends if the operator is soon back
  std::string comes_late;   // and if it is back after the deadline, with a target that is not ready
  bool is_refuted = false;  // of what holds without the crash, in some run of the first kind
  bool is_refuted_late = false;  // or of the second
};

struct CrashPage {
  std::string page;
  std::vector<CrashPoint> points;
  std::vector<std::string> problems;
};

// `root`: the project's. Some thousand simulations, in one thread.
CrashPage make_crash_page(const std::filesystem::path& root);

}  // namespace docs
