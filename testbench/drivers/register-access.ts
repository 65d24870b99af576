import { placed, type RegisterMap } from "../../generators/common/registers.ts";
import type { Bits, Command } from "../simulation.ts";

/** The registers of a map as commands on the pins of an AXI4-Lite slave. */
export class RegisterAccess {
  readonly #map: RegisterMap;

  constructor(map: RegisterMap) {
    this.#map = map;
  }

  /** A register at once; fields that are not named are 0. Gives the answer, as the last value: 0, or 2 for an error. A RangeError where a value does not fit. */
  write(name: string, fields: Readonly<Record<string, Bits | boolean>>): Command {
    const [address, register] = this.#find(name);
    const word = placed(register).reduce((sum, field) => {
      const value = BigInt(fields[field.name] ?? 0);
      if (value < 0n || value >> BigInt(field.bits) !== 0n) {
        throw new RangeError(`${name}.${field.name} is ${value}: it has ${field.bits} bits`);
      }
      return sum | (value << BigInt(field.low));
    }, 0n);
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

  /** The word of a register, as the last value. */
  read(name: string): Command {
    const [address] = this.#find(name);
    return {
      kind: "batch",
      inputs: ["araddr", "arvalid", "rready"].map((pin) => `s_axi_${pin}`),
      rows: [
        [address, 1, 1],
        [0, 0, 1],
      ],
      outputs: ["s_axi_rdata"],
    };
  }

  #find(name: string): [number, RegisterMap[number]] {
    const index = this.#map.findIndex((register) => register.name === name);
    if (index < 0) throw new RangeError(`there is no register ${name}`);
    return [4 * index, this.#map[index]];
  }
}
