import { addressBits, type RegisterMap } from "../../generators/common/registers.ts";
import { UserError } from "../../sw-model/errors.ts";
import { registerNamed, registerWord } from "../register-words.ts";
import type { Bits, Command, CommandResults, Simulation } from "../simulation.ts";
import type { Exchange } from "./exchange.ts";

const tried = new WeakSet<Simulation>();

/** A command, what its last values must be, and what it tries. */
interface Try {
  readonly where: string;
  readonly command: Command;
  /** Undefined: any. */
  readonly expected: readonly (bigint | undefined)[];
  /** Bits of the last value that must be 0 where it is not expected otherwise. */
  readonly zeros?: bigint;
}

const byteOrders = [
  [0, 1, 2, 3],
  [3, 2, 1, 0],
];

/** Words of which one has each two bits different, and its complement the other way round. */
const patterns = [
  0x5a3c96e1,
  0xa5c3691e,
  ...[0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00].flatMap((word) => [word, ~word >>> 0]),
];

/** Throws where the values are others. */
async function carryOut(simulation: Simulation, tries: readonly Try[]): Promise<void> {
  const results = await simulation.execute(tries.map(({ command }) => command));
  tries.forEach(({ where, expected, zeros = 0n }, i) => {
    const found = results[i].slice(results[i].length - expected.length);
    if (zeros !== 0n && (lastValue([results[i]]) & zeros) !== 0n)
      throw brokenPromise(where, `0 under the mask 0x${zeros.toString(16)}`, found.join(" "));
    if (expected.every((value, j) => value === undefined || value === found[j])) return;
    throw brokenPromise(where, expected.map((value) => value ?? "anything").join(" "), found.join(" "));
  });
}

/**
 * The registers of a map as commands on the pins of an AXI4-Lite slave that takes address and data at once and answers a cycle later,
 * as `axiLiteSlave` does while nobody holds up its answers. For any other slave there is `AxiLiteMaster`, which waits for it.
 */
export class RegisterAccess {
  readonly #map: RegisterMap;

  constructor(map: RegisterMap) {
    this.#map = map;
  }

  /** A register at once; fields that are not named are 0. Gives the answer, as the last value: 0, or 2 for an error. Errors as of `registerWord`. */
  write(name: string, fields: Readonly<Record<string, Bits | boolean>>): Command {
    const { address, register } = registerNamed(this.#map, name);
    return this.writeAt(address, registerWord(register, fields));
  }

  /** For each register that may be locked the write of ones to its pulses. */
  commands(): { readonly name: string; readonly command: Command }[] {
    return this.#map
      .filter(({ lockable }) => lockable)
      .map(({ name, fields }) => {
        const pulses = fields.filter(({ access }) => access === "pulse");
        return { name, command: this.write(name, Object.fromEntries(pulses.map((field) => [field.name, 1]))) };
      });
  }

  /** The same of a whole word, at any byte address. */
  writeAt(address: number, word: Bits): Command {
    return {
      kind: "batch",
      inputs: ["awaddr", "awvalid", "wdata", "wstrb", "wvalid", "bready"].map((pin) => `s_axi_${pin}`),
      rows: [
        [address, 1, word, 15, 1, 1],
        [0, 0, 0, 0, 0, 1],
      ],
      outputs: ["s_axi_bresp"],
    };
  }

  /** The same by bytes: one byte of the word a write, under its strobe, all others wrong. */
  writeByBytes(
    name: string,
    fields: Readonly<Record<string, Bits | boolean>>,
    order: readonly number[] = byteOrders[0],
  ): Command {
    const { address, register } = registerNamed(this.#map, name);
    const word = BigInt(registerWord(register, fields));
    return {
      kind: "batch",
      inputs: ["awaddr", "awvalid", "wdata", "wstrb", "wvalid", "bready"].map((pin) => `s_axi_${pin}`),
      rows: order.flatMap((byte) => [
        [address, 1, word ^ (0xffffffffn & ~(0xffn << BigInt(8 * byte))), 1 << byte, 1, 1],
        [0, 0, 0, 0, 0, 1],
      ]),
      outputs: ["s_axi_bresp"],
    };
  }

  /**
   * Whether every register holds what is written there byte by byte, the other bytes being wrong, each answers, and there is no more;
   * and whether a host may be slow. Throws `UserError` command-failed where not. Once a simulation: operations do not change the registers.
   */
  async tryAll(simulation: Simulation): Promise<void> {
    if (tried.has(simulation)) return;
    tried.add(simulation);
    await carryOut(simulation, [...this.#tryWords(), ...this.#trySlowly()]);
  }

  /** Whether no answer is given, and all registers read as after a reset. Throws `UserError` command-failed where not. */
  async tryReset(simulation: Simulation): Promise<void> {
    const answers = ["s_axi_bvalid", "s_axi_rvalid"].map((port): Try => {
      return { where: `${port}, after reset`, command: { kind: "peek", port }, expected: [0n] };
    });
    const tries = this.#map.map((register): Try => {
      const word = register.fields.some(({ access }) => access === "status") ? undefined : 0n;
      return { where: `${register.name}, after reset`, command: this.read(register.name), expected: [0n, word] };
    });
    await carryOut(simulation, [...answers, ...tries]);
  }

  *#tryWords(): Generator<Try> {
    const map = this.#map;
    for (const [p, pattern] of patterns.entries()) {
      for (const register of map) {
        const held = register.fields.filter(({ access }) => access === "write");
        const fields = Object.fromEntries(held.map(({ name, bits }, i) => [name, (pattern >>> i) % 2 ** bits]));
        const where = register.name;
        const shows = register.fields.some(({ access }) => access === "status");
        const expected = [0n, shows ? undefined : registerWord(register, fields)];
        const bits = register.fields.reduce((sum, field) => sum + field.bits, 0);
        const zeros = 0xffffffffn ^ (2n ** BigInt(bits) - 1n);
        const read = { where, command: this.read(where), expected, zeros };
        // What a byte does to others shows only where it comes after them.
        for (const order of held.length > 0 ? byteOrders : []) {
          yield { where, command: this.writeByBytes(where, fields, order), expected: [] };
          yield read;
        }
        if (p > 1) continue;
        yield read;
        // Once more an odd number of edges later: what changes at every edge would stand right again.
        yield { where, command: { kind: "step", cycles: 1 }, expected: [] };
        yield read;
        // Nothing is there to write.
        if (register.fields.every(({ access }) => access === "status"))
          yield { where, command: this.writeAt(4 * map.indexOf(register), 0xffffffffn), expected: [0n] };
      }
    }
    const all = 2 ** (addressBits(map) - 2);
    if (map.length < all) {
      const [where, address] = ["beyond the registers", 4 * map.length];
      yield { where, command: this.readAt(address), expected: [2n, 0n] };
      yield { where, command: this.writeAt(address, 0n), expected: [2n] };
    }
  }

  /** Address and data wait for each other; an answer that nobody takes stays as it is, and no transfer is taken before it has gone. */
  *#trySlowly(): Generator<Try> {
    const index = this.#map.findIndex(({ fields }) => fields.some(({ access }) => access === "write"));
    if (index < 0) return;
    const [own, other] = [4 * index, 4 * ((index + 1) % this.#map.length)];
    const fields = Object.fromEntries(
      this.#map[index].fields.flatMap(({ name, bits, access }) => (access === "write" ? [[name, 2 ** bits - 1]] : [])),
    );
    const word = registerWord(this.#map[index], fields);
    const where = `${this.#map[index].name}, with a slow host`;
    const [none, taken, okay] = [
      [0n, 0n, 0n, undefined],
      [1n, 1n, 0n, undefined],
      [0n, 0n, 1n, 0n],
    ];
    yield {
      where,
      command: {
        kind: "batch",
        inputs: ["awaddr", "awvalid", "wdata", "wstrb", "wvalid", "bready"].map((pin) => `s_axi_${pin}`),
        rows: [
          [own, 1, word, 15, 0, 1],
          [own, 1, word, 15, 1, 0],
          [own, 1, 0, 15, 1, 0],
          [own, 1, 0, 15, 1, 0],
          [own, 1, 0, 15, 1, 1],
          [own, 1, 0, 15, 1, 1],
          [own, 0, word, 15, 1, 1],
          [own, 0, word, 15, 1, 1],
          [own, 1, word, 15, 1, 1],
          [own, 0, word, 15, 0, 1],
          [own, 0, word, 15, 0, 0],
        ],
        outputs: ["awready", "wready", "bvalid", "bresp"].map((pin) => `s_axi_${pin}`),
      },
      expected: [none, taken, okay, okay, okay, taken, okay, none, taken, okay, none].flat(),
    };
    const [open, held, answered] = [
      [1n, 0n, undefined, undefined],
      [0n, 1n, 0n, word],
      [0n, 1n, 0n, undefined],
    ];
    yield {
      where,
      command: {
        kind: "batch",
        inputs: ["araddr", "arvalid", "rready"].map((pin) => `s_axi_${pin}`),
        rows: [
          [own, 1, 0],
          [other, 1, 0],
          [other, 1, 0],
          [other, 1, 1],
          [other, 1, 1],
          [other, 0, 1],
          [other, 0, 0],
        ],
        outputs: ["arready", "rvalid", "rresp", "rdata"].map((pin) => `s_axi_${pin}`),
      },
      expected: [open, held, held, held, open, answered, open].flat(),
    };
  }

  /** The word of a register, as the last value; before it the answer. */
  read(name: string): Command {
    return this.readAt(registerNamed(this.#map, name).address);
  }

  /** The same at any byte address. */
  readAt(address: number): Command {
    return {
      kind: "batch",
      inputs: ["araddr", "arvalid", "rready"].map((pin) => `s_axi_${pin}`),
      rows: [
        [address, 1, 1],
        [0, 0, 1],
      ],
      outputs: ["s_axi_rresp", "s_axi_rdata"],
    };
  }
}

/** Writes of registers that must be accepted. */
export function accepted(writes: readonly Command[]): Exchange<void> {
  return {
    commands: writes,
    reply: (results) => {
      results.forEach((answers, i) => {
        if (answers[answers.length - 1] !== 0n) throw brokenPromise(`write ${i}`, "OKAY", "SLVERR");
      });
    },
  };
}

/** The very last value of some replies. */
export function lastValue(results: CommandResults): bigint {
  const values = results[results.length - 1];
  return values[values.length - 1];
}

/** The error of hardware that does not do as its registers say. */
export function brokenPromise(where: string, expected: string, found: string): UserError {
  const message = `the array did not answer as its registers promise: ${where}`;
  return new UserError({ code: "command-failed", message, where, expected, found }, 1);
}
