#!/usr/bin/env bash
# Prints the home of a JDK of at least version 25, or one line on stderr and exit 2.
#
# Looked at, in this order: JAVA_HOME, `java` on the PATH, /usr/lib/jvm, SDKMAN, macOS.
# Of several in one folder the newest wins. Only JDKs count (a JRE has no javac), unless --jre is given.
set -u
need=25
tool=javac
[ "${1:-}" = --jre ] && tool=java

# major HOME: the feature version, from the `release` file every JDK has had since 9 (no JVM is started).
major() {
  local line
  [ -x "$1/bin/$tool" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        line=${line#*\"}
        line=${line%%[!0-9]*}
        [ -n "$line" ] && echo "$line" && return 0
        ;;
    esac
  done <"$1/release"
  return 1
}

good() {
  local version
  version=$(major "$1") && [ "$version" -ge "$need" ]
}

# newest HOME…: the newest good JDK of those given.
newest() {
  local home version best='' best_version=0
  for home in "$@"; do
    version=$(major "$home") || continue
    [ "$version" -ge "$need" ] && [ "$version" -gt "$best_version" ] && best=$home best_version=$version
  done
  [ -n "$best" ] && echo "$best"
}

# on_path: the home behind the `java` of the PATH, through its symbolic links (readlink -f is not on old macOS).
on_path() {
  local file link
  file=$(command -v java) || return 1
  while link=$(readlink "$file"); do
    case $link in
      /*) file=$link ;;
      *) file=$(dirname "$file")/$link ;;
    esac
  done
  (cd "$(dirname "$file")/.." 2>/dev/null && pwd -P)
}

if [ -n "${JAVA_HOME:-}" ] && good "$JAVA_HOME"; then
  echo "$JAVA_HOME"
  exit 0
fi
if home=$(on_path) && good "$home"; then
  echo "$home"
  exit 0
fi
if newest /usr/lib/jvm/* "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; then
  exit 0
fi
if [ -x /usr/libexec/java_home ] && home=$(/usr/libexec/java_home -v "$need+" 2>/dev/null) && good "$home"; then
  echo "$home"
  exit 0
fi
echo "farsight: no JDK $need or newer found (JAVA_HOME, PATH, /usr/lib/jvm, SDKMAN): install one, e.g. 'sdk install java 25-tem' or 'apt-get install temurin-25-jdk', or set JAVA_HOME" >&2
exit 2
