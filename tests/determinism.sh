#!/usr/bin/env bash
# The same scenario and seed gives the same bytes on every compiler and optimisation level:
# determinism.sh [--all] [SEED...]   (default 1 2 3)
#
# Builds cutover with g++ -O3 and clang -O1 under sanitizers, with --all also g++ -O0, g++ -O1 and clang -O2, and compares
# `cutover run FILE --seed N --json -` over all valid scenarios, and what `cutover check` finds in some of them with another
# number of workers each. The first difference is shown.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
presets=(release asan)
if [ "${1:-}" = --all ]; then
  presets+=(o0 dev clang)
  shift
fi
seeds=("$@")
[ ${#seeds[@]} -gt 0 ] || seeds=(1 2 3)

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for preset in "${presets[@]}"; do
  if ! { cmake --preset "$preset" && cmake --build --preset "$preset" --target cutover; } >"$out/log" 2>&1; then
    cat "$out/log"
    exit 1
  fi
done

# One scenario under every seed and preset; none after a difference.
compare_file() {
  local file=$1 mine=$out/${1//\//+} seed preset code
  [ ! -e "$out/differs" ] || return 0
  mkdir "$mine"
  for seed in $all_seeds; do
    for preset in $all_presets; do
      code=0
      "build/$preset/cutover" run "$file" --seed "$seed" --json - >"$mine/$preset" 2>"$mine/err" || code=$?
      if [ "$code" -ge 64 ] || [ ! -s "$mine/$preset" ]; then
        touch "$out/differs"
        cat "$mine/err"
        echo "$file, seed $seed, $preset: exit code $code"
        return 1
      fi
      echo "exit code $code" >>"$mine/$preset"
      if ! cmp -s "$mine/release" "$mine/$preset"; then
        touch "$out/differs"
        echo "$file, seed $seed: $preset differs from release"
        diff "$mine/release" "$mine/$preset" | head -n 10
        return 1
      fi
    done
    echo "$file, seed $seed" >>"$mine/compared"
  done
  cat "$mine/compared" >>"$out/compared"
  rm -rf "$mine"
}
export -f compare_file
export out all_seeds="${seeds[*]}" all_presets="${presets[*]}"

# Files side by side, as many as there are cores.
mapfile -t files < <(find scenarios -name '*.json' -not -path '*/invalid/*' -not -path '*/scale/million*' | sort)
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -I FILE bash -c 'compare_file FILE' || exit 1
compared=$(wc -l <"$out/compared")
[ "$compared" -eq $((${#files[@]} * ${#seeds[@]})) ] || { echo "determinism: only $compared runs compared" && exit 1; }

# What a search finds and how it tells it, counterexamples included; only the seconds are anybody's.
searched=(known_bugs/r5_margin_too_small random/linear)
for file in "${searched[@]}"; do
  jobs=1
  for preset in "${presets[@]}"; do
    "build/$preset/cutover" check "scenarios/$file.json" --runs 64 --jobs "$jobs" --out "$out/found-$preset" >"$out/$preset" 2>&1 || true
    sed -i "s|$out/found-$preset|OUT|g" "$out/$preset"
    (cd "$out/found-$preset" && find . -name counterexample.json | sort | xargs cat) >>"$out/$preset"
    rm -rf "$out/found-$preset"
    jobs=$((jobs + 1))
    if ! cmp -s "$out/release" "$out/$preset"; then
      echo "check $file: $preset differs from release"
      diff "$out/release" "$out/$preset" | head -n 10 || true
      exit 1
    fi
  done
  compared=$((compared + 1))
done
echo "determinism: $compared runs and searches (${#files[@]} scenarios, seeds ${seeds[*]}) agree byte for byte over ${presets[*]}"
[ "$compared" -gt 0 ]
