// When a key of the format may or must be there: with which values of another key, its selector.
#pragma once

#include <string_view>

#include "scenarios/reader/format.hpp"

namespace scenarios {

template <class... Enums>
constexpr ValueSet set_of(Enums... values) {
  return (ValueSet{0} | ... | (ValueSet{1} << static_cast<unsigned>(values)));
}
// With these values of the selector a key may be there.
template <class... Enums>
constexpr Condition may(std::string_view selector, Enums... values) {
  return Condition{selector, set_of(values...), 0};
}
// With these values of the selector it must be there.
template <class... Enums>
constexpr Condition must(std::string_view selector, Enums... values) {
  return Condition{selector, set_of(values...), set_of(values...)};
}

}  // namespace scenarios
