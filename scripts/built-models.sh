#!/usr/bin/env bash
# Runs a command and lists the models that it compiled into the build cache: scripts/built-models.sh COMMAND...
# A second run of the same command lists none. Exit status 1 where the command compiled any, else the command's.
set -euo pipefail
cache=${WHITTLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/whittle}
models() {
  # Inodes, too: what is removed and built anew has another one.
  find "$cache"/{verilator,icarus,bridge,runtime,fuzz} -mindepth 1 -maxdepth 1 -printf '%h/%f %i\n' 2>/dev/null | sort || true
}
before=$(models)
status=0
"$@" || status=$?
built=$(comm -13 <(echo "$before") <(models) | cut -d ' ' -f 1)
if [ -z "$built" ]; then
  echo "no model was compiled"
  exit "$status"
fi
echo "$built"
echo "$(echo "$built" | wc -l) models were compiled"
exit 1
