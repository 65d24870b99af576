/**
 * A circuit that also computes which of its bits are unknown. Beside every net stands one of the same width that is 1 where
 * the value depends on what nobody gave: registers before their first reset, memory words before their first write, reads
 * and writes that collide. The values themselves are computed as before.
 */
import { binary, cat, constant, extend, mux, reference, slice } from "../expression.ts";
import type { Circuit, Expression, Inst, Item, Mem, MemRead, MemWrite, Module, Port, Property, Reg } from "../ir.ts";
import { unreachable } from "../walk.ts";
import { epochBits, lostName, writtenName } from "./epochs.ts";
import { and, any, none, not, or, shadowName, spread, Unknowns } from "./expression.ts";

/** Shadows are 1 in all bits at power-up where `isShadow` holds for their path, and 0 elsewhere. */
export function poisoned(circuit: Circuit): Circuit {
  return { ...circuit, modules: circuit.modules.map((module) => new Poisoner(module).module()) };
}

class Poisoner {
  readonly #module: Module;
  readonly #unknowns = new Unknowns();

  constructor(module: Module) {
    this.#module = module;
  }

  module(): Module {
    const { ports, items } = this.#module;
    const shadows = ports
      .filter(({ role }) => role === "data")
      .map((port): Port => ({ ...port, name: shadowName(port.name), signed: false }));
    return { ...this.#module, ports: [...ports, ...shadows], items: items.flatMap((item) => this.#item(item)) };
  }

  #item(item: Item): Item[] {
    switch (item.kind) {
      case "wire": {
        const value = this.#unknowns.of(item.value);
        return [item, { ...item, name: shadowName(item.name), signed: false, value }];
      }
      case "reg": {
        const { reset, crossing: _, ...rest } = item;
        const shadow: Reg = { ...rest, name: shadowName(item.name), signed: false, next: this.#unknowns.of(item.next) };
        return [item, reset ? { ...shadow, reset: { signal: reset.signal, value: 0n } } : shadow];
      }
      case "mem":
        return [
          item,
          { ...item, name: shadowName(item.name), ...(item.init ? { init: [] } : {}) },
          ...this.#lost(item),
        ];
      case "memRead":
        return [item, ...this.#read(item)];
      case "memWrite":
        return [item, this.#write(item), ...this.#written(item)];
      case "inst":
        return [this.#inst(item)];
      case "property":
        return this.#property(item);
      default:
        return unreachable(item);
    }
  }

  /** An assertion that may not hold fails, in other words than one that does not; a cover that may hold does not count. */
  #property(property: Property): Property[] {
    const { condition, enable } = property;
    if (property.ignoresUnknown) return [property];
    const surely = (e: Expression) => and(e, not(this.#unknowns.of(e)));
    if (property.property === "cover")
      return [{ ...property, condition: surely(condition), ...(enable ? { enable: surely(enable) } : {}) }];
    const perhaps = (e: Expression) => or(e, this.#unknowns.of(e));
    return [
      { ...property, condition: perhaps(condition), ...(enable ? { enable: surely(enable) } : {}) },
      { ...property, condition: surely(condition), ...(enable ? { enable: perhaps(enable) } : {}), ofUnknown: true },
    ];
  }

  #inst(inst: Inst): Inst {
    const inputs = inst.inputs.map(({ port, value }) => ({ port: shadowName(port), value: this.#unknowns.of(value) }));
    const outputs = inst.outputs.map(({ port, net, width }) => ({
      port: shadowName(port),
      net: shadowName(net),
      width,
      signed: false,
    }));
    return { ...inst, inputs: [...inst.inputs, ...inputs], outputs: [...inst.outputs, ...outputs] };
  }

  #writesOf(memory: string): MemWrite[] {
    return this.#module.items.filter((item): item is MemWrite => item.kind === "memWrite" && item.memory === memory);
  }

  /** True where a write may happen. */
  #mayWrite({ enable }: MemWrite): Expression {
    return or(enable, this.#unknowns.of(enable));
  }

  /** True where two addresses may be equal. */
  #mayMeet(a: Expression, b: Expression): Expression {
    const unknown = or(this.#unknowns.of(a), this.#unknowns.of(b));
    const differ = and(binary("xor", a, b, a.width, false, a.at), not(unknown));
    return not(any(differ));
  }

  /**
   * True where a port of `clock` that uses `address` may hit the word of a write at the same edge. A clock's net is 1 where it
   * takes part in an edge, which another clock need not.
   */
  #meets(write: MemWrite, address: Expression, clock: string): Expression {
    const hit = and(this.#mayWrite(write), this.#mayMeet(write.address, address));
    return write.clock === clock ? hit : and(hit, reference(write.clock, 1, false, write.at));
  }

  /** True where a write may hit an unknown address. A constant where it never does. */
  #losing(write: MemWrite): Expression {
    return and(this.#mayWrite(write), any(this.#unknowns.of(write.address)));
  }

  #lost({ name, depth, at }: Mem): Item[] {
    const epoch = this.#epoch(name, at);
    if (!epoch) return [];
    const counts = this.#writesOf(name).map((write, i): Item => {
      const counter = lostName(name, i);
      const own = reference(counter, epochBits, false, at);
      const next = binary("add", own, extend(this.#losing(write), epochBits, at), epochBits, false, at);
      return { kind: "reg", name: counter, width: epochBits, signed: false, next, clock: write.clock, at };
    });
    const width = this.#lanes(name) * epochBits;
    return [...counts, { kind: "mem", name: writtenName(name), depth, width, init: [], at }];
  }

  /** Undefined where no write is ever lost. */
  #epoch(memory: string, at: Expression["at"]): Expression | undefined {
    const writes = this.#writesOf(memory);
    if (writes.every((write) => this.#losing(write).kind === "const")) return undefined;
    const counts = writes.map((_, i) => reference(lostName(memory, i), epochBits, false, at));
    return counts.reduce((sum, count) => binary("add", sum, count, epochBits, false, at));
  }

  /** The fewest equal parts of a word of which each is written as a whole by every port. */
  #lanes(memory: string): number {
    return this.#writesOf(memory).reduce((lanes, { mask }) => leastCommonMultiple(lanes, mask?.width ?? 1), 1);
  }

  /** The lanes that a write writes, or may write, of as many as the memory has. */
  #mayMask({ memory, mask, at }: MemWrite): Expression {
    const lanes = this.#lanes(memory);
    if (!mask) return spread(constant(1n, 1, false, at), lanes);
    return widened(or(mask, this.#unknowns.of(mask)), lanes / mask.width);
  }

  /** The lanes that an edge writes are of the epoch before it: a write that is lost at the same edge may have hit them. */
  #written(write: MemWrite): MemWrite[] {
    const { memory, at } = write;
    const epoch = this.#epoch(memory, at);
    if (!epoch) return [];
    const data = cat(Array(this.#lanes(memory)).fill(epoch), at);
    const mask = write.mask ? { mask: this.#mayMask(write) } : {};
    return [{ ...write, memory: writtenName(memory), data, enable: this.#mayWrite(write), ...mask }];
  }

  /**
   * The same write of what is unknown. A lane that may or may not be written is unknown after it, and so is one that an
   * earlier port may write in the same word at the same edge.
   */
  #write(write: MemWrite): MemWrite {
    const { data, mask, address } = write;
    const perLane = (bits: Expression) => widened(bits, data.width / bits.width);
    const unsure = spread(this.#unknowns.of(write.enable), data.width);
    const unsureLanes = mask ? perLane(this.#unknowns.of(mask)) : none(data);
    const ports = this.#writesOf(write.memory);
    const earlier = ports.slice(0, ports.indexOf(write));
    const collides = earlier.map((other) =>
      and(perLane(this.#mayMask(other)), spread(this.#meets(other, address, write.clock), data.width)),
    );
    return {
      ...write,
      memory: shadowName(write.memory),
      data: [unsure, unsureLanes, ...collides].reduce(or, this.#unknowns.of(data)),
      enable: this.#mayWrite(write),
      ...(mask ? { mask: or(mask, this.#unknowns.of(mask)) } : {}),
    };
  }

  #read(read: MemRead): Item[] {
    const { name, memory, width, address, enable, clock, at } = read;
    const now = { kind: "memRead", address, latency: 0, underWrite: "old", clock, at } as const;
    const word: MemRead = { ...now, name: `${name}$word`, memory: shadowName(memory), width };
    const epoch = this.#epoch(memory, at);
    const lanes = this.#lanes(memory);
    const written: MemRead = {
      ...now,
      name: writtenName(name),
      memory: writtenName(memory),
      width: lanes * epochBits,
    };
    const stale = (present: Expression) => {
      const last = reference(written.name, written.width, false, at);
      const parts = Array.from({ length: lanes }, (_, lane) =>
        binary("ne", slice(last, lane * epochBits, epochBits, at), present, 1, false, at),
      );
      return widened(cat(parts.reverse(), at), width / lanes);
    };
    const unset = reference(word.name, width, false, at);
    const stored = epoch ? or(unset, stale(epoch)) : unset;
    const words = epoch ? [word, written] : [word];
    const depth = (this.#module.items.find((item) => item.kind === "mem" && item.name === memory) as Mem).depth;
    const last = constant(BigInt(depth - 1), address.width, false, at);
    const beyond = depth === 2 ** address.width ? none(last) : binary("lt", last, address, 1, false, at);
    const lost = or(any(beyond), any(this.#unknowns.of(address)));
    const found = (unknown: Expression) => or(stored, spread(unknown, width));
    if (!enable) {
      const wire = { kind: "wire", name: shadowName(name), output: false, width, signed: false, at } as const;
      return [...words, { ...wire, value: found(lost) }];
    }
    const collisions = this.#writesOf(memory)
      .filter(() => read.underWrite === "undefined")
      .map((write) => this.#meets(write, address, clock));
    const unsure = this.#unknowns.of(enable);
    const held = reference(shadowName(name), width, false, at);
    const taken = mux(enable, found([lost, ...collisions].reduce(or)), held, at);
    const next = or(taken, spread(unsure, width));
    return [...words, { kind: "reg", name: shadowName(name), width, signed: false, next, clock, at }];
  }
}

/** Each bit `times` times. */
function widened(bits: Expression, times: number): Expression {
  if (bits.width === 1) return spread(bits, times);
  const { at } = bits;
  const parts = Array.from({ length: bits.width }, (_, i) => spread(slice(bits, i, 1, at), times));
  return cat(parts.reverse(), at);
}

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}
