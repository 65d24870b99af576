/**
 * Memories as black boxes, for flows that bring their own: every memory becomes an instance of a module named after its
 * shape, which simulates as before and of which no Verilog is printed. What has initial words stays, as a black box has none at
 * power-up: ROMs, and memories that are written, too.
 */
import { reference } from "../expression.ts";
import type { Circuit, Expression, Inst, Item, Mem, MemRead, MemWrite, Module, Port, StreamNets } from "../ir.ts";
import type { LazyPosition } from "../position.ts";

/** The circuit with every memory without initial words as an instance of a black box, named after the memory's shape. */
export function blackBoxMemories(circuit: Circuit): Circuit {
  const boxes = new Map<string, Module>();
  const modules = circuit.modules.map((module) => withoutMemories(module, boxes));
  return { ...circuit, modules: [...boxes.values(), ...modules] };
}

/** Memories that `blackBoxMemories` leaves although they are written, since they have initial words. */
export function memoriesWithWords({ modules }: Circuit): { readonly module: string; readonly memory: string }[] {
  return modules.flatMap(({ name, items, external }) => {
    if (external) return [];
    const written = new Set(items.flatMap((item) => (item.kind === "memWrite" ? [item.memory] : [])));
    return items.flatMap((item) =>
      item.kind === "mem" && item.init && written.has(item.name) ? [{ module: name, memory: item.name }] : [],
    );
  });
}

function withoutMemories(module: Module, boxes: Map<string, Module>): Module {
  const shaped = new Map<string, MemoryPorts>();
  for (const item of module.items) {
    if (item.kind === "mem" && !item.init) shaped.set(item.name, { memory: item, reads: [], writes: [] });
    else if (item.kind === "memRead") shaped.get(item.memory)?.reads.push(item);
    else if (item.kind === "memWrite") shaped.get(item.memory)?.writes.push(item);
  }
  if (shaped.size === 0) return module;
  const isGone = (item: Item) => (item.kind === "memRead" || item.kind === "memWrite") && shaped.has(item.memory);
  const items = module.items.flatMap((item): Item[] => {
    const ports = item.kind === "mem" ? shaped.get(item.name) : undefined;
    if (!ports) return isGone(item) ? [] : [item];
    const box = boxOf(ports);
    boxes.set(box.name, box);
    return [instance(ports, box)];
  });
  return { ...module, items };
}

interface MemoryPorts {
  readonly memory: Mem;
  readonly reads: MemRead[];
  readonly writes: MemWrite[];
}

/** The ports of a box, with what the memory's user connects; `value` is absent for what the box drives. */
interface Pin {
  readonly name: string;
  readonly width: number;
  readonly value?: Expression;
}

function pinsOf({ reads, writes }: MemoryPorts): { reads: Pin[][]; writes: Pin[][] } {
  const pin = (name: string, value: Expression): Pin => ({ name, width: value.width, value });
  return {
    writes: writes.map(({ address, data, enable, mask }, i) => [
      pin(`write${i}_enable`, enable),
      pin(`write${i}_address`, address),
      pin(`write${i}_data`, data),
      ...(mask ? [pin(`write${i}_mask`, mask)] : []),
    ]),
    reads: reads.map(({ address, enable, width }, i) => [
      ...(enable ? [pin(`read${i}_enable`, enable)] : []),
      pin(`read${i}_address`, address),
      { name: `read${i}_data`, width },
    ]),
  };
}

/** "memory_1024x16_read_write_bytes2": depth, width and ports say which box it is. */
function boxName({ memory, reads, writes }: MemoryPorts): string {
  const several = clocksOf({ memory, reads, writes }).length > 1;
  const domain = (clock: string) => (several ? `_${clock}` : "");
  const under = { old: "_old", new: "_new", undefined: "" };
  const words = [
    ...reads.map((read) =>
      read.latency === 0 ? "read_at_once" : `read${under[read.underWrite]}${domain(read.clock)}`,
    ),
    ...writes.map((write) => `write${write.mask ? `_lanes${write.mask.width}` : ""}${domain(write.clock)}`),
  ];
  return ["memory", `${memory.depth}x${memory.width}`, ...words].join("_");
}

function boxOf(ports: MemoryPorts): Module {
  const { memory, reads, writes } = ports;
  const { at } = memory;
  const pins = pinsOf(ports);
  const name = boxName(ports);
  const inner = ({ name: pin, width }: Pin) => reference(pin, width, false, at);
  const port = ({ name: pin, width, value }: Pin): Port => ({
    ...{ name: pin, role: "data", width, signed: false, at },
    direction: value ? "input" : "output",
  });
  const find = (of: readonly Pin[], suffix: string) => {
    const found = of.find((pin) => pin.name.endsWith(suffix));
    return found && inner(found);
  };
  const clockOf = pinOfClock(ports);
  const items: Item[] = [
    { ...memory, name: "words" },
    ...reads.flatMap((read, i): Item[] => {
      const [address, enable] = [find(pins.reads[i], "_address"), find(pins.reads[i], "_enable")];
      const word = reference(`word${i}`, read.width, false, at);
      return [
        {
          ...{ ...read, name: `word${i}`, memory: "words", clock: clockOf(read.clock) },
          ...{ address: address as Expression, ...(enable ? { enable } : {}) },
        },
        { kind: "wire", name: `read${i}_data`, output: true, width: read.width, signed: false, value: word, at },
      ];
    }),
    ...writes.map((write, i): Item => {
      const of = (suffix: string) => find(pins.writes[i], suffix) as Expression;
      const mask = find(pins.writes[i], "_mask");
      const connected = { address: of("_address"), data: of("_data"), enable: of("_enable") };
      return { ...write, memory: "words", clock: clockOf(write.clock), ...connected, ...(mask ? { mask } : {}) };
    }),
  ];
  const streams: StreamNets[] = [];
  return {
    name,
    summary: `A memory of ${memory.depth} words of ${memory.width} bits.`,
    ports: [
      ...clocksOf(ports).map((clock) => clockPort(clockOf(clock), at)),
      ...[...pins.writes, ...pins.reads].flat().map(port),
    ],
    items,
    streams,
    external: { module: name, parameters: {}, pins: {}, modelled: true },
    at,
  };
}

function clocksOf({ reads, writes }: MemoryPorts): string[] {
  const clocked = [...writes, ...reads.filter(({ latency }) => latency > 0)];
  return [...new Set(clocked.map(({ clock }) => clock))].sort();
}

/** The clock of a box with one is called so whatever domain the memory stands in: boxes of one shape are one module. */
function pinOfClock(ports: MemoryPorts): (clock: string) => string {
  const alone = clocksOf(ports).length === 1;
  return (clock) => (alone ? "clock" : clock);
}

function clockPort(name: string, at: LazyPosition): Port {
  return { name, direction: "input", role: "clock", width: 1, signed: false, at };
}

function instance(ports: MemoryPorts, box: Module): Inst {
  const { memory, reads } = ports;
  const pins = pinsOf(ports);
  const inputs = [...pins.writes, ...pins.reads]
    .flat()
    .flatMap(({ name, value }) => (value ? [{ port: name, value }] : []));
  return {
    kind: "inst",
    name: memory.name,
    module: box.name,
    inputs,
    outputs: reads.map(({ name, width }, i) => ({ port: `read${i}_data`, net: name, width, signed: false })),
    controls: clocksOf(ports).map((clock) => ({ port: pinOfClock(ports)(clock), net: clock })),
    domains: [],
    at: memory.at,
  };
}
