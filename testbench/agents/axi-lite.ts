import { placed, type RegisterMap } from "../../generators/common/registers.ts";
import { UserError } from "../../sw-model/errors.ts";
import { registerNamed, registerWord } from "../register-words.ts";
import type { Bits } from "../simulation.ts";
import type { Hands } from "../tasks/index.ts";
import { allBytes } from "./axi-bytes.ts";
import { hesitate, type Pause, type StreamOptions } from "./streams.ts";

/** An answer of AXI4: 0 OKAY, 2 SLVERR, 3 DECERR. */
export type AxiResponse = number;

/**
 * Drives an AXI4-Lite slave (ARM IHI 0022) behind pins with a prefix. One transfer at a time: awaits each. With `pause` it hesitates on every channel,
 * so that address and data of a write come at different times and answers are taken late.
 */
export class AxiLiteMaster {
  readonly #task: Hands;
  readonly #prefix: string;
  readonly #pause: Pause | undefined;

  constructor(task: Hands, prefix = "s_axi", { pause }: StreamOptions = {}) {
    this.#task = task;
    this.#prefix = prefix;
    this.#pause = pause;
  }

  /** Writes a word; `strobe` has a bit for each byte that counts (default all of them). */
  async write(
    address: Bits,
    data: Bits,
    strobe: Bits = allBytes(this.#task, this.#pin("wstrb")),
  ): Promise<AxiResponse> {
    this.#set({ awaddr: address, wdata: data, wstrb: strobe });
    // A slave may take address and data in either order, or together. The edges until each is offered:
    const open = new Map(["aw", "w"].map((channel) => [channel, this.#pause?.(this.#task.random) ?? 0]));
    while (open.size > 0) {
      const channels = [...open];
      for (const [channel, edges] of channels) if (edges === 0) this.#set({ [`${channel}valid`]: 1 });
      const levels = await this.#task.sample(...channels.map(([channel]) => this.#pin(`${channel}ready`)));
      channels.forEach(([channel, edges], i) => {
        open.set(channel, edges - 1);
        if (edges > 0 || levels[i] === 0n) return;
        open.delete(channel);
        this.#set({ [`${channel}valid`]: 0 });
      });
    }
    const [response] = await this.#answer("b", ["bresp"]);
    return Number(response);
  }

  /** Reads a word. */
  async read(address: Bits): Promise<{ readonly data: bigint; readonly response: AxiResponse }> {
    await hesitate(this.#task, this.#pin("arvalid"), this.#pause);
    this.#set({ araddr: address, arvalid: 1 });
    await this.#task.transfer({ valid: this.#pin("arvalid"), ready: this.#pin("arready"), data: [] });
    this.#set({ arvalid: 0 });
    const [data, response] = await this.#answer("r", ["rdata", "rresp"]);
    return { data, response: Number(response) };
  }

  async #answer(channel: string, data: readonly string[]): Promise<bigint[]> {
    const [valid, ready] = ["valid", "ready"].map((pin) => this.#pin(`${channel}${pin}`));
    await hesitate(this.#task, ready, this.#pause);
    this.#task.poke(ready, 1);
    const answer = await this.#task.transfer({ valid, ready, data: data.map((pin) => this.#pin(pin)) });
    this.#task.poke(ready, 0);
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
