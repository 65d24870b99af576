/** Vecs are arrays, but for elements that there are not. */
import { describe, expect, it } from "vitest";
import { failure } from "../fixtures/messages.ts";
import {
  type Builder,
  bit,
  defineModule,
  elaborate,
  type Inside,
  input,
  output,
  record,
  type UIntSignal,
  uint,
  vec,
} from "../index.ts";
import { countingApart } from "../position.ts";

const ports = {
  v: input(vec(4, uint(8))),
  pairs: input(vec(2, record({ x: uint(8), more: vec(1, bit) }))),
  q: output(vec(4, uint(8))),
};

function building(body: (io: Inside<typeof ports>, m: Builder) => void) {
  const module = defineModule("probe", (_: Record<string, never>) => ({
    ports,
    build(io, m) {
      m.unused(io.v, io.pairs);
      io.q.set(io.v);
      // As the language calls a build.
      countingApart(body.bind(undefined, io, m));
    },
  }));
  return elaborate(module, {});
}

describe("elements that there are not", () => {
  it("are refused at the user's line, read or assigned", () => {
    expect(failure(() => building(({ q }) => q[4].set(1)))).toMatchInlineSnapshot(`
      "hdl/signals/elements.test.ts:…: There is no element 4 in a vec(4, uint(8)). [slice-out-of-range]
           … | expect(failure(() => building(({ q }) => q[4].set(1)))).toMatchInlineSnapshot(\`
             |                                          ^
        vec:      vec(4, uint(8)), hdl/signals/elements.test.ts:…
           … | q: output(vec(4, uint(8))),
             |    ^
        expected: an element from 0 to 3
        fix:      Count elements from 0; \`at(vec, index)\` takes an index that is a signal."
    `);
    expect(failure(() => building(({ v }) => v[-1].addWrap(1)))).toMatchInlineSnapshot(`
      "hdl/signals/elements.test.ts:…: There is no element -1 in a vec(4, uint(8)). [slice-out-of-range]
           … | expect(failure(() => building(({ v }) => v[-1].addWrap(1)))).toMatchInlineSnapshot(\`
             |                                          ^
        vec:      vec(4, uint(8)), hdl/signals/elements.test.ts:…
           … | v: input(vec(4, uint(8))),
             |    ^
        expected: an element from 0 to 3
        fix:      Count elements from 0; \`at(vec, index)\` takes an index that is a signal."
    `);
    expect(failure(() => building(({ v, q }) => q[0].set(v[1.5])))).toMatchInlineSnapshot(`
      "hdl/signals/elements.test.ts:…: There is no element 1.5 in a vec(4, uint(8)). [slice-out-of-range]
           … | expect(failure(() => building(({ v, q }) => q[0].set(v[1.5])))).toMatchInlineSnapshot(\`
             |                                                      ^
        vec:      vec(4, uint(8)), hdl/signals/elements.test.ts:…
           … | v: input(vec(4, uint(8))),
             |    ^
        expected: an element from 0 to 3
        fix:      Count elements from 0; \`at(vec, index)\` takes an index that is a signal."
    `);
    expect(failure(() => building(({ pairs }) => pairs[0].more[1].not()))).toMatchInlineSnapshot(`
      "hdl/signals/elements.test.ts:…: There is no element 1 in a vec(1, bit). [slice-out-of-range]
           … | expect(failure(() => building(({ pairs }) => pairs[0].more[1].not()))).toMatchInlineSnapshot(\`
             |                                                       ^
        vec:      vec(1, bit), hdl/signals/elements.test.ts:…
           … | pairs: input(vec(2, record({ x: uint(8), more: vec(1, bit) }))),
             |        ^
        expected: element 0, the only one
        fix:      Count elements from 0; \`at(vec, index)\` takes an index that is a signal."
    `);
    expect(failure(() => building(({ v }) => v[Number.NaN]))).toContain("There is no element NaN");
  });

  it("are refused in wires, registers, memory words and outputs of instances alike", () => {
    const word = vec(3, uint(2));
    const child = defineModule("child", (_: Record<string, never>) => ({
      ports: { word: output(word) },
      build: (io) => io.word.set([1, 2, 3]),
    }));
    const bodies: ((m: Builder) => readonly UIntSignal[])[] = [
      (m) => m.wire("w", word),
      (m) => m.reg("r", word),
      (m) => m.rom("table", word, [[1, 2, 3]]).read("row", 0),
      (m) => m.inst("c", child, {}, {}).word,
    ];
    for (const body of bodies) {
      expect(failure(() => building((_, m) => body(m)[3]))).toContain("There is no element 3 in a vec(3, uint(2)).");
    }
  });
});

it("a vec is an array in every other way", () => {
  let seen = 0;
  building(({ v, q }) => {
    seen++;
    expect(Array.isArray(v)).toBe(true);
    expect(v).toBeInstanceOf(Array);
    expect([...v]).toHaveLength(4);
    const [first, , third, ...rest] = v;
    expect([first, third, ...rest]).toEqual([v[0], v[2], v[3]]);
    expect(v.map(({ width }) => width)).toEqual([8, 8, 8, 8]);
    expect(v.slice(1, 9).length).toBe(3);
    expect(v.concat(v).length).toBe(8);
    expect(v.at(-1)).toBe(v[3]);
    expect(v.at(4)).toBe(undefined);
    expect([v.indexOf(v[2]), v.includes(v[0]), 4 in v]).toEqual([2, true, false]);
    expect(Object.keys(v)).toEqual(["0", "1", "2", "3"]);
    expect(q.reduce((sum, element) => sum + element.width, 0)).toBe(32);
    // Arrays that methods give are plain ones.
    expect(v.filter(() => false)[0]).toBe(undefined);
    expect([...v.entries()].map(([i]) => i)).toEqual([0, 1, 2, 3]);
  });
  expect(seen).toBe(1);
});
