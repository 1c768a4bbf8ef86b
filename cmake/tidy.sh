#!/usr/bin/env bash
# clang-tidy: tidy.sh -p BUILD_TREE [--since COMMIT] [--quick] [--for SECONDS]
#
# Over every source of the build tree, or over those that changed since COMMIT: changed sources, and for each changed header
# one source that includes it. --quick leaves out the path-sensitive analysis, which takes several times as long as the rest.
# --for begins no source after so many seconds, and says how many it left out; tests come last.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
tree=build/tidy
since=
quick=
limit=
while [ $# -gt 0 ]; do
  case $1 in
    -p) tree=$2 && shift 2 ;;
    --since) since=$2 && shift 2 ;;
    --quick) quick=yes && shift ;;
    --for) limit=$2 && shift 2 ;;
    *) echo "tidy.sh: unknown argument $1" >&2 && exit 64 ;;
  esac
done

# Sources that the build tree compiles, as paths from the root; not those that it generated itself.
built=$(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$tree/compile_commands.json" |
  sed -n "s|^$root/||p" | grep -v '^build/' | sort -u)

if [ -z "$since" ]; then
  files=$built
else
  changed=$({ git diff --name-only --diff-filter=d "$since" && git ls-files --others --exclude-standard; } | sort -u)
  files=$(for file in $changed; do
    case $file in
      *.cpp) grep -Fx "$file" <<<"$built" || true ;;
      *.hpp)
        twin=${file%.hpp}.cpp
        if grep -Fxq "$twin" <<<"$built"; then
          echo "$twin"
        else
          xargs grep -lF "#include \"$file\"" <<<"$built" 2>/dev/null | head -n 1 || true
        fi
        ;;
    esac
  done | sort -u)
fi

if [ -z "$files" ]; then
  echo "clang-tidy: nothing to look at"
  exit 0
fi
count=$(wc -l <<<"$files")
files=$({ grep -v '^tests/' <<<"$files" || true; } && { grep '^tests/' <<<"$files" || true; })
skipped=$(mktemp)
trap 'rm -f "$skipped"' EXIT
deadline=${limit:+$(($(date +%s) + limit))}
# The path-sensitive analysis pays off in the sources; in tests it doubles the time over Catch2's macros.
tidy_one() {
  local checks=
  if [ -n "$deadline" ] && [ "$(date +%s)" -ge "$deadline" ]; then
    echo "$2" >>"$skipped"
    return
  fi
  [[ -z $quick && $2 != tests/* ]] || checks=--checks=-clang-analyzer-*
  clang-tidy -p "$1" --quiet ${checks:+"$checks"} "$2" 2>/dev/null
}
export -f tidy_one
export quick deadline skipped
if ! xargs -P "$(nproc)" -I FILE bash -c 'tidy_one "$0" FILE' "$tree" <<<"$files"; then
  echo "clang-tidy: findings above ($count sources)"
  exit 1
fi
left=$(wc -l <"$skipped")
echo "clang-tidy: nothing found in $((count - left)) of $count sources"
[ "$left" -eq 0 ] || echo "clang-tidy: out of time for $left; ./test --tidy looks at all"
