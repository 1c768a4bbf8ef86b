// PHOLD (Fujimoto 1990): what one event of the kernel costs, beside a bare std::priority_queue.
//
// A fixed population of events hops between logical processes: each one taken updates its process,
// draws a new destination (uniform) and a delay of 1,000 ms plus an exponential one of mean 1,000
// ms, and is set again. Same random numbers, same model code and same order of events on every
// side, which the digests confirm.
//   queue   std::priority_queue of 16-byte events, the model called from the loop
//   agenda  sim::Agenda, the model called from the same loop
//   run     sim::run with SeededChoices for every draw and a Trace note an event: all that a real
//   run pays
// `run` draws through its choice source, so that its digest differs from the other two.
//
// Usage: phold [rounds] [million events a round]. Rounds are interleaved; medians and ratios of CPU
// time are printed.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <queue>
#include <vector>

#include "bench/cpu_clock.hpp"
#include "sim/agenda.hpp"
#include "sim/choice_seeded.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"
#include "sim/trace.hpp"

namespace {

constexpr std::uint32_t kProcesses = 1024;
constexpr std::uint32_t kTableSize = 1024;

// 1,000 ms and the quantiles of an exponential distribution of mean 1,000 ms. The only floating
// point in the program.
std::vector<std::uint32_t> delay_table() {
  std::vector<std::uint32_t> table(kTableSize);
  for (std::uint32_t i = 0; i < kTableSize; ++i) {
    table[i] = 1000 + static_cast<std::uint32_t>(-1000.0 * std::log((i + 0.5) / kTableSize));
  }
  return table;
}

struct Process {
  std::uint64_t count = 0;
  std::uint64_t state = 0;
};

// What every side carries out for one event.
class Phold {
 public:
  explicit Phold(const std::vector<std::uint32_t>& delays)
      : delays_(&delays), processes_(kProcesses) {}

  std::uint32_t draw_delay() { return (*delays_)[sim::below(random_.next(), kTableSize)]; }
  std::uint32_t draw_process() { return sim::below(random_.next(), kProcesses); }
  [[nodiscard]] std::uint32_t delay(std::uint32_t quantile) const { return (*delays_)[quantile]; }

  void visit(std::uint32_t process, std::uint64_t at, std::uint32_t event) {
    Process& p = processes_[process];
    ++p.count;
    p.state = (p.state ^ at) * 0x9FB21C651E98DF25U;
    digest_ = (digest_ * 31) + at + (static_cast<std::uint64_t>(event) << 40);
  }

  [[nodiscard]] std::uint64_t digest() const { return digest_; }

 private:
  const std::vector<std::uint32_t>* delays_;
  std::vector<Process> processes_;
  sim::SplitMix64 random_{12345};
  std::uint64_t digest_ = 0;
};

struct Result {
  double ns_per_event = 0;
  std::uint64_t digest = 0;
};

template <class Warm, class Timed>
double timed(std::uint64_t events, Warm warm, Timed body) {
  warm();
  const bench::CpuClock::time_point start = bench::CpuClock::now();
  body();
  return bench::nanoseconds_between(start, bench::CpuClock::now()) / static_cast<double>(events);
}

struct BareEvent {
  std::uint64_t at;
  std::uint32_t id;
  std::uint32_t process;
};

struct Later {
  bool operator()(const BareEvent& a, const BareEvent& b) const {
    return a.at != b.at ? a.at > b.at : a.id > b.id;
  }
};

Result bare_queue(const std::vector<std::uint32_t>& delays, std::uint32_t population,
                  std::uint64_t events) {
  Phold model{delays};
  std::priority_queue<BareEvent, std::vector<BareEvent>, Later> queue;
  for (std::uint32_t i = 0; i < population; ++i) {
    queue.push(BareEvent{model.draw_delay(), i, i % kProcesses});
  }
  const auto hop = [&](std::uint64_t times) {
    for (; times > 0; --times) {
      const BareEvent event = queue.top();
      queue.pop();
      model.visit(event.process, event.at, event.id);
      const std::uint32_t process = model.draw_process();
      queue.push(BareEvent{event.at + model.draw_delay(), event.id, process});
    }
  };
  const double ns = timed(
      events, [&] { hop(population); }, [&] { hop(events); });
  return {ns, model.digest()};
}

Result agenda(const std::vector<std::uint32_t>& delays, std::uint32_t population,
              std::uint64_t events) {
  Phold model{delays};
  sim::Agenda agenda{population};
  std::vector<std::uint32_t> process_of(population);
  for (std::uint32_t i = 0; i < population; ++i) {
    process_of[i] = i % kProcesses;
    agenda.set({sim::Due{model.draw_delay()}, 0, sim::Slot{i}});
  }
  const auto hop = [&](std::uint64_t times) {
    sim::Agenda::Entry event;
    for (; times > 0 && agenda.take(event); --times) {
      const std::uint32_t id = sim::index_of(event.slot);
      if (const std::optional<sim::Slot> soon = agenda.soon()) {
        __builtin_prefetch(&process_of[sim::index_of(*soon)], 1);
      }
      model.visit(process_of[id], event.due.ms, id);
      process_of[id] = model.draw_process();
      agenda.set({event.due.after(model.draw_delay()), 0, event.slot});
    }
  };
  const double ns = timed(
      events, [&] { hop(population); }, [&] { hop(events); });
  return {ns, model.digest()};
}

// The same hops as a model of sim::run; every draw is a named choice, every event a note.
class PholdWorld {
 public:
  PholdWorld(const std::vector<std::uint32_t>& delays, std::uint32_t population)
      : model_(delays), agenda_(population), events_(population) {
    for (std::uint32_t i = 0; i < population; ++i) {
      events_[i].process = i % kProcesses;
      schedule(sim::Slot{i}, sim::Due{0});
    }
  }

  void on_event(sim::Slot slot, sim::Due now) {
    const std::uint32_t id = sim::index_of(slot);
    Event& event = events_[id];
    model_.visit(event.process, now.ms, id);
    trace_.add({now, kHop, 0, id, event.process, 0});
    event.process = choices_.choose({kDestination, id}, ++event.hops, kProcesses);
    schedule(slot, now);
  }
  void prefetch(sim::Slot slot) const { __builtin_prefetch(&events_[sim::index_of(slot)], 1); }
  [[nodiscard]] static sim::Due settles_at() { return sim::Due::never(); }

  sim::Agenda& agenda() { return agenda_; }
  [[nodiscard]] std::uint64_t fingerprint() const { return trace_.fingerprint(); }

 private:
  static constexpr std::uint16_t kHop = 1;
  static constexpr std::uint16_t kDestination = 1;
  static constexpr std::uint16_t kDelay = 2;

  struct Event {
    std::uint32_t process = 0;
    std::uint32_t hops = 0;
  };

  void schedule(sim::Slot slot, sim::Due now) {
    const std::uint32_t id = sim::index_of(slot);
    const std::uint32_t quantile = choices_.choose({kDelay, id}, events_[id].hops, kTableSize);
    agenda_.set({now.after(model_.delay(quantile)), 0, slot});
  }

  Phold model_;
  sim::Agenda agenda_;
  std::vector<Event> events_;
  sim::SeededChoices choices_{1, {}};
  sim::Trace trace_;
};

Result full_run(const std::vector<std::uint32_t>& delays, std::uint32_t population,
                std::uint64_t events) {
  PholdWorld world{delays, population};
  const auto hop = [&](std::uint64_t times) {
    sim::run(world, world.agenda(), sim::Budget{times, sim::Due{UINT32_MAX - 1}});
  };
  const double ns = timed(
      events, [&] { hop(population); }, [&] { hop(events); });
  return {ns, world.fingerprint()};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Interleaved rounds, so that a clock that moves during the measurement moves all three alike.
bool measure(std::uint32_t population, std::uint64_t events, int rounds) {
  const std::vector<std::uint32_t> delays = delay_table();
  using Side = Result (*)(const std::vector<std::uint32_t>&, std::uint32_t, std::uint64_t);
  constexpr std::array<Side, 3> kSides{bare_queue, agenda, full_run};
  std::array<std::vector<double>, 3> ns;
  std::array<std::vector<double>, 3> ratios;
  std::array<std::uint64_t, 3> digests{};
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t side = 0; side < kSides.size(); ++side) {
      const Result result = kSides[side](delays, population, events);
      ns[side].push_back(result.ns_per_event);
      ratios[side].push_back(result.ns_per_event / ns[0].back());
      digests[side] = result.digest;
    }
  }
  std::printf("%9u  %10.1f  %10.1f  %6.2f  %10.1f  %6.2f   %s\n", population, median(ns[0]),
              median(ns[1]), median(ratios[1]), median(ns[2]), median(ratios[2]),
              digests[0] == digests[1] ? "same" : "DIFFERENT");
  std::fflush(stdout);
  return digests[0] == digests[1];
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 7;
  const double millions = argc > 2 ? std::atof(argv[2]) : 2;
  const auto events = static_cast<std::uint64_t>(millions * 1e6);
  std::printf("PHOLD, %u processes; medians of %d interleaved rounds of %.1f M events, ns/event\n",
              kProcesses, rounds, millions);
  std::printf("  pending       queue      agenda   ratio         run   ratio   order\n");
  bool same = true;
  for (const std::uint32_t population : {64U, 1024U, 1048576U}) {
    same = measure(population, events, rounds) && same;
  }
  return same ? 0 : 1;
}
