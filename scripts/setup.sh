#!/usr/bin/env bash
# Prepares a checkout: system tools, npm packages, build. Safe to run again; it does only what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  say "whittle needs Node.js 20 or newer with npm."
  say "  Debian: apt-get install nodejs npm (20 or newer), macOS: brew install node, Fedora: dnf install nodejs"
  exit 3
fi
major=$(node -p 'process.versions.node.split(".")[0]')
if [ "$major" -lt 20 ]; then
  say "whittle needs Node.js 20 or newer; this is $(node --version)."
  exit 3
fi

# Verilator builds the fast model, Icarus is the second opinion, Yosys measures area (an embedded one exists) and with z3
# proves properties, Boost carries the WebSocket of the simulator process.
packages=()
command -v g++ >/dev/null || packages+=(g++)
command -v make >/dev/null || packages+=(make)
command -v verilator >/dev/null || packages+=(verilator)
command -v iverilog >/dev/null || packages+=(iverilog)
command -v yosys-smtbmc >/dev/null || packages+=(yosys)
command -v z3 >/dev/null || packages+=(z3)
boost=no
for folder in /usr/include /usr/local/include /opt/homebrew/include /opt/local/include; do
  [ -e "$folder/boost/beast.hpp" ] && boost=yes
done
[ "$boost" = yes ] || packages+=(libboost-dev)

if [ "${#packages[@]}" -gt 0 ]; then
  apt=()
  if command -v apt-get >/dev/null; then
    if [ "$(id -u)" = 0 ]; then apt=(apt-get)
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then apt=(sudo apt-get); fi
  fi
  if [ "${#apt[@]}" -gt 0 ]; then
    say "installing with apt: ${packages[*]}"
    log=$(mktemp)
    if ! { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1 </dev/null; then
      tail -n 15 "$log" >&2
      rm -f "$log"
      say "apt could not install: ${packages[*]}"
      exit 3
    fi
    rm -f "$log"
  else
    say "missing, and cannot be installed from here: ${packages[*]}"
    say "  Debian: apt-get install ${packages[*]}"
    say "  macOS:  brew install verilator icarus-verilog yosys z3 boost"
    say "  Fedora: dnf install gcc-c++ make verilator iverilog yosys z3 boost-devel"
    say "Run make again when they are there; bin/whittle doctor shows what each is for."
    # Without Yosys and z3 all but proofs works: the npm packages bring a Yosys for synthesis.
    for package in "${packages[@]}"; do
      case $package in yosys|z3) ;; *) exit 3 ;; esac
    done
  fi
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "installing npm packages"
  npm ci --no-audit --no-fund --loglevel=error >&2
  touch node_modules/.package-lock.json
fi

# Compiled files whose source is gone would still be found.
if [ ! -e dist/.tsbuildinfo ]; then rm -rf dist; fi
npx --no-install tsc -p tsconfig.build.json
# What says when the sources are newer: a build that changes nothing does not write it.
touch dist/.tsbuildinfo

# The simulator's bridge and runtime do not depend on a design: compile them now, not in front of a waiting user.
if command -v verilator >/dev/null; then
  node --input-type=module -e '
    const { prepareVerilator } = await import(`file://${process.cwd()}/dist/testbench/verilator/index.js`);
    await prepareVerilator((line) => console.error(line));
  '
fi
