/** Parameters that no type checker has seen. */
import { expect, it } from "vitest";
import { defineModule, elaborate, input, output, uint } from "../index.ts";

const shift = defineModule("shift", (p: { width: number; stages?: number; trace?: boolean }) => ({
  ports: { a: input(uint(p.width)), q: output(uint(p.width)) },
  build({ a, q }, m) {
    const { stages = 2 } = p;
    let last = a;
    for (let i = 0; i < stages; i++) {
      const next = m.reg(`stage${i}`, uint(p.width));
      next.set(last);
      last = next;
    }
    q.set(last);
  },
}));

const around = defineModule("around", (p: { width: number; inner: object }) => ({
  ports: { a: input(uint(p.width)), q: output(uint(p.width)) },
  build: ({ a, q }, m) => q.set(m.inst("inner", shift, { width: p.width, ...p.inner }, { a }).q),
}));

function failure(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing failed";
}

it("refuses a misspelt parameter whose default would be taken", () => {
  const misspelt = { width: 4, stagse: 3 };
  const build = () => elaborate(shift, misspelt);
  expect(failure(build)).toMatchInlineSnapshot(`
    "hdl/module/parameters.test.ts:35: Module "shift" has no parameter "stagse". [wrong-argument]
        35 | const build = () => elaborate(shift, misspelt);
           |                     ^
      expected: stages, width
      fix:      Write "stages", if that is meant."
  `);
});

it("refuses it in an instance, and beside what follows from it", () => {
  expect(failure(() => elaborate(around, { width: 4, inner: { stges: 3 } }))).toContain('has no parameter "stges"');
  expect(failure(() => elaborate(shift, { widht: 4 } as never))).toContain('has no parameter "widht"');
});

it("accepts what is only not read: parameters of other modules, and such as count only beside others", () => {
  const all = { width: 4, stages: 1, trace: true, lanes: 8, staging: 2 };
  expect(elaborate(shift, all).top).toBe("shift");
  expect(elaborate(around, { width: 4, inner: { lanes: 8 } }).top).toBe("around");
});

it("accepts names that a module has and did not read this time", () => {
  const limited = defineModule("limited", (p: { width: number; up: boolean; most?: number; least?: number }) => ({
    ports: { q: output(uint(p.width)) },
    build: ({ q }) => q.set((p.up ? p.most : p.least) ?? 0),
  }));
  expect(elaborate(limited, { width: 4, up: true, least: 1 }).top).toBe("limited");
  const operands = defineModule("operands", (p: { aWidth?: number; bWidth?: number }) => ({
    ports: { q: output(uint(p.bWidth ?? 4)) },
    build: ({ q }) => q.set(0),
  }));
  expect(elaborate(operands, { aWidth: 3 }).top).toBe("operands");
});

it("accepts parameters that are passed on as a whole", () => {
  const spread = defineModule("spread", (p: { width: number }) => ({
    ports: { a: input(uint(4)), q: output(uint(4)) },
    build: ({ a, q }, m) => q.set(m.inst("inner", shift, { ...p }, { a }).q),
  }));
  expect(elaborate(spread, { width: 4, stages: 1 } as never).top).toBe("spread");
});
