#!/usr/bin/env bash
# Prints the home of the TornadoVM SDK, or an empty line where there is none.
# TORNADOVM_HOME decides where it is set, even to nothing; else SDKMAN's current one is taken.
set -u
home=${TORNADOVM_HOME-${SDKMAN_DIR:-$HOME/.sdkman}/candidates/tornadovm/current}
if [ -n "$home" ] && [ -r "$home/tornado-argfile" ]; then
  echo "$home"
else
  # An unpacked release has only the template until its own launcher ran once.
  [ -n "$home" ] && [ -r "$home/tornado-argfile.template" ] &&
    echo "farsight: no tornado-argfile in $home: run its bin/tornado --generate-argfile once" >&2
  echo
fi
