import type { RegisterMap } from "../../generators/common/registers.ts";
import { UserError } from "../../sw-model/errors.ts";
import { registerNamed, registerWord } from "../register-words.ts";
import type { Bits, Command, CommandResults } from "../simulation.ts";
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

  /** The word of a register, as the last value. */
  read(name: string): Command {
    return {
      kind: "batch",
      inputs: ["araddr", "arvalid", "rready"].map((pin) => `s_axi_${pin}`),
      rows: [
        [registerNamed(this.#map, name).address, 1, 1],
        [0, 0, 1],
      ],
      outputs: ["s_axi_rdata"],
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
