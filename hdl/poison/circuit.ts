/**
 * A circuit that also computes which of its bits are unknown. Beside every net stands one of the same width that is 1 where
 * the value depends on what nobody gave: registers before their first reset, memory words before their first write, reads
 * and writes that collide. The values themselves are computed as before.
 */
import { binary, cat, constant, mux, reference, slice } from "../expression.ts";
import {
  type Circuit,
  type Expression,
  type Inst,
  type Item,
  type Mem,
  type MemRead,
  type MemWrite,
  type Module,
  type Port,
  type Property,
  type Reg,
  unreachable,
} from "../ir.ts";
import { and, any, none, not, or, shadowName, spread, Unknowns } from "./expression.ts";

/** Shadows are 1 in all bits at power-up where `isShadow` holds for their path, and 0 elsewhere. */
export function poisoned(circuit: Circuit): Circuit {
  return { ...circuit, modules: circuit.modules.map((module) => new Poisoner(module).module()) };
}

/** Register that is 1 once a write port hit an unknown address, so that no word of the memory is known any more. */
function lostName(memory: string, port: number): string {
  return `${memory}$${port}$lost`;
}

/** True for the path of such a register of a memory. */
export function isLost(path: string, memory: string): boolean {
  return path.startsWith(`${memory}$`) && path.endsWith("$lost");
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
        return [item, this.#write(item)];
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

  #lost({ name, at }: Mem): Item[] {
    const writes = this.#writesOf(name);
    return writes.map((write, i) => {
      const own = lostName(name, i);
      const hit = and(this.#mayWrite(write), any(this.#unknowns.of(write.address)));
      const next = or(reference(own, 1, false, at), hit);
      return { kind: "reg", name: own, width: 1, signed: false, next, clock: write.clock, at };
    });
  }

  #isLost(memory: string, at: Expression["at"]): Expression {
    const flags = this.#writesOf(memory).map((_, i) => reference(lostName(memory, i), 1, false, at));
    return flags.reduce(or, constant(0n, 1, false, at));
  }

  /**
   * The same write of what is unknown. A lane that may or may not be written is unknown after it, and so is what an earlier
   * port writes to the same word at the same edge.
   */
  #write(write: MemWrite): MemWrite {
    const { data, mask, address, at } = write;
    const lanes = mask?.width ?? 1;
    const perLane = (bits: Expression) => widened(bits, data.width / lanes);
    const unsure = spread(this.#unknowns.of(write.enable), data.width);
    const unsureLanes = mask ? perLane(this.#unknowns.of(mask)) : none(data);
    const ports = this.#writesOf(write.memory);
    const earlier = ports.slice(0, ports.indexOf(write));
    const meets = earlier.map((other) => this.#meets(other, address, write.clock));
    const collides = spread(meets.reduce(or, constant(0n, 1, false, at)), data.width);
    return {
      ...write,
      memory: shadowName(write.memory),
      data: [unsure, unsureLanes, collides].reduce(or, this.#unknowns.of(data)),
      enable: this.#mayWrite(write),
      ...(mask ? { mask: or(mask, this.#unknowns.of(mask)) } : {}),
    };
  }

  #read(read: MemRead): Item[] {
    const { name, memory, width, address, enable, clock, at } = read;
    const word: MemRead = {
      kind: "memRead",
      name: `${name}$word`,
      memory: shadowName(memory),
      width,
      address,
      latency: 0,
      underWrite: "old",
      clock,
      at,
    };
    const depth = (this.#module.items.find((item) => item.kind === "mem" && item.name === memory) as Mem).depth;
    const last = constant(BigInt(depth - 1), address.width, false, at);
    const beyond = depth === 2 ** address.width ? none(last) : binary("lt", last, address, 1, false, at);
    const lost = [any(beyond), any(this.#unknowns.of(address)), this.#isLost(memory, at)].reduce(or);
    const found = (unknown: Expression) => or(reference(word.name, width, false, at), spread(unknown, width));
    if (!enable) {
      const wire = { kind: "wire", name: shadowName(name), output: false, width, signed: false, at } as const;
      return [word, { ...wire, value: found(lost) }];
    }
    const collisions = this.#writesOf(memory)
      .filter(() => read.underWrite === "undefined")
      .map((write) => this.#meets(write, address, clock));
    const unsure = this.#unknowns.of(enable);
    const held = reference(shadowName(name), width, false, at);
    const taken = mux(enable, found([lost, ...collisions].reduce(or)), held, at);
    const next = or(taken, spread(unsure, width));
    return [word, { kind: "reg", name: shadowName(name), width, signed: false, next, clock, at }];
  }
}

/** Each bit `times` times. */
function widened(bits: Expression, times: number): Expression {
  if (bits.width === 1) return spread(bits, times);
  const { at } = bits;
  const parts = Array.from({ length: bits.width }, (_, i) => spread(slice(bits, i, 1, at), times));
  return cat(parts.reverse(), at);
}
