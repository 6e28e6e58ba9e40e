# Every target sets up what it needs by itself: a bare Debian 12 with `make` is enough (root or sudo).
.PHONY: build run test bench fuzz mutants format lint clean
.DEFAULT_GOAL := build

build:
	@tools/setup run
	@tools/build release

run: build
	@tools/run

test:
	@tools/setup test
	@tools/build asan
	@tools/test build/asan

bench:
	@tools/setup bench
	@tools/build bench
	@bench/run --build build/release/bench

fuzz:
	@tools/setup ci
	@tools/build fuzz
	@tools/fuzz $(or $(SECONDS_EACH),60)

# Would the tests notice a changed parser? FILES="src/net/http_parser.c" for some of them.
mutants:
	@tools/setup ci
	@tools/build asan
	@tools/mutants.py $(FILES)

format:
	@tools/setup ci
	@tools/format fix

lint:
	@tools/setup ci
	@tools/format check
	@tools/lint

clean:
	rm -rf build
