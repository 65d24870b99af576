#!/usr/bin/env bash
# Runs tests again and again, to find those that fail now and then: scripts/repeat-tests.sh TIMES FILTER...
# Prints a line a run and keeps the output of runs that failed in build/repeated. Exit status 1 when any did.
set -euo pipefail
cd "$(dirname "$0")/.."
times=$1
shift
mkdir -p build/repeated
failed=0
for ((run = 1; run <= times; run++)); do
  log=build/repeated/$run.log
  started=$SECONDS
  if npx --no-install vitest run "$@" >"$log" 2>&1; then
    echo "$run: passed in $((SECONDS - started)) s"
    rm "$log"
  else
    failed=$((failed + 1))
    echo "$run: FAILED after $((SECONDS - started)) s, see $log"
  fi
done
echo "$failed of $times runs failed"
[ "$failed" = 0 ]
