/** Registers and words of a map by the names of registers and fields, for whatever carries them to the hardware. */
import { placed, type RegisterMap } from "../generators/common/registers.ts";
import { nearestNames, UserError } from "../sw-model/errors.ts";
import type { Bits } from "./simulation.ts";

/** A register and the byte address of its word. A `UserError` unknown-register where there is none of that name. */
export function registerNamed(
  map: RegisterMap,
  name: string,
): { readonly address: number; readonly register: RegisterMap[number] } {
  const index = map.findIndex((register) => register.name === name);
  if (index >= 0) return { address: 4 * index, register: map[index] };
  throw unknownName(
    "there is no register",
    name,
    map.map((register) => register.name),
  );
}

/** The word of a register; fields that are not named are 0. A `UserError` where there is no such field or a value does not fit. */
export function registerWord(register: RegisterMap[number], fields: Readonly<Record<string, Bits | boolean>>): bigint {
  const places = placed(register);
  return Object.entries(fields).reduce((word, [field, given]) => {
    const place = places.find((known) => known.name === field);
    if (!place) {
      const names = places.map((known) => known.name);
      throw unknownName(`${register.name} has no field`, field, names);
    }
    const value = BigInt(given);
    if (value < 0n || value >> BigInt(place.bits) !== 0n) {
      const [expected, found] = [`an unsigned integer of ${place.bits} bits`, String(value)];
      const message = `value does not fit ${register.name}.${field}`;
      throw new UserError({ code: "bad-command", message, where: `${register.name}.${field}`, expected, found });
    }
    return word | (value << BigInt(place.low));
  }, 0n);
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
