// SIM_CHECK: our own bugs, told apart from bad input and from refuted claims.
//
// On in every build. One condition each. Throws `sim::Bug`, which the command line reports with
// exit code 70 and the command that repeats the run. Nothing else in this project throws it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace sim {

class Bug : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// Out of line, so that a check costs its caller one compare and a cold jump.
[[noreturn]] void fail_check(const char* file, int line, const char* condition, const char* text);
[[noreturn]] void fail_check(const char* file, int line, const char* condition, const char* text,
                             std::int64_t value);

}  // namespace sim

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): needs the text of the condition and its place
#define SIM_CHECK(condition, ...)                                     \
  do {                                                                \
    if (!(condition)) [[unlikely]] {                                  \
      ::sim::fail_check(__FILE__, __LINE__, #condition, __VA_ARGS__); \
    }                                                                 \
  } while (false)
