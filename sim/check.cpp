#include "sim/check.hpp"

namespace sim {

namespace {

std::string where(const char* file, int line, const char* condition, const char* text) {
  return std::string{file} + ":" + std::to_string(line) + ": " + text + " (" + condition + ")";
}

}  // namespace

void fail_check(const char* file, int line, const char* condition, const char* text) {
  throw Bug{where(file, line, condition, text)};
}

void fail_check(const char* file, int line, const char* condition, const char* text,
                std::int64_t value) {
  throw Bug{where(file, line, condition, text) + ": " + std::to_string(value)};
}

}  // namespace sim
