#!/bin/bash
# Two-phase commit with Spin and with sim/explorer.hpp, round by round in one go.
#
#   bench/spin.sh [resource managers, 9] [rounds, 5] [build tree, build/release]
#
# Each round: Spin, what two threads are worth then, ours with one worker and with two. Prints medians of wall time and of ratios
# taken inside the rounds; two workers are compared with one only in rounds in which a second processor was free. Ends with 1 if states or transitions differ anywhere, with 2 if something is not there.
set -u -o pipefail
cd "$(dirname "$0")/.." || exit 2
rms=${1:-9} rounds=${2:-5} build=${3:-build/release}
explore=$build/bench/explore_two_phase worth=$build/bench/threads_worth
for needed in spin gcc "$explore" "$worth"; do
  command -v "$needed" >/dev/null || { echo "$needed is not there" >&2; exit 2; }
done

folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
model=$PWD/bench/spin/two_phase_commit.pml
(cd "$folder" && spin -DN="$rms" -a "$model" >/dev/null && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c) || exit 2

# name=value of a line of ours
value() { sed -n "s/.*\b$1=\([0-9.]*\).*/\1/p"; }
now() { date +%s.%N; }

for ((round = 1; round <= rounds; ++round)); do
  start=$(now)
  (cd "$folder" && ./pan -m10000 -w27 -E) >"$folder/spin.txt" 2>&1 || { cat "$folder/spin.txt"; exit 1; }
  end=$(now)
  spin_states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' "$folder/spin.txt")
  spin_transitions=$(sed -n 's/^ *\([0-9]*\) transitions.*/\1/p' "$folder/spin.txt")
  spin_bytes=$(sed -n 's/.*state-vector as stored = \([0-9]*\) byte + \([0-9]*\) byte overhead.*/\1 \2/p' "$folder/spin.txt" |
    awk '{ print $1 + $2 }')
  together=$("$worth" | value together)
  one=$("$explore" "$rms" 1) || { echo "$one"; exit 1; }
  two=$("$explore" "$rms" 2) || { echo "$two"; exit 1; }
  for line in "$one" "$two"; do
    # Spin counts the initial state among its transitions.
    if [ "$(value states <<<"$line")" != "$spin_states" ] ||
       [ "$(($(value transitions <<<"$line") + 1))" != "$spin_transitions" ]; then
      echo "COUNTS DIFFER: Spin $spin_states states, $spin_transitions transitions; ours $line"
      exit 1
    fi
  done
  echo "$start $end $(value seconds <<<"$one") $(value seconds <<<"$two") $together $spin_states $spin_transitions" \
    "$spin_bytes $(value bytes_per_state <<<"$one")" >>"$folder/rounds.txt"
  tail -1 "$folder/rounds.txt" | awk '{ printf "round: Spin %.2f s, one worker %.2f s, two %.2f s, two threads worth %.2f\n",
                                         $2 - $1, $3, $4, $5 }' >&2
done

awk -v rms="$rms" '
  function median(values, n,   i, j, t) {
    for (i = 2; i <= n; ++i) for (j = i; j > 1 && values[j - 1] > values[j]; --j) {
      t = values[j]; values[j] = values[j - 1]; values[j - 1] = t
    }
    return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
  }
  { spin[NR] = $2 - $1; one[NR] = $3; two[NR] = $4; worth[NR] = $5; states = $6; transitions = $7 - 1
    to_spin[NR] = spin[NR] / $3; two_to_spin[NR] = spin[NR] / $4; ratio[NR] = $3 / $4; spin_bytes = $8; bytes = $9
    least = NR == 1 || $5 < least ? $5 : least; most = $5 > most ? $5 : most }
  END {
    printf "two-phase commit, %d RMs: %d states, %d transitions, the same in all; medians of %d rounds\n",
           rms, states, transitions, NR
    printf "                     seconds    states/s   to Spin  bytes/state\n"
    s = median(spin, NR);  printf "Spin 6.5.2          %8.2f  %10d  %8s  %11.1f\n", s, states / s, "1", spin_bytes
    s = median(one, NR);   printf "ours, one worker    %8.2f  %10d  %8.2f  %11.1f\n", s, states / s, median(to_spin, NR), bytes
    s = median(two, NR);   printf "ours, two workers   %8.2f  %10d  %8.2f  %11.1f\n", s, states / s, median(two_to_spin, NR), bytes
    for (i = 1; i <= NR; ++i) if (worth[i] >= 1.8) free[++count] = ratio[i]
    printf "two threads were worth %.2f (%.2f to %.2f)", median(worth, NR), least, most
    if (count) printf "; in %d rounds at least 1.8: two workers to one %.2f there", count, median(free, count)
    printf "\n"
  }' "$folder/rounds.txt"
