# Targets that people use; `make` alone shows them.
.PHONY: check-eie check-ese check-rounding vad-reference train-lstm help setup demo test check static format docs train train-bnn train-fixed compress fuzz fuzz-container soak clean

help:
	@echo "make demo    set up, then run a real pruned network on generated EIE hardware"
	@echo "make test    set up, then run every test"
	@echo "make check   formatter, linter, types, dependency rules, doc comments, then every test: what CI runs"
	@echo "make setup   tools, packages, build"
	@echo "make format  rewrite files in the project's format"
	@echo "make docs    the reference of the language as HTML, in build/docs"
	@echo "make train   train, prune and share models/lenet-300-100 anew (minutes)"
	@echo "make train-bnn  train models/bnn-mnist and float networks of its shape anew (an hour on two cores; NETWORK=bcnn-mnist: the convolutional one)"
	@echo "make train-lstm  train and prune models/lstm-mnist anew, with and without balance (some minutes)"
	@echo "make train-fixed  train a network in fixed point with nearest and stochastic rounding, and in float (PLAN=small; some minutes)"
	@echo "make check-eie  1,000 random EIE arrays, results against the golden model and cycles against the cycle model (ARRAYS=30 ENGINE=verilator SEED=1)"
	@echo "make check-ese  1,000 random arrays of the LSTM and GRU engine against their golden model (ARRAYS=30 ENGINE=verilator SEED=1)"
	@echo "make check-rounding  100,000 random dot products and 2,000 random products of matrices against their golden models (a tenth: ENGINE=verilator; SEED=1)"
	@echo "make vad-reference  the voice-activity model from its npm package, and what ONNX Runtime gives for the stored clips"
	@echo "make compress  prune, retrain and code LeNet-300-100 (Deep Compression), to build/lenet-300-100.wdc (a minute or two)"
	@echo "make fuzz    random circuits through every engine (SEED=1 COUNT=20000; an hour) or COUNT through one (ENGINE=icarus)"
	@echo "make fuzz-container  mutated files through the decoder of compressed networks (SEED=1 COUNT=1000000; minutes)"
	@echo "make soak    the tests of the bridge to the simulators again and again, to find those that fail now and then (RUNS=200; an hour)"
	@echo "make clean   remove what was built"

setup:
	@scripts/setup.sh

demo: setup
	@bin/whittle demo

# Results also go to build/test-results.json, for whoever counts them.
test: setup
	@npx --no-install vitest run --reporter=default --reporter=json --outputFile.json=build/test-results.json

static: setup
	npx --no-install biome ci --colors=off --error-on-warnings .
	npx --no-install tsc --noEmit
	npx --no-install depcruise --config .dependency-cruiser.cjs hdl generators sw-model platform testbench synth catalog cli examples fuzz bench
	npx --no-install typedoc --emit none

check: static test

docs: setup
	npx --no-install typedoc

format: setup
	npx --no-install biome check --write .

train: setup
	node dist/sw-model/train/main.js

NETWORK ?= bnn-mnist
train-bnn: setup
	node dist/sw-model/quantised/main.js $(NETWORK) $(SEEDS)

train-lstm: setup
	node dist/sw-model/recurrent/main.js

PLAN ?= small
train-fixed: setup
	@node dist/bench/train-fixed.js --plan $(PLAN) $(if $(NUMBERS),--numbers $(NUMBERS)) $(if $(EPOCHS),--epochs $(EPOCHS)) $(if $(SEED),--seed $(SEED)) $(if $(REPLAY),--replay $(REPLAY))

# What ONNX Runtime says about the stored clips; its package and the model's are only fetched for this.
vad-reference: setup
	npm install --no-audit --no-fund --prefix build/vad-reference onnxruntime-web@1.30 @ricky0123/vad-web@0.0.31
	node dist/sw-model/vad/main.js build/vad-reference/node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx
	node scripts/vad-reference.mjs build/vad-reference

compress: setup
	@mkdir -p build
	@bin/whittle compress lenet-300-100 -o build/lenet-300-100.wdc

# Random arrays of EIE and of the LSTM and GRU engine; ENGINE=verilator ARRAYS=30 for the other simulator.
check-eie check-ese: setup
	@node dist/bench/check-arrays.js --on $(@:check-%=%) --count $(or $(ARRAYS),1000) --seed $(or $(SEED),1) --engine $(or $(ENGINE),wasm)

# Units, arrays and matrix multipliers of random parameters; few of them, with many operations each, where each takes seconds to build.
check-rounding: TENTH := $(if $(filter verilator,$(ENGINE)),yes)
check-rounding: CHECK = @node dist/bench/check-arrays.js --seed $(or $(SEED),1) --engine $(or $(ENGINE),wasm)
check-rounding: setup
	$(CHECK) --on srmac $(if $(TENTH),--random 10000 --cases 160,--random 100000 --cases 32)
	$(CHECK) --on systolic $(if $(TENTH),--random 100 --cases 20,--random 1000 --cases 10)
	$(CHECK) --on matmul $(if $(TENTH),--random 100 --cases 20,--random 1000 --cases 25)

COUNT ?= 20000
fuzz: setup
	@node dist/fuzz/main.js --seed $(or $(SEED),1) --count $(COUNT) $(if $(ENGINE),--engine $(ENGINE)) $(if $(CIRCUIT),--circuit $(CIRCUIT))

fuzz-container: COUNT = 1000000
fuzz-container: setup
	@node dist/fuzz/container.js --seed $(or $(SEED),1) --count $(COUNT)

# What Node and a simulator say to each other, how each of them ends, and what runs on that. The first run compiles what is missing and does not count.
BRIDGE_TESTS = $(addprefix testbench/,verilator/awake verilator/bridge verilator/in-process verilator/reach failures engines.test lockstep.test tasks/ waves/engines)
soak: setup
	@npx --no-install vitest run $(BRIDGE_TESTS)
	@scripts/repeat-tests.sh $(or $(RUNS),200) $(BRIDGE_TESTS)

clean:
	rm -rf dist build
