import type { Port } from "../hdl/ir.ts";

/** What one engine made of a case. */
export interface Trace {
  /** For each cycle the outputs before its edge, as hexadecimal digits of all of them joined, the first on top. */
  readonly outputs: readonly string[];
  /** What became of the properties; absent where an engine does not look at them. */
  readonly properties?: PropertyTrace;
}

export interface PropertyTrace {
  /** For each cycle the path of the first assertion or assumption that did not hold at its edge; "" when all did. */
  readonly failures: readonly string[];
  /** How often each cover held, by path. */
  readonly covers: ReadonlyMap<string, number>;
}

/** The digits of the joined values of ports. */
export function joined(ports: readonly Port[], read: (name: string) => bigint): string {
  let bits = 0n;
  let width = 0;
  for (const port of ports) {
    bits = (bits << BigInt(port.width)) | BigInt.asUintN(port.width, read(port.name));
    width += port.width;
  }
  return hex(bits, width);
}

export function hex(bits: bigint, width: number): string {
  return bits.toString(16).padStart(Math.ceil(width / 4), "0");
}

export function widthOf(ports: readonly Port[]): number {
  return ports.reduce((sum, port) => sum + port.width, 0);
}

/** Where two traces part. */
export interface Difference {
  /** The engine gave up instead of giving a value. */
  readonly error: boolean;
  readonly cycle: number;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** The first difference of a trace from the expected one, if any. */
export function firstDifference(ports: readonly Port[], expected: Trace, found: Trace): Difference | undefined {
  for (let cycle = 0; cycle < expected.outputs.length; cycle++) {
    const [wanted, got] = [expected.outputs[cycle], found.outputs[cycle] ?? ""];
    if (wanted !== got) return { error: false, cycle, ...differentPort(ports, wanted, got) };
    const [failed, other] = [expected.properties?.failures[cycle], found.properties?.failures[cycle]];
    if (found.properties && failed !== other)
      return {
        error: false,
        cycle,
        what: "failed property",
        expected: `${failed || "none"}`,
        found: `${other || "none"}`,
      };
  }
  for (const [path, count] of expected.properties?.covers ?? []) {
    const other = found.properties?.covers.get(path) ?? 0;
    if (found.properties && other !== count)
      return {
        error: false,
        cycle: expected.outputs.length - 1,
        what: `times that cover "${path}" held`,
        expected: `${count}`,
        found: `${other}`,
      };
  }
  return undefined;
}

/** The first port whose digits differ; of an unknown value the digits as they are. */
function differentPort(
  ports: readonly Port[],
  expected: string,
  found: string,
): Pick<Difference, "what" | "expected" | "found"> {
  if (!/^[0-9a-f]+$/.test(found) || found.length !== expected.length) return { what: "outputs", expected, found };
  let low = widthOf(ports);
  const [a, b] = [BigInt(`0x${expected}`), BigInt(`0x${found}`)];
  for (const { name, width } of ports) {
    low -= width;
    const part = (bits: bigint) => hex(BigInt.asUintN(width, bits >> BigInt(low)), width);
    if (part(a) !== part(b)) return { what: `output "${name}"`, expected: part(a), found: part(b) };
  }
  return { what: "outputs", expected, found };
}
