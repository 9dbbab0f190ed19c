#!/usr/bin/env bash
# One loud line on the tests that need a device (classes named …DeviceTest), out of Surefire's reports:
# how many ran and on what, how many were skipped and why. A test names its device by printing
# "farsight.device: NAME" to standard output.
set -u
cd "$(dirname "$0")/.." || exit 2
# No reports at all: the build stopped before the tests, and Maven has said why.
[ -d target/surefire-reports ] || exit 0
shopt -s nullglob
reports=(target/surefire-reports/TEST-*DeviceTest.xml target/surefire-reports/TEST-*'DeviceTest$'*.xml)
if [ ${#reports[@]} -eq 0 ]; then
  case "$* ${MAVEN_ARGS:-}" in
    *-Dtest*) echo "DEVICE TESTS: none among the tests that were chosen (-Dtest)" ;;
    *) echo "DEVICE TESTS: none were found (classes named ...DeviceTest)" ;;
  esac
  exit 0
fi
awk '
  function unescape(s) {
    gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&quot;/, "\"", s); gsub(/&apos;/, "\x27", s)
    gsub(/&#10;.*/, "", s); gsub(/&amp;/, "\\&", s)
    return s
  }
  function note(list, item) { return index("; " list "; ", "; " item "; ") ? list : list (list == "" ? "" : "; ") item }
  /<testcase / { all++ }
  /<skipped/ {
    skipped++
    if (match($0, /message="[^"]*"/)) why = note(why, unescape(substr($0, RSTART + 9, RLENGTH - 10)))
  }
  /<(failure|error)[ >]/ { failed++ }
  /farsight\.device: / {
    name = $0; sub(/.*farsight\.device: /, "", name); sub(/\]\]>.*/, "", name); sub(/<\/system-out>.*/, "", name)
    where = note(where, unescape(name))
  }
  END {
    ran = all - skipped
    line = "DEVICE TESTS: " (ran > 0 ? ran " RAN" : "NONE RAN")
    if (ran > 0) line = line " on " (where == "" ? "a device they did not name" : where)
    if (failed > 0) line = line ", " failed " FAILED"
    line = line ", " (skipped > 0 ? skipped " SKIPPED" (why == "" ? "" : " because: " why) : "0 skipped")
    print line
  }
' "${reports[@]}"
