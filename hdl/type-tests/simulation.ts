/** What it refuses of the handle of a simulation. */
import { bit, defineModule, enumOf, input, output, record, simulate, sint, stream, uint } from "../index.ts";

const echo = defineModule("echo", (p: { width: number }) => ({
  ports: {
    flag: input(bit),
    count: input(uint(32)),
    level: input(uint(p.width)),
    operation: input(enumOf("add", "negate")),
    point: input(record({ x: sint(4), on: bit })),
    load: input(stream(uint(4))),
    wideOut: output(uint(80)),
    countOut: output(uint(32)),
    pointOut: output(record({ x: sint(4), on: bit })),
    store: output(stream(uint(4))),
  },
  build: () => undefined,
}));

export function refused(): void {
  const { in: given, out } = simulate(echo, { width: 3 });
  // @ts-expect-error: a misspelt port
  given.cuont = 1;
  // @ts-expect-error: an output cannot be set
  out.countOut = 1;
  // @ts-expect-error: nor a part of one
  out.pointOut.x = 1;
  // @ts-expect-error: an output is no input
  given.countOut = 1;
  // @ts-expect-error: a misspelt value
  given.operation = "ad";
  // @ts-expect-error: a field is missing
  given.point = { x: 1 };
  // @ts-expect-error: a bit takes no other number
  given.flag = 2;
  // @ts-expect-error: the test bench does not set the ready of an input stream
  given.load.ready = 1;
  // @ts-expect-error: nor the valid of an output stream
  given.store.valid = 1;
  // @ts-expect-error: a number takes no truth value
  given.count = true;
  // @ts-expect-error: 80 bits do not fit a number
  out.wideOut.toFixed();
  // @ts-expect-error: a parameter of another name
  simulate(echo, { bits: 3 });
}
