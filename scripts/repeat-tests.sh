#!/usr/bin/env bash
# Runs tests again and again, to find those that fail now and then: scripts/repeat-tests.sh TIMES FILTER...
# Prints a line a run, in the end the count and the slowest, and keeps the output of runs that failed in build/repeated. Exit status 1
# when any did. Processor time is that of all processes of a run: it says more than the clock where others use the machine.
set -euo pipefail
cd "$(dirname "$0")/.."
times=$1
shift
mkdir -p build/repeated
TIMEFORMAT='%R %U %S'
failed=0
slowest=0
most=0
for ((run = 1; run <= times; run++)); do
  log=build/repeated/$run.log
  result=passed
  took=$( { time npx --no-install vitest run "$@" >"$log" 2>&1; } 2>&1 ) || result=FAILED
  read -r clock processor < <(awk '{ printf "%.1f %.1f\n", $1, $2 + $3 }' <<<"$took")
  slowest=$(awk -v a="$slowest" -v b="$clock" 'BEGIN { print (a > b ? a : b) }')
  most=$(awk -v a="$most" -v b="$processor" 'BEGIN { print (a > b ? a : b) }')
  if [ "$result" = passed ]; then
    rm "$log"
    echo "$run: passed in $clock s, $processor s of processor time"
  else
    failed=$((failed + 1))
    echo "$run: FAILED after $clock s, $processor s of processor time, see $log"
  fi
done
echo "$failed of $times runs failed; the slowest took $slowest s, the costliest $most s of processor time"
[ "$failed" = 0 ]
