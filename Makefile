# Every target sets up what it needs by itself: a bare Debian 12 with `make` is enough (root or sudo).
.PHONY: build run test test-dynamodb test-narrow coverage bench fuzz conformance mutants deb check-deb lambda-zip check-lambda-zip deploy destroy deploy-check test-lambda format lint clean
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

# The API tests that `make test` leaves out on DynamoDB Local, where they take long.
test-dynamodb:
	@tools/setup test
	@tools/build asan
	@tools/test build/asan --suite api-dynamodb --suite api-dynamodb-more

# All API tests that can, on the embedded store taking seven writes a commit.
test-narrow:
	@tools/setup test
	@tools/build asan
	@tools/test build/asan --suite api-narrow-more

# All API tests that can, through `innkeeper lambda`.
test-lambda:
	@tools/setup test
	@tools/build asan
	@tools/test build/asan --suite api-lambda --suite api-lambda-more --suite api-lambda-dynamodb-more

coverage:
	@tools/setup ci
	@tools/build coverage
	@tools/coverage.py

bench:
	@tools/setup bench
	@tools/build bench
	@bench/run --build build/release/bench

conformance:
	@tools/setup conformance
	@tools/build asan
	@tools/conformance

fuzz:
	@tools/setup ci
	@tools/build fuzz
	@tools/fuzz $(or $(SECONDS_EACH),60)

deb:
	@tools/setup deb
	@tools/build release
	@tools/deb

check-deb: deb
	@tools/check_deb

# What AWS Lambda is given: build/lambda/innkeeper-lambda-x86_64.zip; ARCH=arm64 for its other machines.
lambda-zip:
	@tools/setup lambda$(if $(filter arm64,$(ARCH)),-arm64)
	@tools/build $(if $(filter arm64,$(ARCH)),arm64,release)
	@tools/lambda_zip $(ARCH)

check-lambda-zip: lambda-zip
	@tools/setup lambda-check$(if $(filter arm64,$(ARCH)),-arm64)
	@tools/build release
	@$(if $(filter arm64,$(ARCH)),,tools/build asan)
	@tools/check_lambda_zip $(ARCH)

# An environment on AWS, ENV=name; its settings: deploy/README.md.
deploy:
	@tools/setup deploy
	@deploy/deploy '$(ENV)'

destroy:
	@tools/setup deploy
	@deploy/destroy '$(ENV)'

# What can be known about deploy/ without an account.
deploy-check:
	@tools/setup deploy-check
	@tools/build release
	@tools/deploy_check

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
