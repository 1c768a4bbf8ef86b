#!/usr/bin/env bash
# The commands of README.md run, and the output it shows is what they print: readme_test.sh CUTOVER, from the root.
#
# With CUTOVER_REWRITE=1 the output is written into README.md instead of compared.
set -euo pipefail

cutover=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The block behind "<!-- output: ./run -->" shows what the main scenario prints.
"$cutover" run scenarios/handover/upstream_e2e.json >"$work/printed"
awk -v printed="$work/printed" '
  /^<!-- end -->/ { inside = 0 }
  !inside { print }
  /^<!-- output: / { inside = 1; print "```"; while ((getline line < printed) > 0) print line; print "```" }
' README.md >"$work/README.md"
if [ "${CUTOVER_REWRITE:-}" = 1 ]; then
  cp "$work/README.md" README.md
elif ! diff -u README.md "$work/README.md"; then
  echo "README.md shows another output; if the new one is right: ./test --rewrite"
  exit 1
fi

# Every command that calls the binary.
commands=0
while IFS= read -r command; do
  code=0
  bash -c "${command/build\/release\/cutover/$cutover}" >"$work/out" 2>&1 || code=$?
  if [ "$code" -ge 64 ]; then
    cat "$work/out"
    echo "README.md: exit code $code from: $command"
    exit 1
  fi
  commands=$((commands + 1))
done < <(grep '^build/release/cutover ' README.md)
echo "README.md: $commands commands run, its output is right"
[ "$commands" -gt 0 ]
