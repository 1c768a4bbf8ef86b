#!/usr/bin/env bash
# Runs one scenario as a test: scenario_test.sh CUTOVER FILE, from the root of the project.
#
# The verdicts are compared by cutover itself (exit code 0: as the file's `expect` says). Beside that, what it prints must be
# its golden (FILE with the ending .golden): required in invalid/, elsewhere compared where there is one.
# With CUTOVER_REWRITE=1 goldens are written instead of compared.
set -euo pipefail

cutover=$1
file=$2
golden=${file%.json}.golden

wanted=0
case $file in
  */invalid/*)
    wanted=65
    [ -e "$golden" ] || [ "${CUTOVER_REWRITE:-}" = 1 ] || {
      echo "$golden is missing: a rejected file must say how (./test --rewrite writes it)"
      exit 1
    }
    ;;
esac

output=$(mktemp)
trap 'rm -f "$output"' EXIT
code=0
"$cutover" run "$file" >"$output" 2>&1 || code=$?

if [ "$code" -ne "$wanted" ]; then
  cat "$output"
  echo "$file: expected exit code $wanted, found $code; again: cutover run $file"
  exit 1
fi
if [ "${CUTOVER_REWRITE:-}" = 1 ]; then
  if [ -e "$golden" ] || [ "$wanted" -eq 65 ]; then cp "$output" "$golden"; fi
elif [ -e "$golden" ] && ! diff -u "$golden" "$output"; then
  echo "$golden differs; if the new text is right: ./test --rewrite"
  exit 1
fi
