# Farsight's everyday commands; `make` alone lists them. They find a JDK of at least 25, get Maven through ./mvnw, and
# use a TornadoVM SDK if there is one (put TORNADOVM_HOME= in front of a command to run without).

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# The device for `run` and `bench`: vector, java, or one that `./farsight devices` lists. `run` also takes several,
# DEVICE=vector,opencl:0, or all.
DEVICE ?= vector
# Options of the sweep of `make run`, and its output folder. A device compiles every kernel anew for every size, which
# takes seconds per point, so it gets fewer points.
on_devices := --blocks dense,latentgnn,gc-r4 --n 1024:65536:x8 --d 64
SWEEP ?= $(if $(findstring :,$(DEVICE))$(filter all,$(DEVICE)),$(on_devices),--preset quick) --time 3
OUTPUT ?= target/run
# Arguments of the benchmarks, e.g. make bench BENCH='-f 1 -p operation=MATMUL OperationBenchmark'.
BENCH ?=
# Options of the comparison, e.g. make peers PEERS='--cases gc --rounds 1'; by default all cases, into the results folder.
PEERS ?= --output experiments/peers/results
# make experiments QUICK=1 runs the studies' short form; STUDY= names other studies, e.g. STUDY=experiments/studies/rank.json.
QUICK ?=
STUDY ?= $(sort $(wildcard experiments/studies/*.json))
# Maven itself reads MAVEN_ARGS, e.g. MAVEN_ARGS=-Dtest=OperationTest make test.

JAR := target/farsight.jar
maven := . .mvn/environment.sh; find_maven; "$$maven" -B -ntp
# Not -q: it would hide the warnings on which -Werror fails.
quietly := -Dorg.slf4j.simpleLogger.defaultLogLevel=warn

.PHONY: help run test readme-check bench peers experiments format install jar api clean

help: ## List these commands
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | column -t -s '|' 2>/dev/null \
	|| sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1  \2/p' $(firstword $(MAKEFILE_LIST))

run: $(JAR) ## A quick sweep on DEVICE (vector unless given), its tables and charts in target/run
	@./farsight sweep $(SWEEP) --device $(DEVICE) --output $(OUTPUT) --overwrite

test: api ## Compile, check the formatting, run all tests; device tests run if there is an SDK
	@rm -rf target/surefire-reports
	@$(maven) test || status=$$?; .mvn/slowest-tests.sh; .mvn/device-tests.sh; exit $${status:-0}

readme-check: $(JAR) ## Run the README's commands as they stand
	@.ci/readme-check

bench: api ## Run the benchmarks (JMH); BENCH= passes arguments
	@$(maven) $(quietly) test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath.txt \
	    -Dmdep.includeScope=test
	@. .mvn/environment.sh; root=$$PWD; . .mvn/jvm-options.sh; \
	device='$(DEVICE)'; backend=''; case $$device in *:*) backend=$${device%%:*}; backend=$${backend##*,} ;; all) backend=any ;; esac; \
	jvm_options "$$backend"; \
	main=org.openjdk.jmh.Main; [ ! -f target/test-classes/farsight/bench/Main.class ] || main=farsight.bench.Main; \
	exec "$$JAVA_HOME/bin/java" "$${options[@]}" $${FARSIGHT_JAVA_OPTS:-} \
	    -cp "target/test-classes:target/classes:$$(cat target/test-classpath.txt)" $$main -p "device=$$device" $(BENCH)

peers: $(JAR) ## Compare with libtorch and OpenBLAS (experiments/peers); PEERS= passes options, e.g. --help
	@$(maven) $(quietly) -f experiments/peers/pom.xml compile
	@. .mvn/environment.sh; commit=$$(git describe --always --dirty 2>/dev/null || echo unknown); \
	exec "$$JAVA_HOME/bin/java" -Dfarsight.commit="$$commit" -Djava.awt.headless=true \
	    -Dorg.bytedeco.javacpp.cachedir="$$PWD/experiments/peers/target/natives" \
	    -cp "$$PWD/experiments/peers/target/classes:$$(cat experiments/peers/target/classpath.txt)" \
	    farsight.peers.Main $(PEERS)

experiments: $(JAR) ## Put the papers' claims to the test, into experiments/evidence; resumable; QUICK=1 for a short form
ifeq ($(QUICK),)
	@./farsight study $(STUDY) --resume --output experiments/evidence
	@awk '/<!-- the ledger begins -->/ {print; while ((getline line < "experiments/evidence/ledger.md") > 0) print line; skip = 1} \
	    /<!-- the ledger ends -->/ {skip = 0} !skip && !/<!-- the ledger begins -->/' experiments/README.md \
	    > experiments/README.md.part && mv experiments/README.md.part experiments/README.md
else
	@./farsight study $(STUDY) --quick --skip-missing --overwrite --output target/experiments
endif

format: ## Apply the formatting that `make test` checks
	@$(maven) $(quietly) spotless:apply

install: api ## Install the library into the local Maven repository, for projects that depend on it
	@$(maven) $(quietly) install -Dmaven.test.skip=true -Dspotless.check.skip

jar: $(JAR) ## Build target/farsight.jar: everything in one file

# Folders are prerequisites too: their times change when files are deleted.
$(JAR): pom.xml .mvn/NOTICE LICENSE experiments/evidence/quality.json $(shell find src/main 2>/dev/null) | api
	@$(maven) $(quietly) package -Dmaven.test.skip=true -Dspotless.check.skip
	@touch $@

api: ## Provide the TornadoVM API to Maven, from an SDK, Maven Central, or a jar that contains it (once)
	@.mvn/provide-tornado-api.sh $(if $(filter api,$(MAKECMDGOALS)),,--quiet)

clean: ## Delete target
	@rm -rf target
