import { UserError } from "../../sw-model/errors.ts";
import type { Bits } from "../simulation.ts";
import { opcodes } from "./protocol.ts";
import type { WordWriter } from "./word-writer.ts";

/** A memory that a model keeps within reach, by its Verilog names. */
export interface MemoryName {
  readonly module: string;
  readonly name: string;
}

/** What a model must be built for besides running. Each costs time to build, and the first some speed. */
export interface Reach {
  /** Memories to read and write by `readMemory` and `writeMemory`. */
  readonly memories?: readonly MemoryName[];
  /** For `save` and `restore`. */
  readonly snapshots?: boolean;
  /** For waves. */
  readonly traced: boolean;
}

/** Lines of Verilator's configuration file that keep these memories as they are. */
export function memoryRules(memories: readonly MemoryName[] = []): string {
  return memories
    .map(({ module, name }) => {
      for (const part of [module, name]) {
        if (/^[A-Za-z_][\w$]*$/.test(part)) continue;
        throw new UserError({
          code: "bad-memory-name",
          message: `${part} is no name of Verilog`,
          where: "memories",
          expected: "a module and a memory in it, as they are called in the Verilog",
          found: part,
        });
      }
      return `public_flat_rw -module "${module}" -var "${name}"\n`;
    })
    .join("");
}

/** A clock among the inputs of a design: rises at `phase` and every `period` from there on, and falls half a period later. */
export interface ClockWave {
  readonly port: string;
  /** In units of time, at least 2. */
  readonly period: number;
  readonly phase?: number;
}

/** Sends one command and gives the words of its result. */
export type Ask = (opcode: number, describe: string, write: (out: WordWriter) => void) => Promise<Uint32Array>;

/** `count` words of a memory from `address` on. */
export async function readMemory(ask: Ask, path: string, address: number, count: number): Promise<bigint[]> {
  const [width, , ...words] = await ask(opcodes.readMemory, `read ${count} words of ${path}`, (out) => {
    out.text(path);
    out.word(address);
    out.word(count);
  });
  const each = Math.ceil(width / 32);
  return Array.from({ length: count }, (_, i) => {
    let value = 0n;
    for (let word = each - 1; word >= 0; word--) value = (value << 32n) | BigInt(words[i * each + word]);
    return value;
  });
}

/** Words of a memory from `address` on are replaced. */
export async function writeMemory(ask: Ask, path: string, address: number, values: readonly Bits[]): Promise<void> {
  const describe = `write ${values.length} words of ${path}`;
  const [width] = await ask(opcodes.readMemory, describe, (out) => {
    out.text(path);
    out.word(0);
    out.word(0);
  });
  const port = { name: path, direction: "input", width, signed: false, index: 0 } as const;
  await ask(opcodes.writeMemory, describe, (out) => {
    out.text(path);
    out.word(address);
    out.word(values.length);
    for (const value of values) out.value(port, value);
  });
}

/** Bytes behind a state that tell where the clocks of `runClocks` are. */
const timeBytes = 8;

/** The state of a model and the time of its clocks, for `restore` in any process with the same build. */
export async function save(ask: Ask, time: number): Promise<Uint8Array> {
  const words = await ask(opcodes.save, "save", () => undefined);
  const snapshot = new Uint8Array(words[0] + timeBytes);
  snapshot.set(new Uint8Array(words.buffer, words.byteOffset + 4, words[0]));
  new DataView(snapshot.buffer).setFloat64(words[0], time);
  return snapshot;
}

/** The parts of what `save` gave. */
export function opened(snapshot: Uint8Array): { readonly time: number; readonly state: Uint8Array } {
  const length = Math.max(0, snapshot.length - timeBytes);
  const time = length === 0 ? 0 : new DataView(snapshot.buffer, snapshot.byteOffset + length).getFloat64(0);
  return { time, state: snapshot.subarray(0, length) };
}

/** A state as the model gave it. */
export async function restore(ask: Ask, snapshot: Uint8Array): Promise<void> {
  await ask(opcodes.restore, "restore", (out) => out.bytes(snapshot));
}
