import { placed, type RegisterMap } from "../../generators/common/registers.ts";
import { nearestNames, UserError } from "../../sw-model/errors.ts";
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
    const { index, register } = this.#find(name);
    const places = placed(register);
    let word = 0n;
    for (const [field, value] of Object.entries(fields)) {
      const place = places.find((known) => known.name === field);
      if (!place)
        throw unknownName(
          `${name} has no field`,
          field,
          places.map((known) => known.name),
        );
      if (BigInt(value) < 0n || BigInt(value) >> BigInt(place.bits) !== 0n) {
        const [expected, found] = [`an unsigned integer of ${place.bits} bits`, String(value)];
        throw new UserError({ code: "bad-command", message: `value does not fit ${name}.${field}`, expected, found });
      }
      word |= BigInt(value) << BigInt(place.low);
    }
    refuseError(name, "write", await this.#master.write(4 * index, word));
  }

  /** Reads a register: the values of its fields. */
  async read(name: string): Promise<Readonly<Record<string, bigint>>> {
    const { index, register } = this.#find(name);
    const { data, response } = await this.#master.read(4 * index);
    refuseError(name, "read", response);
    return Object.fromEntries(
      placed(register).map((field) => [field.name, BigInt.asUintN(field.bits, data >> BigInt(field.low))]),
    );
  }

  #find(name: string) {
    const index = this.#map.findIndex((register) => register.name === name);
    if (index >= 0) return { index, register: this.#map[index] };
    throw unknownName(
      "there is no register",
      name,
      this.#map.map((register) => register.name),
    );
  }
}

function unknownName(what: string, name: string, names: readonly string[]): UserError {
  const near = nearestNames(name, names);
  return new UserError({
    code: "unknown-register",
    message: `${what} ${name}`,
    where: name,
    expected: `one of ${names.join(", ")}`,
    found: name,
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(" or ")}?` }),
  });
}

function refuseError(name: string, way: string, response: AxiResponse): void {
  if (response === 0) return;
  const found = { 1: "EXOKAY", 2: "SLVERR", 3: "DECERR" }[response] ?? String(response);
  const message = `the ${way} of ${name} was answered with ${found}`;
  throw new UserError({ code: "axi-error", message, where: name, expected: "OKAY", found }, 1);
}
