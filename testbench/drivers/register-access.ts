import type { RegisterMap } from "../../generators/common/registers.ts";
import { registerNamed, registerWord } from "../register-words.ts";
import type { Bits, Command } from "../simulation.ts";

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
