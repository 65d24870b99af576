/** What it refuses of clock domains and memory ports. */
import { asynchronous, type Builder, bit, input, output, sint, uint } from "../index.ts";

export function refused(m: Builder) {
  input(bit, { domain: "panel" });
  input(bit, { domain: asynchronous });
  // @ts-expect-error: a misspelt option
  input(bit, { domian: "panel" });
  // @ts-expect-error: a domain is a name
  output(bit, { domain: 1 });
  // @ts-expect-error: a domain is a name
  m.domain(1);
  const words = m.mem("words", 16, uint(8), { init: [1, 2], style: "block" });
  const address = m.wire("address", uint(4));
  words.readClocked("word", { address, underWrite: "old" });
  words.write({ address, data: 3 });
  // @ts-expect-error: what a read under a write gives must be said
  words.readClocked("silent", { address });
  // @ts-expect-error: no such answer
  words.readClocked("odd", { address, underWrite: "older" });
  // @ts-expect-error: no such latency
  words.readClocked("late", { address, underWrite: "old", latency: 3 });
  // @ts-expect-error: a signed number is no address
  words.read("signed", m.wire("s", sint(4)));
  // @ts-expect-error: a word of another width
  words.write({ address, data: m.wire("n", uint(4)) });
  // @ts-expect-error: an enable is a bit
  words.write({ address, data: 3, enable: address });
  // @ts-expect-error: no such style
  m.mem("other", 16, uint(8), { style: "blocks" });
  // @ts-expect-error: the contents are literals of the type of a word
  m.mem("flags", 16, bit, { init: [1, 0] });
}
