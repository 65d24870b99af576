import { UserError } from "../../sw-model/errors.ts";
import type { GivenParameter } from "../simulation.ts";

const [least, greatest] = [-(2n ** 31n), 2n ** 31n - 1n];

/** Refuses what no parameter of Verilog can be; a bigint that an integer of 32 bits holds becomes one. */
export function checkedParameters(
  top: string,
  given: Readonly<Record<string, GivenParameter>>,
): Readonly<Record<string, GivenParameter>> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, checked(`${top}.${name}`, value)]));
}

function checked(where: string, value: GivenParameter): GivenParameter {
  switch (typeof value) {
    case "string":
      return value;
    case "bigint":
      return value >= least && value <= greatest ? Number(value) : value;
    case "number":
      if (Number.isInteger(value) && value >= least && value <= greatest) return value;
      throw bad(
        where,
        "a whole number of 32 bits with sign",
        String(value),
        Number.isInteger(value) ? `write ${value}n for a wider one` : undefined,
      );
    default: {
      const { width, value: bits } = (value ?? {}) as { readonly width?: unknown; readonly value?: unknown };
      if (typeof width === "number" && Number.isInteger(width) && width > 0 && typeof bits === "bigint") {
        if (bits >= 0n && bits >> BigInt(width) === 0n) return { width, value: bits };
        throw bad(
          where,
          `a bigint from 0 to 2^${width} - 1`,
          String(bits),
          "BigInt.asUintN(width, value) gives its bits",
        );
      }
      throw bad(where, "a number, a bigint, a text or { width, value: bigint }", spelled(value));
    }
  }
}

const spelled = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}n` : part));

function bad(where: string, expected: string, found: string, hint?: string): UserError {
  return new UserError({
    code: "bad-parameter",
    message: `the parameter ${where} cannot be given ${found}`,
    where,
    expected,
    found,
    ...(hint === undefined ? {} : { hint }),
  });
}
