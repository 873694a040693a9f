#!/bin/bash
# start-times.sh ROUNDS RUNTIME...
# Times how long each of several commands "runtime" takes to upscale docs/sample.png, in turns, and prints the medians in
# seconds: wall, and user and system together. The first round doesn't count.
set -eu
rounds=$1
shift
here=$(cd "${0%/*}" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TIMEFORMAT='%R %U %S'
for round in $(seq 0 "$rounds"); do
  i=0
  for each in "$@"; do
    i=$((i + 1))
    { time "$each" upscale --quiet "$here/../docs/sample.png" -o "$work/$i.png" >"$work/out" 2>&1; } 2>>"$work/times.$i"
    [ "$round" != 0 ] || rm "$work/times.$i"
  done
done
i=0
for each in "$@"; do
  i=$((i + 1))
  cmp "$work/1.png" "$work/$i.png"
  wall=$(cut -d ' ' -f 1 "$work/times.$i" | sort -n | sed -n "$(((rounds + 1) / 2))p")
  cpu=$(awk '{ print $2 + $3 }' "$work/times.$i" | sort -n | sed -n "$(((rounds + 1) / 2))p")
  echo "wall $wall, user and system $cpu: $each"
done
