/** Inputs that nothing reads. */
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/building.ts";
import {
  type Builder,
  bit,
  defineModule,
  elaborate,
  type Inside,
  input,
  output,
  record,
  sint,
  stream,
  uint,
  vec,
} from "../index.ts";

describe("unused inputs", () => {
  it("unused-input", () => {
    const point = record({ x: sint(4), on: bit });
    const reader = (read: (io: Inside<typeof unreadPorts>, m: Builder) => void) =>
      failure(() =>
        elaborate(
          defineModule("reader", (_: Record<string, never>) => ({
            ports: unreadPorts,
            build(io, m) {
              io.words.ready.set(true);
              io.q.set(io.a);
              read(io, m);
            },
          })),
          {},
        ),
      );
    const unreadPorts = {
      a: input(uint(8)),
      point: input(point),
      points: input(vec(2, point)),
      words: input(stream(point)),
      q: output(uint(8)),
    };
    expect(reader(({ points, words }, m) => m.cover("seen", words.valid.and(points[1].on)))).toMatchInlineSnapshot(`
      "hdl/messages/unused-input.test.ts:…: Nothing in module "reader" depends on input "point". [unused-input]
           … | point: input(point),
             |        ^
        fix:      Remove the port; what reads it may follow from constants alone. Where it has to be there, say m.unused(…) of it in the build."
    `);
    // Of a bundle or a stream a part is enough; to look at its ready is not.
    const some = ({ point, words }: Inside<typeof unreadPorts>, m: Builder) => {
      m.node("x", point.x);
      m.cover("ready", words.ready);
    };
    expect(reader(some)).toMatchInlineSnapshot(`
      "2 problems.

      hdl/messages/unused-input.test.ts:…: Nothing in module "reader" depends on input "points". [unused-input]
           … | points: input(vec(2, point)),
             |         ^
        fix:      Remove the port; what reads it may follow from constants alone. Where it has to be there, say m.unused(…) of it in the build.

      hdl/messages/unused-input.test.ts:…: Nothing in module "reader" depends on input "words". [unused-input]
           … | words: input(stream(point)),
             |        ^
        fix:      Remove the port; what reads it may follow from constants alone. Where it has to be there, say m.unused(…) of it in the build."
    `);
    expect(
      reader(({ point, points, words }, m) => {
        m.unused(point, points);
        m.unused(words);
      }),
    ).toBe("no error");
    // A name says nothing of another module's port.
    let foreign: Inside<typeof unreadPorts> | undefined;
    reader((io, m) => {
      foreign = io;
      m.unused(io.point, io.points, io.words);
    });
    expect(reader((_, m) => foreign && m.unused(foreign.point, foreign.points, foreign.words)).split("\n")[0]).toBe(
      "3 problems.",
    );
  });
});
