import { runYosys, type Yosys } from "../../platform/yosys.ts";
import { control } from "./mutation.ts";
import { mutantCommands, type Netlist } from "./netlist.ts";

const files = { netlist: "design.il", gates: "gates.json" } as const;
const timeoutMs = 600_000;

/** A bit of a net by its number, or a constant. */
export type Bit = number | string;

type Connections = Readonly<Record<string, readonly Bit[]>>;

/** A memory with its ports: bits of all ports one after another. */
export interface GateMemory {
  readonly addressBits: number;
  readonly width: number;
  readonly reads: readonly { readonly clocked: boolean; readonly enable: Bit; readonly address: readonly Bit[] }[];
  readonly readData: readonly (readonly Bit[])[];
  readonly writes: readonly {
    readonly enable: readonly Bit[];
    readonly address: readonly Bit[];
    readonly data: readonly Bit[];
  }[];
}

/** A design of one clock, flat, with all mutants in it, as gates; memories and products are left whole. */
export interface Gates {
  /** By name; without the control input that chooses the mutant. */
  readonly inputs: ReadonlyMap<string, readonly Bit[]>;
  readonly outputs: readonly Bit[];
  readonly control: readonly Bit[];
  readonly registers: readonly { readonly output: Bit; readonly next: Bit }[];
  /** Bit by bit: of one input an inverter, of two an AND. */
  readonly logic: ReadonlyMap<Bit, readonly Bit[]>;
  readonly products: readonly {
    readonly left: readonly Bit[];
    readonly right: readonly Bit[];
    readonly product: readonly Bit[];
  }[];
  readonly memories: readonly GateMemory[];
}

interface Cell {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly connections: Connections;
}

interface JsonModule {
  readonly ports: Readonly<Record<string, { readonly direction: string; readonly bits: readonly Bit[] }>>;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** The gates of a design and its mutants; undefined where it has several clocks or a kind of cell that is not known here. */
export async function gatesOf(yosys: Yosys, netlist: Netlist, top: string): Promise<Gates | undefined> {
  const whole = "t:$mem_v2 t:$mul %u %n";
  const script = [
    `read_rtlil ${files.netlist}`,
    ...mutantCommands(netlist),
    ...["opt_clean", `hierarchy -top ${top}`, "flatten", "opt_clean"],
    ...[`techmap ${whole}`, "opt -full", `techmap ${whole}`, "dffunmap", `simplemap ${whole}`],
    ...["opt_expr", "opt_merge", "opt_clean", "aigmap", "opt_expr", "opt_merge", "opt_clean -purge"],
    `write_json ${files.gates}`,
  ];
  const output = await runYosys(yosys, script.join("\n"), { [files.netlist]: netlist.rtlil }, [files.gates], timeoutMs);
  const { modules } = JSON.parse(output[files.gates]) as { modules: Readonly<Record<string, JsonModule>> };
  return readGates(modules[top]);
}

function readGates({ ports, cells }: JsonModule): Gates | undefined {
  const all = Object.values(cells).filter(({ type }) => type !== "$scopeinfo");
  const of = (type: string) => all.filter((cell) => cell.type === type);
  const [registers, ands, inverters, products, memories] = ["$_DFF_P_", "$_AND_", "$_NOT_", "$mul", "$mem_v2"].map(of);
  const found = [registers, ands, inverters, products, memories].reduce((sum, cells) => sum + cells.length, 0);
  const clocks = new Set([...registers.map(({ connections }) => connections.C[0]), ...memories.flatMap(clocksOf)]);
  if (found < all.length || clocks.size > 1 || !memories.every(isSimple)) return undefined;
  const [clock] = clocks;
  const directed = (direction: string) =>
    Object.entries(ports).filter(([name, port]) => port.direction === direction && name !== control);
  return {
    inputs: new Map(
      directed("input").flatMap(([name, { bits }]) => (bits[0] === clock ? [] : [[name, bits] as const])),
    ),
    outputs: directed("output").flatMap(([, { bits }]) => bits),
    control: ports[control]?.bits ?? [],
    registers: registers.map(({ connections: { D, Q } }) => ({ output: Q[0], next: D[0] })),
    logic: new Map([
      ...ands.map(({ connections: { A, B, Y } }): [Bit, Bit[]] => [Y[0], [A[0], B[0]]]),
      ...inverters.map(({ connections: { A, Y } }): [Bit, Bit[]] => [Y[0], [A[0]]]),
    ]),
    products: products.map(({ connections: { A, B, Y } }) => ({ left: A, right: B, product: Y })),
    memories: memories.map(memoryOf),
  };
}

const flags = (text: string) => [...text].reverse().map((flag) => flag === "1");

/** The clocks of a memory's ports that have one. */
function clocksOf({ parameters, connections: { RD_CLK, WR_CLK } }: Cell): Bit[] {
  const reads = flags(parameters.RD_CLK_ENABLE);
  return [...RD_CLK.filter((_, i) => reads[i]), ...WR_CLK];
}

/** Written and read at rising edges, and without resets of what is read. */
function isSimple({ parameters, connections: { WR_CLK, RD_CLK, RD_ARST, RD_SRST } }: Cell): boolean {
  const of = (name: string) => flags(parameters[name]);
  const [writeEnable, writePolarity] = ["WR_CLK_ENABLE", "WR_CLK_POLARITY"].map(of);
  const [readEnable, readPolarity] = ["RD_CLK_ENABLE", "RD_CLK_POLARITY"].map(of);
  return (
    WR_CLK.every((_, i) => writeEnable[i] && writePolarity[i]) &&
    RD_CLK.every((_, i) => !readEnable[i] || (readPolarity[i] && RD_ARST[i] === "0" && RD_SRST[i] === "0"))
  );
}

function memoryOf({ parameters, connections }: Cell): GateMemory {
  const number = (name: string) => Number.parseInt(parameters[name], 2);
  const [addressBits, width] = [number("ABITS"), number("WIDTH")];
  const pieces = (bits: readonly Bit[], size: number) =>
    Array.from({ length: bits.length / size }, (_, i) => bits.slice(i * size, (i + 1) * size));
  const clocked = flags(parameters.RD_CLK_ENABLE);
  const enables = pieces(connections.WR_EN, width);
  const data = pieces(connections.WR_DATA, width);
  return {
    addressBits,
    width,
    reads: pieces(connections.RD_ADDR, addressBits).map((address, i) => ({
      ...{ clocked: clocked[i], enable: connections.RD_EN[i], address },
    })),
    readData: pieces(connections.RD_DATA, width),
    writes: pieces(connections.WR_ADDR, addressBits).map((address, i) => ({
      address,
      enable: enables[i],
      data: data[i],
    })),
  };
}
