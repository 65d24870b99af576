/** The programs and headers from outside npm that parts of the project run. */
export type ToolName =
  | "verilator"
  | "iverilog"
  | "vvp"
  | "yosys"
  | "yosys-smtbmc"
  | "yosys-abc"
  | "z3"
  | "sta"
  | "g++"
  | "boost";

export interface Tool {
  /** What is impossible without it. */
  readonly neededFor: string;
  /** Whether `make test` cannot pass without it. */
  readonly neededByTests: boolean;
  /** How it tells its version; absent where it does not. */
  readonly versionArguments?: readonly string[];
  readonly install: InstallCommands;
}

/** The command that installs a tool. */
export interface InstallCommands {
  readonly debian: string;
  readonly macos: string;
  readonly fedora: string;
}

const install = (debian: string, macos: string, fedora: string): InstallCommands => ({
  debian: `sudo apt-get install ${debian}`,
  macos: macos.startsWith("xcode") ? macos : `brew install ${macos}`,
  fedora: `sudo dnf install ${fedora}`,
});

const fromSource = (address: string) => ({ macos: `build ${address}`, fedora: `build ${address}` });

/** The table. */
export const tools: Readonly<Record<ToolName, Tool>> = {
  verilator: {
    neededFor: "--engine verilator: compiles the Verilog into a fast model",
    neededByTests: true,
    versionArguments: ["--version"],
    install: install("verilator", "verilator", "verilator"),
  },
  "g++": {
    neededFor: "--engine verilator: compiles the model that Verilator writes",
    neededByTests: true,
    versionArguments: ["--version"],
    install: install("g++", "xcode-select --install", "gcc-c++"),
  },
  boost: {
    neededFor: "--engine verilator: Boost.Beast headers, the WebSocket server beside the model",
    neededByTests: true,
    install: install("libboost-dev", "boost", "boost-devel"),
  },
  iverilog: {
    neededFor: "--engine icarus: compiles the Verilog for a second, event-driven simulator",
    neededByTests: true,
    versionArguments: ["-V"],
    install: install("iverilog", "icarus-verilog", "iverilog"),
  },
  vvp: {
    neededFor: "--engine icarus: runs what iverilog compiles",
    neededByTests: true,
    versionArguments: ["-V"],
    install: install("iverilog", "icarus-verilog", "iverilog"),
  },
  yosys: {
    neededFor: "proofs; synth, when it is there: quicker than the embedded Yosys",
    neededByTests: true,
    versionArguments: ["-V"],
    install: install("yosys", "yosys", "yosys"),
  },
  "yosys-smtbmc": {
    neededFor: "proofs: unrolls a design and asks the solver; part of Yosys",
    neededByTests: true,
    install: install("yosys", "yosys", "yosys"),
  },
  "yosys-abc": {
    neededFor: "mutate: proves more mutants equivalent; part of Yosys",
    neededByTests: true,
    install: install("yosys", "yosys", "yosys"),
  },
  z3: {
    neededFor: "proofs: the solver",
    neededByTests: true,
    versionArguments: ["--version"],
    install: install("z3", "z3", "z3"),
  },
  sta: {
    neededFor: "bench eie: critical paths by OpenSTA",
    neededByTests: false,
    versionArguments: ["-version"],
    install: {
      debian: "sudo apt-get install opensta",
      ...fromSource("https://github.com/The-OpenROAD-Project/OpenSTA"),
    },
  },
};
