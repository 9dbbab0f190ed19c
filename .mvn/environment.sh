# Sourced by the Makefile: JAVA_HOME, TORNADOVM_HOME (empty: no SDK) and maven.
JAVA_HOME=$(.mvn/find-jdk.sh) || exit 2
TORNADOVM_HOME=$(.mvn/find-sdk.sh)
export JAVA_HOME TORNADOVM_HOME
find_maven() {
  maven=$(.mvn/find-maven.sh) || exit 2
}
