#!/usr/bin/env bash
# Prints the Maven to use: ./mvnw where its download works, else an `mvn` of at least 3.6.3 on the PATH.
set -u
cd "$(dirname "$0")/.." || exit 2
if ./mvnw --version >/dev/null 2>&1; then
  echo ./mvnw
  exit 0
fi
version=$(mvn --version 2>/dev/null | sed -n 's/^.*Apache Maven \([0-9.]*\).*/\1/p')
oldest=$(printf '%s\n' 3.6.3 "${version:-0}" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)
if [ "$oldest" = 3.6.3 ]; then
  echo "farsight: ./mvnw could not download its Maven; using mvn $version from the PATH" >&2
  echo mvn
  exit 0
fi
echo "farsight: ./mvnw could not download Maven and there is no mvn >= 3.6.3 on the PATH: check the network, set MVNW_REPOURL to a mirror, or install Maven" >&2
exit 2
