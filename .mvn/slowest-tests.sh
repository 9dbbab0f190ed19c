#!/usr/bin/env bash
# The ten slowest test classes out of Surefire's reports, with their seconds.
set -u
cd "$(dirname "$0")/.." || exit 2
shopt -s nullglob
reports=(target/surefire-reports/TEST-*.xml)
[ ${#reports[@]} -gt 10 ] || exit 0
echo "SLOWEST TESTS, seconds:"
awk '
  /<testsuite / {
    if (match($0, / name="[^"]*"/)) name = substr($0, RSTART + 7, RLENGTH - 8)
    if (match($0, / time="[^"]*"/)) { time = substr($0, RSTART + 7, RLENGTH - 8); gsub(",", "", time) }
    printf "%9.1f  %s\n", time, name
    nextfile
  }
' "${reports[@]}" | sort -rn | head -n 10
