import { placed, type RegisterMap } from "../../generators/common/registers.ts";
import { UserError } from "../../sw-model/errors.ts";
import { registerNamed, registerWord } from "../register-words.ts";
import type { Bits } from "../simulation.ts";
import type { Hands } from "../tasks/index.ts";

/** An answer of AXI4: 0 OKAY, 2 SLVERR, 3 DECERR. */
export type AxiResponse = number;

/** Drives an AXI4-Lite slave (ARM IHI 0022) behind pins with a prefix. One transfer at a time: awaits each. */
export class AxiLiteMaster {
  readonly #task: Hands;
  readonly #prefix: string;

  constructor(task: Hands, prefix = "s_axi") {
    this.#task = task;
    this.#prefix = prefix;
  }

  /** Writes a word; `strobe` has a bit for each byte that counts (default all four). */
  async write(address: Bits, data: Bits, strobe: Bits = 15): Promise<AxiResponse> {
    this.#set({ awaddr: address, awvalid: 1, wdata: data, wstrb: strobe, wvalid: 1 });
    // A slave may take address and data in either order, or together.
    const open = new Set(["aw", "w"]);
    while (open.size > 0) {
      const channels = [...open];
      const levels = await this.#task.sample(...channels.map((channel) => this.#pin(`${channel}ready`)));
      channels.forEach((channel, i) => {
        if (levels[i] === 0n) return;
        open.delete(channel);
        this.#set({ [`${channel}valid`]: 0 });
      });
    }
    const [response] = await this.#answer("b", ["bresp"]);
    return Number(response);
  }

  /** Reads a word. */
  async read(address: Bits): Promise<{ readonly data: bigint; readonly response: AxiResponse }> {
    this.#set({ araddr: address, arvalid: 1 });
    await this.#task.transfer({ valid: this.#pin("arvalid"), ready: this.#pin("arready"), data: [] });
    this.#set({ arvalid: 0 });
    const [data, response] = await this.#answer("r", ["rdata", "rresp"]);
    return { data, response: Number(response) };
  }

  async #answer(channel: string, data: readonly string[]): Promise<bigint[]> {
    this.#set({ [`${channel}ready`]: 1 });
    const [valid, ready] = ["valid", "ready"].map((pin) => this.#pin(`${channel}${pin}`));
    const answer = await this.#task.transfer({ valid, ready, data: data.map((pin) => this.#pin(pin)) });
    this.#set({ [`${channel}ready`]: 0 });
    return answer;
  }

  #set(pins: Readonly<Record<string, Bits>>): void {
    for (const [pin, value] of Object.entries(pins)) this.#task.poke(this.#pin(pin), value);
  }

  #pin(name: string): string {
    return `${this.#prefix}_${name}`;
  }
}

/** The registers of a map behind a master, by the names of registers and fields. An answer other than OKAY is an error. */
export class Registers {
  readonly #master: AxiLiteMaster;
  readonly #map: RegisterMap;

  constructor(master: AxiLiteMaster, map: RegisterMap) {
    this.#master = master;
    this.#map = map;
  }

  /** Writes a register; fields that are not named are 0. */
  async write(name: string, fields: Readonly<Record<string, Bits>>): Promise<void> {
    const { address, register } = registerNamed(this.#map, name);
    const word = registerWord(register, fields);
    refuseError(name, "write", await this.#master.write(address, word));
  }

  /** Reads a register: the values of its fields. */
  async read(name: string): Promise<Readonly<Record<string, bigint>>> {
    const { address, register } = registerNamed(this.#map, name);
    const { data, response } = await this.#master.read(address);
    refuseError(name, "read", response);
    return Object.fromEntries(
      placed(register).map((field) => [field.name, BigInt.asUintN(field.bits, data >> BigInt(field.low))]),
    );
  }
}

function refuseError(name: string, way: string, response: AxiResponse): void {
  if (response === 0) return;
  const found = { 1: "EXOKAY", 2: "SLVERR", 3: "DECERR" }[response] ?? String(response);
  const message = `the ${way} of ${name} was answered with ${found}`;
  throw new UserError({ code: "axi-error", message, where: name, expected: "OKAY", found }, 1);
}
