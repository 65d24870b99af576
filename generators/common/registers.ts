/** A register map from one record: what hardware, C header and documentation are made of. */

export interface RegisterField {
  /** Name of the value in hardware; unique in the map. */
  readonly name: string;
  readonly bits: number;
  /**
   * `write`: software writes it and reads it back; 0 after reset. `pulse`: what software writes is there for one clock, 0
   * otherwise; reads as 0. `status`: hardware drives it, software reads it.
   */
  readonly access: "write" | "pulse" | "status";
  readonly help: string;
}

/** Fields of one kind by name, bits and help. */
const field =
  (access: RegisterField["access"]) =>
  (name: string, bits: number, help: string): RegisterField => ({ name, bits, access, help });
export const written = field("write");
export const pulsed = field("pulse");
export const shown = field("status");

export interface Register {
  /** In capitals, as in the header. */
  readonly name: string;
  readonly help: string;
  /** Whether the engine may lock it: writes are refused meanwhile, by the lock of its name. */
  readonly lockable?: true;
  /** From bit 0 up, 32 bits together at most. */
  readonly fields: readonly RegisterField[];
}

/** Register i stands at byte 4 i. */
export type RegisterMap = readonly Register[];

/** Bits of a byte address that reaches all registers. */
export function addressBits(map: RegisterMap): number {
  return Math.max(1, Math.ceil(Math.log2(map.length))) + 2;
}

/** A register's fields with the position of their lowest bits. A RangeError where they do not fit as many bits. */
export function placed({ name, fields }: Register, limit = 32): readonly (RegisterField & { readonly low: number })[] {
  let low = 0;
  const places = fields.map((field) => {
    const place = { ...field, low };
    low += field.bits;
    return place;
  });
  if (low > limit) throw new RangeError(`the fields of register ${name} take ${low} bits of ${limit}`);
  return places;
}

/** The map as a C header: byte offsets, and shift and mask of each field; of `words`, which have no address, these alone. */
export function registerHeader(map: RegisterMap, prefix: string, words: readonly Register[] = []): string {
  const capitals = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
  const fields = (register: Register, limit: number, suffix: string) =>
    placed(register, limit).flatMap(({ name, bits, low, help }) => [
      `#define ${prefix}_${register.name}_${capitals(name)}_SHIFT ${low}u`,
      `#define ${prefix}_${register.name}_${capitals(name)}_MASK 0x${(((1n << BigInt(bits)) - 1n) << BigInt(low)).toString(16)}${suffix} /* ${help} */`,
    ]);
  const lines = [
    ...map.flatMap((register, i) => [
      "",
      `/* ${register.help} */`,
      `#define ${prefix}_${register.name} 0x${(4 * i).toString(16).padStart(2, "0")}u`,
      ...fields(register, 32, "u"),
    ]),
    ...words.flatMap((word) => ["", `/* ${word.help} */`, ...fields(word, 64, "ull")]),
  ];
  return [`#ifndef ${prefix}_REGISTERS_H`, `#define ${prefix}_REGISTERS_H`, ...lines, "", "#endif", ""].join("\n");
}

/** The map as a table in Markdown. */
export function registerTable(map: RegisterMap): string {
  const rows = map.flatMap((register, i) =>
    placed(register).map(({ name, bits, low, access, help }, f) => {
      const range = bits === 1 ? `${low}` : `${low + bits - 1}:${low}`;
      const [offset, title] =
        f === 0 ? [`0x${(4 * i).toString(16).padStart(2, "0")}`, `\`${register.name}\``] : ["", ""];
      return `| ${offset} | ${title} | ${range} | \`${name}\` | ${access} | ${help} |`;
    }),
  );
  return ["| byte | register | bits | field | access | |", "|---|---|---|---|---|---|", ...rows, ""].join("\n");
}

/** A word that is laid out as a register is and has no address, as a table in Markdown. */
export function wordTable(word: Register): string {
  const rows = placed(word, 64).map(
    ({ name, bits, low, help }) => `| ${bits === 1 ? low : `${low + bits - 1}:${low}`} | \`${name}\` | ${help} |`,
  );
  return [`| \`${word.name}\` bits | field | |`, "|---|---|---|", ...rows, ""].join("\n");
}
