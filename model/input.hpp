// The outside world: one partitioned topic, the same for both jobs. Immutable; nothing is stored
// per record.
//
// Record k (from 0, over all partitions) lies in partition k mod partitions at offset k /
// partitions, and arrives at floor(k per / count) ms. Arrival is processing time, event times are
// relative to the plan's origin.
#pragma once

#include <cstdint>

#include "model/settings.hpp"
#include "sim/time.hpp"

namespace model {

class Input {
 public:
  Input(const InputSettings& settings, EventTime origin)
      : partitions_(settings.partitions),
        records_(settings.records),
        keys_(settings.keys),
        rate_(settings.rate),
        start_ms_((settings.event_start - origin).ms()),
        step_ms_(settings.event_step.ms()),
        out_of_order_(settings.out_of_order),
        late_(settings.late) {}

  [[nodiscard]] std::uint32_t partitions() const { return partitions_; }
  [[nodiscard]] std::uint32_t records() const { return records_; }

  // How many records partition p ever holds.
  [[nodiscard]] std::uint32_t length(std::uint32_t p) const {
    return records_ / partitions_ + (p < records_ % partitions_ ? 1 : 0);
  }
  [[nodiscard]] std::uint32_t number(std::uint32_t p, std::uint32_t offset) const {
    return offset * partitions_ + p;
  }
  [[nodiscard]] sim::Due arrival(std::uint32_t k) const {
    return sim::Due{static_cast<std::uint32_t>(std::uint64_t{k} * rate_.per_ms / rate_.count)};
  }
  [[nodiscard]] Mark event_time(std::uint32_t k) const {
    std::int64_t ms = start_ms_ + step_ms_ * k;
    if (out_of_order_.which.selects(k)) {
      ms -= out_of_order_.by.ms();
    }
    if (late_.which.selects(k)) {
      ms -= late_.by.ms();
    }
    return Mark{static_cast<std::int32_t>(ms)};
  }
  // REQUIRES: the input has keys.
  [[nodiscard]] std::uint32_t key(std::uint32_t k) const { return k % keys_; }

 private:
  std::uint32_t partitions_;
  std::uint32_t records_;
  std::uint32_t keys_;
  Rate rate_;
  std::int64_t start_ms_;
  std::int64_t step_ms_;
  Outliers out_of_order_;
  Outliers late_;
};

}  // namespace model
