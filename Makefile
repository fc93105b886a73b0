# Two commands do everything on a machine with the .NET SDK 10: "make demo" and "make test".
SHELL := /bin/bash
PROGRAM := artifacts/p2panda-radio/p2panda-radio
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
export MSBUILDDISABLENODEREUSE := 1

.DEFAULT_GOAL := help
.PHONY: kernel test-kernel deb deb-quic help setup build demo test check interop nat soak hardware format format-check clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

setup: ## install what a build and the tests need from Debian and npm
	@.ci/setup

build: setup ## build everything; the program is artifacts/p2panda-radio/p2panda-radio
	@dotnet build P2Panda.Radio.sln -c Release --nologo -v quiet
	@dotnet publish src/P2Panda.Radio.Gateway -c Release --no-build --nologo -v quiet -o artifacts/p2panda-radio

demo: build ## three gateways carry real p2panda entries over a lossy simulated channel
	@.ci/demo

test: build format-check kernel ## everything that CI counts; the last line is "N passed, N failed, N skipped"
	@.ci/test all

kernel: setup ## the kernel of tests/kernel-rig, from Debian's source; built once and cached
	@[ "$$(uname -m)" != x86_64 ] || tests/kernel-rig/build.sh >/dev/null

test-kernel: build kernel ## the program on the kernel's own spidev and GPIO devices, with chip models behind them
	@dotnet test tests/kernel-rig -c Release --no-build --nologo

check: build ## the everyday loop
	@.ci/test check

interop: build ## our libp2p against js-libp2p in both roles, one line per row
	@dotnet test tests/P2Panda.Libp2p.Interop.Tests -c Release --no-build --nologo --logger "console;verbosity=detailed" | grep -E '^ *ok |Failed|Error Message|Passed!|Total tests|Passed:|Failed:' ; exit $${PIPESTATUS[0]}

nat: build ## peers behind NATs in network namespaces (needs root), one line per scenario
	@dotnet test tests/P2Panda.Libp2p.Nat.Tests -c Release --no-build --nologo --logger "console;verbosity=detailed" | grep -E '^ *ok |^ *Failed |Error Message|Total tests|Passed:|Failed:' ; exit $${PIPESTATUS[0]}

soak: build ## long runs that CI does not count
	@P2PANDA_SOAK=1 dotnet test P2Panda.Radio.sln -c Release --no-build --filter 'duration=soak'

hardware: ## make wiring diagrams, boot lines and the table of boards from hardware/boards
	@/usr/bin/python3 hardware/generate.py

deb: build ## the Debian package of the program, the same for every architecture
	@firmware-config/debian/build.sh artifacts/p2panda-radio artifacts/deb

deb-quic: ## the Debian packages with QUIC's native part, for this and the Raspberry Pi's architectures
	@for architecture in amd64 arm64; do src/P2Panda.Libp2p.Quic/native/package.sh $$architecture artifacts/deb-quic || exit 1; done
	@src/P2Panda.Libp2p.Quic/native/package.sh armhf artifacts/deb-quic || echo "armhf left out: its packages cannot be had here now"

format: ## format all sources as .editorconfig says
	@dotnet format P2Panda.Radio.sln

format-check:
	@.ci/format

clean: ## remove everything that was built
	@rm -rf artifacts
	@find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
