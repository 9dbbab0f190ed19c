#!/usr/bin/env bash
# Puts the TornadoVM API jar that the kernels compile against into the local Maven repository, under
# coordinates of Farsight's own (farsight.provided:tornado-api), so that no real io.github.beehive-lab
# artefact of yours is ever shadowed.
#
#   .mvn/provide-tornado-api.sh [--force] [--source sdk|central|gpu-llama3] [--quiet]
#
# Sources, first that answers:
#   sdk         the SDK at TORNADOVM_HOME, or SDKMAN's current one; an empty TORNADOVM_HOME means: no SDK
#   central     io.github.beehive-lab:tornado-api from Maven Central
#   gpu-llama3  the same package out of the shaded jar io.github.beehive-lab:gpu-llama3, for mirrors that
#               lack the first; its preview classes of JDK 21 are marked final, see TornadoApi.java
#
# Does nothing, without starting a JVM, where the jar is already there; --force provides it again.
set -eu
version=5.2.0-jdk25
llama=0.2.2

here=$(cd "$(dirname "$0")" && pwd)
force='' only='' quiet=''
while [ $# -gt 0 ]; do
  case $1 in
    --force) force=yes ;;
    --quiet) quiet=yes ;;
    --source) only=${2:?--source needs sdk, central or gpu-llama3} && shift ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
  esac
  shift
done
case $only in '' | sdk | central | gpu-llama3) ;; *) echo "farsight: --source is sdk, central or gpu-llama3, not '$only'" >&2 && exit 2 ;; esac

# The local repository, found without starting Maven: its own options, then settings.xml, then the default.
repository=''
for option in ${MAVEN_OPTS:-} ${MAVEN_ARGS:-} $(cat "$here/maven.config" 2>/dev/null || true); do
  case $option in -Dmaven.repo.local=*) repository=${option#*=} ;; esac
done
if [ -z "$repository" ] && [ -r "$HOME/.m2/settings.xml" ]; then
  repository=$(sed -n 's:.*<localRepository>\(.*\)</localRepository>.*:\1:p' "$HOME/.m2/settings.xml" | head -n 1)
  repository=${repository//'${user.home}'/$HOME}
fi
repository=${repository:-$HOME/.m2/repository}

home=$repository/farsight/provided/tornado-api/$version
jar=$home/tornado-api-$version.jar
pom=$home/tornado-api-$version.pom
note=$home/tornado-api-$version.source

if [ -z "$force" ] && [ -s "$jar" ] && [ -s "$pom" ]; then
  [ -n "$quiet" ] || echo "farsight: TornadoVM API already provided, from $(cat "$note" 2>/dev/null || echo 'an unknown source')"
  exit 0
fi

JAVA_HOME=$("$here/find-jdk.sh") || exit 2
export JAVA_HOME
work=$(mktemp -d "${TMPDIR:-/tmp}/farsight-api.XXXXXX")
trap 'rm -rf "$work"' EXIT

# fetch GROUP:ARTIFACT:VERSION: copies that jar to $work, or fails. From an empty folder, as this project
# itself cannot be read by Maven before its dependency is there.
fetch() {
  local maven
  maven=$("$here/find-maven.sh") || exit 2
  [ "$maven" = mvn ] || maven=$here/../mvnw
  (cd "$work" && "$maven" -B -q -U -Dmaven.repo.local="$repository" \
    org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
    -Dartifact="$1" -DoutputDirectory="$work") >"$work/log" 2>&1
}

from_sdk() {
  local sdk=${TORNADOVM_HOME-${SDKMAN_DIR:-$HOME/.sdkman}/candidates/tornadovm/current} file
  [ -n "$sdk" ] || return 1
  file=$sdk/share/java/tornado/tornado-api-$version.jar
  if [ ! -s "$file" ]; then
    for file in "$sdk"/share/java/tornado/tornado-api-*.jar; do
      [ -s "$file" ] && echo "farsight: $sdk is not TornadoVM $version, its API is not taken" >&2
    done
    return 1
  fi
  source_jar=$file
  source_name="the SDK at $sdk"
}

from_central() {
  local artifact=io.github.beehive-lab:tornado-api:$version
  if ! fetch "$artifact"; then
    # Maven remembers a 404 for a day; a later build of yours must not find that.
    rm -f "$repository/io/github/beehive-lab/tornado-api/$version"/*.lastUpdated
    rmdir "$repository/io/github/beehive-lab/tornado-api/$version" "$repository/io/github/beehive-lab/tornado-api" 2>/dev/null || true
    return 1
  fi
  source_jar=$work/tornado-api-$version.jar
  source_name="Maven Central, $artifact"
}

from_gpu_llama3() {
  local artifact=io.github.beehive-lab:gpu-llama3:$llama
  fetch "$artifact" || return 1
  source_jar=$work/gpu-llama3-$llama.jar
  source_name="the package inside $artifact"
}

source_jar='' source_name=''
for source in ${only:-sdk central gpu-llama3}; do
  "from_${source//-/_}" && break
done
if [ -z "$source_jar" ]; then
  reason=$(grep -m 1 -o 'Could not.*' "$work/log" 2>/dev/null || head -n 1 "$work/log" 2>/dev/null || true)
  echo "farsight: no TornadoVM API: tried ${only:-an SDK, then io.github.beehive-lab:tornado-api and :gpu-llama3 from Maven Central} (${reason:-set TORNADOVM_HOME to a TornadoVM $version SDK})" >&2
  exit 1
fi

mkdir -p "$home"
rm -f "$home"/*.lastUpdated
"$JAVA_HOME/bin/java" "$here/TornadoApi.java" "$source_jar" "$jar" >"$work/copied"
cat >"$work/pom" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>farsight.provided</groupId>
  <artifactId>tornado-api</artifactId>
  <version>$version</version>
  <description>TornadoVM API, from $source_name</description>
  <licenses><license><name>Apache-2.0</name></license></licenses>
</project>
POM
echo "$source_name" >"$work/note"
cp "$work/note" "$note"
cp "$work/pom" "$pom"
# It has the old one in it, and make would find it newer than its sources.
rm -f "$here/../target/farsight.jar"
echo "farsight: TornadoVM API provided, from $source_name ($(cat "$work/copied"))"
