# Farsight's everyday commands. `make` alone lists them.
# Needs a JDK of at least 25 (looked for, see .mvn/find-jdk.sh) and bash; Maven comes by ./mvnw.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

.PHONY: test format
api:
	@.mvn/provide-tornado-api.sh
test: api
	JAVA_HOME=$$(.mvn/find-jdk.sh) && export JAVA_HOME && $$(.mvn/find-maven.sh) -B -ntp test
format:
	JAVA_HOME=$$(.mvn/find-jdk.sh) && export JAVA_HOME && $$(.mvn/find-maven.sh) -B -ntp -q spotless:apply
