/** Designs that the in-process engine has no room for. */
import { HdlError } from "../errors.ts";
import { here, type LazyPosition } from "../position.ts";
import type { FlatDesign } from "./flatten.ts";
import { wordBytes } from "./wasm/storage.ts";

/** Bytes that state, ports and memories may take together: addresses are signed numbers of 32 bits. */
const mostBytes = 2 ** 31;

/** Refuses a design that takes `bytes`, at its largest memory. */
export function refuseTooLarge({ memories, nets }: FlatDesign, bytes: number, most = mostBytes): void {
  if (bytes <= most) return;
  const size = ({ width, depth }: FlatDesign["memories"][number]) => wordBytes(width) * depth;
  const largest = memories.reduce((a, b) => (size(b) > size(a) ? b : a), memories[0]);
  const found = largest
    ? `${inBytes(bytes)}, of these ${inBytes(size(largest))} for memory "${largest.path}" of ${largest.depth} words of ${largest.width} bits`
    : `${inBytes(bytes)} for ${nets.length} nets`;
  throw tooLarge(`at most ${inBytes(most)}`, found, largest?.at ?? here());
}

/** The instance of a compiled design; an error of the language where the machine has no memory for it. */
export function instantiated(binary: Uint8Array<ArrayBuffer>, { memories }: FlatDesign): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(binary));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooLarge("a machine with memory for it", error.message, memories[0]?.at ?? here());
  }
}

function tooLarge(expected: string, found: string, at: LazyPosition): HdlError {
  const message = "The design is too large to be simulated in this process.";
  return new HdlError({ code: "design-too-large", message, expected, found }, at);
}

function inBytes(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`;
}
