import { placed, type RegisterMap } from "./registers.ts";

/**
 * The map as a TypeScript file that needs nothing else: a class with a method for each register that reads or writes its fields by name, over
 * a bus of 32-bit words. A value that its field does not hold is a RangeError; nothing is cut off in silence.
 */
export function registerAccessor(map: RegisterMap, className: string): string {
  const methods = map.flatMap((register, i) => {
    const fields = placed(register);
    const title = register.name.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const address = `0x${(4 * i).toString(16).padStart(2, "0")}`;
    const readable = fields.filter(({ access }) => access !== "pulse");
    const writable = fields.filter(({ access }) => access !== "status");
    const fieldsOf = (list: typeof fields, optional: string) =>
      list.map(({ name, help }) => [`    /** ${help} */`, `    readonly ${name}${optional}: number;`].join("\n"));
    const read = [
      "",
      `  /** ${register.help} */`,
      `  async read${title}(): Promise<{`,
      ...fieldsOf(readable, ""),
      "  }> {",
      `    const word = await this.#bus.read(${address});`,
      "    return {",
      ...readable.map(({ name, low, bits }) => `      ${name}: fieldOf(word, ${low}, ${bits}),`),
      "    };",
      "  }",
    ];
    const write = [
      "",
      `  /** ${register.help} What is left out is 0. */`,
      `  async write${title}(fields: {`,
      ...fieldsOf(writable, "?"),
      "  }): Promise<void> {",
      `    await this.#bus.write(${address}, wordOf([`,
      ...writable.map(({ name, low, bits }) => `      ["${name}", fields.${name}, ${low}, ${bits}],`),
      "    ]));",
      "  }",
    ];
    return [...(readable.length > 0 ? read : []), ...(writable.length > 0 ? write : [])];
  });
  return [
    "/** Words of 32 bits by their byte addresses, from the first register on. An answer that is an error rejects. */",
    "export interface RegisterBus {",
    "  read(address: number): Promise<number>;",
    "  write(address: number, word: number): Promise<void>;",
    "}",
    "",
    "function fieldOf(word: number, low: number, bits: number): number {",
    "  return Math.floor((word >>> 0) / 2 ** low) % 2 ** bits;",
    "}",
    "",
    "type Field = readonly [name: string, value: number | undefined, low: number, bits: number];",
    "",
    "function wordOf(fields: readonly Field[]): number {",
    "  return fields.reduce((sum, [name, value = 0, low, bits]) => {",
    "    if (Number.isInteger(value) && value >= 0 && value < 2 ** bits) return sum + value * 2 ** low;",
    '    throw new RangeError(name + " is " + value + ": a whole number from 0 to " + (2 ** bits - 1) + " is expected");',
    "  }, 0);",
    "}",
    "",
    `export class ${className} {`,
    "  readonly #bus: RegisterBus;",
    "",
    "  constructor(bus: RegisterBus) {",
    "    this.#bus = bus;",
    "  }",
    ...methods,
    "}",
    "",
  ].join("\n");
}
