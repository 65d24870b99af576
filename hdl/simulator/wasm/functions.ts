/** Steps as functions: one for all homes of a group whose code is the same but for where they lie. */
import type { FlatNode } from "../flatten.ts";
import { setRegisters } from "./assign.ts";
import { FunctionBody, op, type WasmFunction } from "./binary.ts";
import { Generator, type Shared } from "./generator.ts";
import type { Homes } from "./homes.ts";
import { alike, type Likeness, likenessOf } from "./likeness.ts";
import { baseLocals, baseOf, frameOf } from "./places.ts";
import { checkProperty } from "./property.ts";
import type { Step } from "./schedule.ts";
import { isWide } from "./storage.ts";
import { registerReads, type Unit } from "./units.ts";
import { storeWide } from "./wide.ts";
import { readAtOnce, readClocked, writeWord } from "./words.ts";

/** Parameters of a home's function: the bases of the first home, how many there are, and the way from one to the next. */
const [count, netStride, wordStride] = [2, 3, 4];
const homeParameters = 5;

/** The call of a function for several homes of a group, `direction` apart. */
interface Call {
  readonly callee: number;
  readonly group: number;
  readonly place: number;
  homes: number;
  direction: number;
}

export class FunctionMaker {
  readonly functions: WasmFunction[] = [];
  readonly #homes: Homes;
  readonly #failure: number;
  readonly #made = new Map<number, { callee: number; likeness: Likeness }[]>();
  /** The end of the memory that functions use for intermediate values. */
  end: number;

  constructor(homes: Homes, failure: number, scratch: number) {
    this.#homes = homes;
    this.#failure = failure;
    this.end = scratch;
  }

  /** Puts a small sequence of steps in place; makes functions of a larger one, and gives what puts calls to them in place. */
  make(shared: Shared, steps: readonly Step[]): (body: FunctionBody) => void {
    if (steps.length === 1 && steps[0].home === 0) return (body) => this.#generate(shared, steps[0], body);
    const calls: Call[] = [];
    for (const step of steps) {
      const callee = step.home === 0 ? this.#makePlain(shared, step) : this.#makeLoop(shared, step);
      const [group, place] = [this.#homes.group[step.home], this.#homes.place[step.home]];
      const last = calls.at(-1);
      const way = last && place - (last.place + last.direction * (last.homes - 1));
      const continues = last && last.callee === callee && last.group === group && group > 0;
      if (continues && Math.abs(way as number) === 1 && (last.homes === 1 || way === last.direction)) {
        last.homes++;
        last.direction = way as number;
      } else calls.push({ callee, group, place, homes: 1, direction: 0 });
    }
    return (body) => {
      for (const call of calls) emitCall(body, call, shared);
    };
  }

  #makePlain(shared: Shared, step: Step): number {
    const body = new FunctionBody();
    this.#generate(shared, step, body);
    return this.functions.push({ body, parameters: 0 }) - 1;
  }

  #makeLoop(shared: Shared, step: Step): number {
    const group = this.#homes.group[step.home];
    const made = this.#made.get(group) ?? [];
    this.#made.set(group, made);
    const likeness = likenessOf(shared, frameOf(shared.places, this.#homes, step.home), step);
    const equal = made.find((other) => alike(other.likeness, likeness));
    if (equal) {
      step.units.forEach(({ sets }) => {
        for (let i = 0; i < sets.length; i++) shared.overtaken[sets[i]] = 1;
      });
      return equal.callee;
    }
    const body = new FunctionBody(homeParameters);
    body.emit(op.loop);
    body.emit(0x40);
    this.#generate(shared, step, body);
    const advance = (local: number, by: () => void, operator: "add" | "sub") => {
      body.get(local);
      by();
      body.typed(operator, "i32");
    };
    advance(baseLocals.nets, () => body.get(netStride), "add");
    body.set(baseLocals.nets);
    advance(baseLocals.words, () => body.get(wordStride), "add");
    body.set(baseLocals.words);
    advance(count, () => body.constant("i32", 1), "sub");
    body.tee(count);
    body.emit(op.brIf);
    body.emit(0);
    body.emit(op.end);

    const callee = this.functions.push({ body, parameters: homeParameters }) - 1;
    made.push({ callee, likeness });
    return callee;
  }

  #generate(shared: Shared, { home, units }: Step, body: FunctionBody): void {
    const generator = new Generator(shared, frameOf(shared.places, this.#homes, home), body);
    const lastRead = new Map<number, number>();
    units.forEach(({ reads }, i) => {
      for (const net of reads) lastRead.set(net, i);
    });
    units.forEach((unit, i) => {
      const readAmong = unit.kind === "registers" ? readByOthers(shared, unit) : undefined;
      for (const net of unit.sets) generator.hold(net, (lastRead.get(net) ?? -1) > i || readAmong?.has(net) === true);
      generateUnit(generator, unit, this.#failure);
    });
    this.end = Math.max(this.end, generator.end);
  }
}

function generateUnit(generator: Generator, unit: Unit, failure: number): void {
  switch (unit.kind) {
    case "node":
      generateNode(generator, unit.node);
      return;
    case "registers":
      setRegisters(generator, unit.indices);
      return;
    case "clockedRead":
      readClocked(generator, unit.index);
      return;
    case "write":
      writeWord(generator, unit.index);
      return;
    case "property":
      checkProperty(generator, unit.index, failure);
      return;
  }
}

function generateNode(generator: Generator, node: FlatNode): void {
  if (node.kind === "read") readAtOnce(generator, node);
  else if (isWide(node.value.width)) storeWide(generator, node.value, node.scope, generator.addressOf(node.net));
  else generator.define(node.net, () => generator.push(node.value, node.scope));
}

/** The registers of a unit that others of it read. */
function readByOthers({ design }: Shared, { indices }: Extract<Unit, { kind: "registers" }>): Set<number> {
  const found = new Set<number>();
  for (const index of indices)
    for (const net of registerReads(design, index)) if (net !== design.registers[index].net) found.add(net);
  return found;
}

function emitCall(body: FunctionBody, { callee, group, place, homes, direction }: Call, { places }: Shared): void {
  if (group > 0) {
    const { nets, words } = places.regions[group];
    const values = [
      baseOf(nets, place),
      baseOf(words, place),
      homes,
      direction * nets.stride,
      direction * words.stride,
    ];
    for (const value of values) body.constant("i32", value);
  }
  body.call(callee);
}
