#include "reports/words.hpp"

namespace reports {

std::string_view word(sim::Verdict verdict) {
  switch (verdict) {
    case sim::Verdict::kHolds: return "holds";
    case sim::Verdict::kRefuted: return "REFUTED";
    case sim::Verdict::kUnknown: return "UNKNOWN";
    case sim::Verdict::kNotJudged: return "-";
  }
  return "";
}

}  // namespace reports
