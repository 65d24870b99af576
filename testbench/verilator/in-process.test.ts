import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../platform/temporary.ts";
import { UserError } from "../../sw-model/errors.ts";
import { fixtures, mac, wideAdder } from "../fixtures/designs.ts";
import { ReferenceSimulation } from "../fixtures/reference.ts";
import type { DesignUnderTest } from "../simulation.ts";
import { buildVerilator } from "./build.ts";
import { startInProcess } from "./in-process.ts";
import { startVerilator, type VerilatorSimulation } from "./index.ts";

const inProcess = { transport: "in-process" } as const;

function signalsOf({ signals }: VerilatorSimulation) {
  if (!signals) throw new Error("no signals");
  return signals;
}

function problem(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("this should have failed");
}

describe.each(Object.entries(fixtures))("the pins of %s", (_, fixture) => {
  const { design } = fixture;
  const inputs = design.ports.filter(({ direction }) => direction === "input");
  const outputs = design.ports.filter(({ direction }) => direction === "output");

  it("are set, stepped and read as the commands do it", async () => {
    const simulation = await startVerilator(design, inProcess);
    const { in: pins, out, step } = signalsOf(simulation);
    const reference = new ReferenceSimulation(fixture);
    const row = fc.tuple(...inputs.map(({ width }) => fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n })));
    const read = () => outputs.map(({ name, width }) => BigInt.asUintN(width, BigInt(out[name])));
    const peeks = outputs.map(({ name }) => ({ kind: "peek", port: name }) as const);
    await fc.assert(
      fc.asyncProperty(row, fc.nat(3), fc.boolean(), async (values, cycles, command) => {
        inputs.forEach(({ name, signed, width }, i) => {
          pins[name] = signed ? BigInt.asIntN(width, values[i]) : values[i];
        });
        const pokes = inputs.map(({ name }, i) => ({ kind: "poke", port: name, value: values[i] }) as const);
        const steps = { kind: "step", cycles } as const;
        const before = reference.execute([...pokes, ...peeks]).flat();
        expect(read()).toEqual(before);
        if (command) await simulation.execute([steps]);
        else step(cycles);
        const after = reference.execute([steps, ...peeks]).flat();
        expect(read()).toEqual(after);
        expect((await simulation.execute(peeks)).flat()).toEqual(after);
        expect(simulation.edges).toBe(reference.edges);
      }),
      { numRuns: 60 },
    );
    await simulation.close();
  });
});

describe.each([{}, inProcess])("a batch of columns, %o", (options) => {
  it.each([
    [mac, "before"],
    [mac, "after"],
    [wideAdder, "before"],
    [wideAdder, "after"],
  ] as const)("gives what rows give", async ({ design }, sample) => {
    const [columns, rows] = await Promise.all([startVerilator(design, options), startVerilator(design, options)]);
    const inputs = design.ports.filter(({ direction }) => direction === "input");
    const outputs = design.ports.filter(({ direction }) => direction === "output").map(({ name }) => name);
    const count = 37;
    const words = (width: number) => Math.ceil(width / 32);
    const given = Object.fromEntries(
      inputs.map(({ name, width }) => {
        const make = width <= 8 ? Uint8Array : width <= 16 ? Uint16Array : Uint32Array;
        const top = 2 ** (((width - 1) % 32) + 1);
        const column = new make(count * words(width));
        for (let k = 0; k < column.length; k++) {
          const last = k % words(width) === words(width) - 1;
          column[k] = Math.imul(k + 1, 2654435761) >>> (last ? 32 - Math.log2(top) : 0);
        }
        return [name, column];
      }),
    );
    const value = (column: ArrayLike<number>, width: number, row: number) => {
      let bits = 0n;
      for (let i = words(width) - 1; i >= 0; i--) bits = (bits << 32n) | BigInt(column[row * words(width) + i]);
      return bits;
    };
    const results = await columns.batchColumns({ rows: count, inputs: given, outputs, sample });
    for (let row = 0; row < count; row++) {
      const pokes = inputs.map(({ name, width }) => {
        return { kind: "poke", port: name, value: value(given[name], width, row) } as const;
      });
      const peeks = outputs.map((port) => ({ kind: "peek", port }) as const);
      const step = { kind: "step", cycles: 1 } as const;
      const program = sample === "before" ? [...pokes, ...peeks, step] : [...pokes, step, ...peeks];
      const expected = (await rows.execute(program)).flat();
      const widthOf = (name: string) => design.ports.find((port) => port.name === name)?.width ?? 0;
      expect(outputs.map((name) => value(results[name], widthOf(name), row))).toEqual(expected);
    }
    await Promise.all([columns.close(), rows.close()]);
  });

  it("refuses columns that do not fit, and values", async () => {
    const simulation = await startVerilator(mac.design, options);
    const batch = (a: Uint16Array | Uint8Array, clear: Uint8Array) =>
      simulation.batchColumns({ rows: 2, inputs: { a, clear }, outputs: [] });
    const fits = new Uint8Array(2);
    await expect(batch(new Uint8Array(2), fits)).rejects.toThrow(/the column of a does not fit/);
    await expect(batch(new Uint16Array(3), fits)).rejects.toThrow(/the column of a does not fit/);
    await expect(batch(new Uint16Array(2), fits)).resolves.toEqual({});
    await expect(batch(new Uint16Array(2), Uint8Array.of(0, 2))).rejects.toThrow(/a value does not fit its port/);
    await simulation.close();
  });
});

const odd = (body: string): DesignUnderTest => ({
  top: "odd",
  ports: [
    { name: "go", direction: "input", width: 1, signed: false },
    { name: "q", direction: "output", width: 8, signed: false },
  ],
  clock: "clk",
  reset: "rst",
  verilog: `module odd(input clk, input rst, input go, output reg [7:0] q);\n${body}\nendmodule\n`,
});

describe("in this process", () => {
  it.each([
    ["$finish", /the design called \$finish/],
    ["$stop", /the design called \$stop at design.v:2/],
  ])("%s ends the simulation and nothing else", async (call, message) => {
    const design = odd(`always @(posedge clk) begin q <= 0; if (go) begin $display("goodbye"); ${call}; end end`);
    const [stepped, commanded, lives] = await Promise.all([1, 2, 3].map(() => startVerilator(design, inProcess)));
    const { in: pins, step } = signalsOf(stepped);
    pins.go = 1;
    const error = problem(() => step(5));
    expect(error.details).toMatchObject({ code: "design-ended", where: "design.v:2" });
    expect(error.message).toMatch(message);
    expect(error.details.found).toMatch(/goodbye/);
    expect(problem(() => step()).message).toMatch(/closed|\$finish|\$stop/);
    const poke = { kind: "poke", port: "go", value: 1 } as const;
    const work = commanded.execute([poke, { kind: "step", cycles: 5 }]);
    const behind = commanded.execute([poke]);
    behind.catch(() => undefined);
    await expect(behind).rejects.toBe(await work.catch((error) => error));
    await expect(work).rejects.toMatchObject({
      details: { code: "design-ended", found: expect.stringMatching(/goodbye/) },
    });
    signalsOf(lives).step(5);
    expect(lives.edges).toBe(5);
    await Promise.all([stepped, commanded, lives].map((simulation) => simulation.close()));
  });

  it.each(["child", "in-process"] as const)(
    "an end before the first command is an error of the start, %s",
    async (transport) => {
      const design = odd('initial begin q = 0; $display("too narrow"); $stop; end');
      await expect(startVerilator(design, { transport })).rejects.toMatchObject({
        details: {
          code: "design-ended",
          message: "verilator: odd: the design called $stop at design.v:2 (command: start)",
          found: expect.stringMatching(/too narrow/),
        },
      });
    },
  );

  it("single steps have no limit of time, whatever had one before", async () => {
    const simulation = await startVerilator(mac.design, { ...inProcess, timeoutMs: 100 });
    const { step } = signalsOf(simulation);
    for (const limited of [() => step(2), () => simulation.execute([{ kind: "step", cycles: 1 }])]) {
      await limited();
      const edges = simulation.edges;
      await new Promise((resolve) => setTimeout(resolve, 150));
      // Time is looked at every 1024 edges.
      for (let i = 0; i < 2048; i++) step();
      expect(simulation.edges).toBe(edges + 2048);
    }
    await simulation.close();
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])("%s edges are refused", async (cycles) => {
    const simulation = await startVerilator(mac.design, inProcess);
    expect(problem(() => signalsOf(simulation).step(cycles)).details).toMatchObject({
      code: "bad-command",
      found: String(cycles),
    });
    signalsOf(simulation).step(0);
    expect(simulation.edges).toBe(0);
    await simulation.close();
  });

  it("logic that does not settle is an error", async () => {
    const design = odd("reg a, b; always @* a = ~b & go; always @* b = a; always @* q = {7'd0, b};");
    const simulation = await startVerilator(design, inProcess);
    const { in: pins, step } = signalsOf(simulation);
    pins.go = 1;
    expect(problem(() => step()).message).toMatch(/converge/);
    await simulation.close();
  });

  it("a simulation that takes too long is interrupted", async () => {
    const slow = { ...inProcess, timeoutMs: 100 };
    const [stepped, commanded] = await Promise.all([1, 2].map(() => startVerilator(mac.design, slow)));
    expect(problem(() => signalsOf(stepped).step(4_000_000_000)).details.code).toBe("simulator-hung");
    const until = { kind: "until", port: "acc", value: 1, limit: 4_000_000_000 } as const;
    await expect(commanded.execute([until])).rejects.toMatchObject({ details: { code: "simulator-hung" } });
    await Promise.all([stepped.close(), commanded.close()]);
  });

  it("a library that cannot be loaded is an error that names the other transport", async () => {
    const build = await buildVerilator(mac.design, { traced: false });
    const folder = await temporaryFolder(join(process.env.TMPDIR ?? "/tmp", `library-${process.pid}`));
    const library = join(folder.path, "model.node");
    writeFileSync(library, "no library");
    const error = problem(() => startInProcess({ ...build, library }, mac.design, { seed: 1, timeoutMs: 1000 }));
    expect(error.message).toMatch(/the transport "child" does without/);
    await folder.remove();
  });

  it("starts what has no reset with random values, the same for the same seed", async () => {
    const design = odd("always @(posedge clk) if (go) q <= 8'd3;");
    const values = [1, 2, 1, 3].map(async (seed) => {
      const simulation = await startVerilator(design, { ...inProcess, seed });
      const { q } = signalsOf(simulation).out;
      await simulation.close();
      return q;
    });
    const [a, b, c, d] = await Promise.all(values);
    expect(a).toBe(c);
    expect(new Set([a, b, d]).size).toBeGreaterThan(1);
  });
});
