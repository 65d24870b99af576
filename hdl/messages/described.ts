/** Words for errors. */

/** A value that is no literal, as the beginning of a sentence: `The string "3"`. */
export function described(value: unknown): string {
  if (typeof value === "string") return `The string ${JSON.stringify(value)}`;
  if (typeof value === "function") return value.name ? `The function ${value.name}` : "A function";
  if (Array.isArray(value)) return `An array of ${value.length}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (isType(value)) return `The type ${spelled(value)}`;
  const { type, valid, ready } = value as { type?: SomeType; valid?: unknown; ready?: unknown };
  if (type?.kind === "stream" && valid && ready) return `A ${spelled(type)}`;
  const fields = Object.keys(value);
  return fields.length > 0 ? `An object of ${fields.join(", ")}` : "An empty object";
}

/** "1 bit", "8 bits". */
export function bitCount(width: number): string {
  return `${width} bit${width === 1 ? "" : "s"}`;
}

/** Any type, or what only looks like one; this module knows none of them. */
export interface SomeType {
  readonly kind: string;
  readonly width?: number;
  readonly il?: number;
  readonly fl?: number;
  readonly values?: readonly string[];
  readonly length?: number;
  readonly element?: SomeType;
  readonly fields?: Readonly<Record<string, SomeType>>;
  readonly data?: SomeType;
}

/** Whether all that a type of its kind has is there. */
export function isType(value: unknown): value is SomeType {
  const type = (typeof value === "object" && value !== null ? value : {}) as Partial<SomeType>;
  switch (type.kind) {
    case "bit":
    case "uint":
    case "sint":
    case "fixed":
    case "enum":
      return typeof type.width === "number";
    case "vec":
      return typeof type.length === "number" && isType(type.element);
    case "record":
      return typeof type.fields === "object" && type.fields !== null && Object.values(type.fields).every(isType);
    case "stream":
      return isType(type.data);
    default:
      return false;
  }
}

/** "uint(8)", "record({ a: bit })": the type as the user writes it. */
export function spelled(type: SomeType): string {
  switch (type.kind) {
    case "uint":
    case "sint":
      return `${type.kind}(${type.width})`;
    case "fixed":
      return `fixed(${type.il}, ${type.fl})`;
    case "enum":
      return `enumOf(${type.values?.map((value) => `"${value}"`).join(", ")})`;
    case "vec":
      return `vec(${type.length}, ${inner(type.element)})`;
    case "stream":
      return `stream(${inner(type.data)})`;
    case "record":
      return `record({ ${spelledFields(type.fields ?? {}, inner)} })`;
    default:
      return type.kind;
  }
}

function inner(type: SomeType | undefined): string {
  return type ? spelled(type) : "nothing";
}

/** "a: bit, b: uint(8)". */
export function spelledFields<T>(fields: Readonly<Record<string, T>>, text: (value: T) => string): string {
  return Object.entries(fields)
    .map(([name, field]) => `${name}: ${text(field)}`)
    .join(", ");
}
