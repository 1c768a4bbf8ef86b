// The transactional ids of a Kafka cluster, as far as they belong to one writer: prefix-subtask-k
// for one prefix and one subtask (rt:X8-X14).
//
// The transaction that an id stands for is also its producer's epoch: whoever holds another one is
// fenced (rt:X11). Times: processing time. Errors: none.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sim/time.hpp"

namespace model {

enum class TransactionNaming : std::uint8_t {
  kIncrementing,  // k: the checkpoint that the transaction will belong to; a start probes (rt:X10)
  kPooling,       // k: the smallest that is not in use; a start lists what is open
};
constexpr std::array<std::string_view, 2> kTransactionNamingNames{"incrementing", "pooling"};

// An id whose latest producer is neither done nor fenced.
struct TransactionalId {
  std::uint32_t k = 0;
  std::uint32_t transaction = 0;
  sim::Due first_record = sim::Due::never();  // with it the broker begins the transaction

  [[nodiscard]] bool is_open() const { return !first_record.is_never(); }
};

// How many of those there are, and which ids were ever used. The connector leaves no gaps: it uses
// every k from the one behind the checkpoint it starts from, and that one was used or is the first.
// A start from scratch below all used ones begins a new run, and the older one is forgotten.
struct UsedIds {
  std::uint32_t count = 0;
  std::uint32_t first = 0;  // 0: none
  std::uint32_t last = 0;

  [[nodiscard]] bool has(std::uint32_t k) const { return first != 0 && first <= k && k <= last; }
  void use(std::uint32_t k) {
    if (has(k)) {
      return;
    }
    first = first != 0 && k == last + 1 ? first : k;
    last = k;
  }
};

}  // namespace model
