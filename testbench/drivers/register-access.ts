import { addressBits, type RegisterMap } from "../../generators/common/registers.ts";
import { UserError } from "../../sw-model/errors.ts";
import { registerNamed, registerWord } from "../register-words.ts";
import type { Bits, Command, CommandResults, Simulation } from "../simulation.ts";
import type { Exchange } from "./exchange.ts";

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
    return {
      kind: "batch",
      inputs: ["awaddr", "awvalid", "wdata", "wstrb", "wvalid", "bready"].map((pin) => `s_axi_${pin}`),
      rows: [
        [address, 1, registerWord(register, fields), 15, 1, 1],
        [0, 0, 0, 0, 0, 1],
      ],
      outputs: ["s_axi_bresp"],
    };
  }

  /** The same by bytes: one byte of the word a write, under its strobe, all others wrong. */
  writeByBytes(name: string, fields: Readonly<Record<string, Bits | boolean>>): Command {
    const { address, register } = registerNamed(this.#map, name);
    const word = BigInt(registerWord(register, fields));
    return {
      kind: "batch",
      inputs: ["awaddr", "awvalid", "wdata", "wstrb", "wvalid", "bready"].map((pin) => `s_axi_${pin}`),
      rows: [0, 1, 2, 3].flatMap((byte) => [
        [address, 1, word ^ (0xffffffffn & ~(0xffn << BigInt(8 * byte))), 1 << byte, 1, 1],
        [0, 0, 0, 0, 0, 1],
      ]),
      outputs: ["s_axi_bresp"],
    };
  }

  /**
   * Whether every register holds what is written there byte by byte, the other bytes being wrong, each answers, and there is no more.
   * Throws `UserError` command-failed where not.
   */
  async tryAll(simulation: Simulation): Promise<void> {
    const map = this.#map;
    const check = async (name: string, command: Command, answer: bigint, word: bigint | undefined) => {
      const [values] = await simulation.execute([command]);
      const [found, data] = values.slice(-2);
      if (found === answer && (word === undefined || data === word)) return;
      throw brokenPromise(name, `${word ?? "any word"} and answer ${answer}`, `${data} and answer ${found}`);
    };
    for (const pattern of [0x5a3c96e1, 0xa5c3691e]) {
      for (const register of map) {
        const held = register.fields.filter(({ access }) => access === "write");
        const fields = Object.fromEntries(held.map(({ name, bits }, i) => [name, (pattern >>> i) % 2 ** bits]));
        if (held.length > 0) await simulation.execute([this.writeByBytes(register.name, fields)]);
        const shows = register.fields.some(({ access }) => access === "status");
        const word = shows ? undefined : BigInt(registerWord(register, fields));
        await check(register.name, this.read(register.name), 0n, word);
        // Once more an odd number of edges later: what changes at every edge would stand right again.
        await simulation.execute([{ kind: "step", cycles: 1 }]);
        await check(register.name, this.read(register.name), 0n, word);
      }
    }
    const all = 2 ** (addressBits(map) - 2);
    if (map.length < all) await check("beyond the registers", this.readAt(4 * map.length), 2n, 0n);
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
  const message = "the array did not answer as its registers promise";
  return new UserError({ code: "command-failed", message, where, expected, found }, 1);
}
