#!/usr/bin/env bash
# Installs what the build needs, from Debian alone: install_packages.sh [clang]
#
# Without an argument: the g++ build and its tests. `clang` adds the second compiler, its sanitizers, clang-format and
# clang-tidy. Asks for nothing, and does not start apt at all when everything is there.
set -euo pipefail

packages=(
  cmake ninja-build ccache g++
  libboost-graph-dev nlohmann-json3-dev catch2 libcli11-dev libfmt-dev librapidcheck-dev
)
[ "${1:-}" != clang ] || packages+=(clang clang-format clang-tidy libclang-rt-14-dev)

if ! command -v dpkg-query >/dev/null; then
  echo "not a Debian system: have the equivalents of ${packages[*]} installed" >&2
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "missing packages; as root: apt-get install ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi

echo "installing ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q)
if ! { "${apt[@]}" install --no-install-recommends "${missing[@]}" ||
  { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${missing[@]}"; }; } \
  >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
