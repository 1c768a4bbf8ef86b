// The outside world: one partitioned topic, the same for both jobs. Immutable; of computed records
// nothing is stored.
//
// A record has a place (from 0, over all partitions, in the order of the numbers) and a number,
// which are the same unless the input lists its records or leaves some out. Computed record k lies
// in partition k mod partitions at offset k / partitions, and arrives at floor(k per / count) ms.
// Arrival is processing time, event times are relative to the plan's origin.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "model/settings.hpp"
#include "sim/time.hpp"

namespace model {

class Input {
 public:
  Input(const InputSettings& settings, EventTime origin)
      : partitions_(settings.partitions),
        records_(settings.count()),
        keys_(settings.keys),
        rate_(settings.rate),
        start_ms_((settings.event_start - origin).ms()),
        step_ms_(settings.event_step.ms()),
        out_of_order_(settings.out_of_order),
        late_(settings.late),
        no_timestamp_(settings.no_timestamp) {
    if (settings.is_listed()) {
      take(settings.listed, origin);
    } else if (!settings.silences.empty() || !settings.appears.empty()) {
      std::vector<Silence> silences = settings.silences;
      for (const Appearance& appearance : settings.appears) {
        silences.push_back(Silence{appearance.partition, {}, appearance.at, false});
      }
      leave_out(silences);
    }
  }

  [[nodiscard]] std::uint32_t partitions() const { return partitions_; }
  [[nodiscard]] std::uint32_t records() const { return records_; }
  [[nodiscard]] bool is_listed() const { return !first_.empty(); }

  // How many records partition p ever holds.
  [[nodiscard]] std::uint32_t length(std::uint32_t p) const {
    if (is_listed()) [[unlikely]] {
      return first_[p + 1] - first_[p];
    }
    return records_ / partitions_ + (p < records_ % partitions_ ? 1 : 0);
  }
  [[nodiscard]] std::uint32_t place(std::uint32_t p, std::uint32_t offset) const {
    if (is_listed()) [[unlikely]] {
      return places_[first_[p] + offset];
    }
    return offset * partitions_ + p;
  }
  // The offset that the record there would have in the computed input that its number is of, so
  // that a record more or less before it changes nothing; past the end: that of its last one, and
  // one more.
  [[nodiscard]] std::uint32_t position(std::uint32_t p, std::uint32_t offset) const {
    if (!is_listed()) {
      return offset;
    }
    const std::uint32_t all = length(p);
    if (offset < all) {
      return number(place(p, offset)) / partitions_;
    }
    return all == 0 ? 0 : number(place(p, all - 1)) / partitions_ + 1;
  }

  // Of the record at a place.
  [[nodiscard]] std::uint32_t number(std::uint32_t k) const {
    return is_listed() ? listed_[k].number : k;
  }
  [[nodiscard]] std::uint32_t partition(std::uint32_t k) const {
    return is_listed() ? listed_[k].partition : k % partitions_;
  }
  [[nodiscard]] sim::Due arrival(std::uint32_t k) const {
    if (is_listed()) [[unlikely]] {
      return listed_[k].at;
    }
    return sim::Due{static_cast<std::uint32_t>(std::uint64_t{k} * rate_.per_ms / rate_.count)};
  }
  [[nodiscard]] Mark event_time(std::uint32_t k) const {
    if (is_listed()) {
      return listed_[k].event_time;
    }
    if (no_timestamp_.selects(k)) {
      return Mark::none();
    }
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
  [[nodiscard]] std::uint32_t key(std::uint32_t k) const {
    return is_listed() ? listed_[k].key : k % keys_;
  }

 private:
  struct Listed {
    std::uint32_t number = 0;
    std::uint32_t partition = 0;
    sim::Due at;
    Mark event_time;
    std::uint32_t key = 0;
  };

  void take(const std::vector<ListedRecord>& listed, EventTime origin) {
    for (const ListedRecord& record : listed) {
      listed_.push_back(Listed{record.number, record.partition,
                               sim::Due{static_cast<std::uint32_t>(record.at.ms())},
                               Mark::at(record.event_time, origin), record.key.value_or(0)});
    }
    find_partitions();
  }

  // Of the computed records those that are sent, when they are.
  void leave_out(const std::vector<Silence>& silences) {
    std::vector<Listed> sent;
    for (std::uint32_t k = 0; k < records_; ++k) {
      const std::optional<sim::ProcessingTime> at =
          sent_at(silences, partition(k), arrival(k).time());
      if (at) {
        const sim::Due due{static_cast<std::uint32_t>(at->ms())};
        sent.push_back(Listed{k, partition(k), due, event_time(k), keys_ == 0 ? 0 : key(k)});
      }
    }
    listed_ = std::move(sent);
    records_ = static_cast<std::uint32_t>(listed_.size());
    find_partitions();
  }
  static std::optional<sim::ProcessingTime> sent_at(const std::vector<Silence>& silences,
                                                    std::uint32_t partition,
                                                    sim::ProcessingTime at) {
    for (bool again = true; again;) {
      again = false;
      for (const Silence& silence : silences) {
        if (silence.partition == partition && silence.contains(at)) {
          if (!silence.comes_later || !silence.until) {
            return std::nullopt;
          }
          at = *silence.until;
          again = true;
        }
      }
    }
    return at;
  }

  void find_partitions() {
    std::vector<std::vector<std::uint32_t>> by_partition(partitions_);
    for (std::uint32_t k = 0; k < records_; ++k) {
      by_partition[listed_[k].partition].push_back(k);
    }
    for (const std::vector<std::uint32_t>& places : by_partition) {
      first_.push_back(static_cast<std::uint32_t>(places_.size()));
      places_.insert(places_.end(), places.begin(), places.end());
    }
    first_.push_back(records_);
  }

  std::uint32_t partitions_;
  std::uint32_t records_;
  std::uint32_t keys_;
  Rate rate_;
  std::int64_t start_ms_;
  std::int64_t step_ms_;
  Outliers out_of_order_;
  Outliers late_;
  Selection no_timestamp_;
  std::vector<Listed> listed_;         // empty: the records are computed
  std::vector<std::uint32_t> places_;  // of all listed records, partition by partition
  std::vector<std::uint32_t> first_;   // where each partition begins in them, and their end
};

}  // namespace model
