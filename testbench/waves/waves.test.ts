import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bit, defineModule, elaborate, input, output, uint } from "../../hdl/index.ts";
import { Random } from "../../sw-model/random.ts";
import { designOf } from "../design.ts";
import { engineNames, startSimulation } from "../engine.ts";
import { skid } from "../fixtures/designs.ts";
import { EnginesDiffer, startLockstep } from "../lockstep/index.ts";
import type { Command } from "../simulation.ts";
import { testDesign } from "../tasks/index.ts";
import "../vitest.ts";
import { findToolchain } from "../verilator/toolchain.ts";
import { failureWaves } from "./failure.ts";
import { fstFile } from "./fst.ts";
import { digitsOf, lastCycles, portWires, readWindow } from "./window.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-waves-"));

/** A sum in a module of its own, so that nets stand in two scopes. */
const inner = defineModule("total", () => ({
  ports: { a: input(uint(4)), en: input(bit), value: output(uint(8)) },
  build({ a, en, value }, m) {
    const held = m.reg("held", uint(8), { reset: 0 });
    m.when(en, () => held.set(held.add(a).wrap(8)));
    value.set(held);
  },
}));
const adder = defineModule("adder", () => ({
  ports: { a: input(uint(4)), en: input(bit), sum: output(uint(8)), odd: output(bit) },
  build({ a, en, sum, odd }, m) {
    const { value } = m.inst("inner", inner, {}, { a, en });
    sum.set(value);
    odd.set(value.bit(0));
  },
}));
const design = designOf(elaborate(adder, {}));

/** Random inputs, one row an edge: the dump of an engine, and what the ports were before each edge by a sum of our own. */
async function dumped(engine: string, edges: number) {
  const random = new Random(7);
  const rows = Array.from({ length: edges }, () => [Math.floor(random.uniform() * 16), random.uniform() < 0.7 ? 1 : 0]);
  const file = join(folder, `${engine}-${edges}.vcd`);
  const simulation = await startSimulation(engine, design, { waves: file });
  await simulation.execute([{ kind: "batch", inputs: ["a", "en"], rows, outputs: [] }]);
  await simulation.close();
  let sum = 0;
  const expected = rows.map(([a, en]) => {
    const row = { a, en, sum, odd: sum % 2 };
    if (en) sum = (sum + a) % 256;
    return row;
  });
  return { file, expected: [...expected, { ...expected[edges - 1], sum, odd: sum % 2 }] };
}

it.each(engineNames)("the last cycles of a dump are what stood before the edges, on %s", async (engine) => {
  const { file, expected } = await dumped(engine, 50);
  for (const count of [51, 20, 1]) {
    const whole = await readWindow(file, design, 1000);
    for (const window of [await readWindow(file, design, count), lastCycles(whole, count)]) {
      expect(window.first).toBe(51 - count);
      const wires = portWires(window);
      for (const name of ["a", "en", "sum", "odd"] as const) {
        const digits = digitsOf(window, wires.get(name) ?? -1);
        expect(digits.map((value) => Number.parseInt(value, 2))).toEqual(
          expected.slice(-count).map((row) => row[name]),
        );
      }
    }
  }
});

it("text, picture and WaveJSON show ports that move", async () => {
  const { file } = await dumped("wasm", 50);
  const { text, svg, waveJson } = await failureWaves(file, design);
  expect(`\n${text.join("\n")}\n`).toMatchInlineSnapshot(`
    "
         35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50
    a    │f │9 │b │5 │3 │e │b │0 │6 │b    │6 │f │2       │
    en   ___╱‾‾╲__╱‾‾‾‾‾‾‾‾╲__╱‾‾‾‾‾‾‾‾‾‾‾‾‾‾╲__╱‾‾╲_____
    sum  │a2   │ab   │b0│b3│c1      │c7│d2│dd│e3   │e5   │
    odd  ______╱‾‾‾‾‾╲__╱‾‾‾‾‾‾‾‾‾‾‾‾‾‾╲__╱‾‾‾‾‾‾‾‾‾‾‾‾‾‾
    "
  `);
  const { signal, head } = JSON.parse(readFileSync(waveJson, "utf8"));
  expect(head).toEqual({ text: "adder", tick: 19 });
  expect(signal.map(({ name, wave }: { name: string; wave: string }) => `${name} ${wave}`)).toMatchInlineSnapshot(`
    [
      "a ==========================.===..",
      "en 10.1...01.01....0101..01....010.",
      "sum ==..====.==.==.==.=.===..====.=.",
      "odd 10..1..0..1.0..10.1.01....01....",
    ]
  `);
  const picture = readFileSync(svg, "utf8");
  for (const { data = [] } of signal) for (const word of data) expect(picture).toContain(`>${word}</text>`);
  // Elements that open are closed.
  expect(picture.match(/<(text|svg|style)\b/g)?.length).toBe(picture.match(/<\/(text|svg|style)>/g)?.length);
});

/** GTKWave's own reader, as Verilator ships it. */
async function fst2vcd(file: string): Promise<string> {
  const { include, compiler } = await findToolchain();
  const program = join(folder, "fst2vcd");
  const gtkwave = join(include, "gtkwave");
  if (!existsSync(program)) {
    const sources = ["fstapi.c", "lz4.c", "fastlz.c"].map((name) => join(gtkwave, name));
    const own = join(import.meta.dirname, "..", "fixtures", "fst2vcd.c");
    const flags = ["-x", "c", "-w", '-DFST_CONFIG_INCLUDE="fst_config.h"', `-I${gtkwave}`];
    execFileSync(compiler, [...flags, own, ...sources, "-lz", "-lpthread", "-o", program]);
  }
  return execFileSync(program, [file], { encoding: "utf8" });
}

it("GTKWave reads the FST: scopes, aliases, unknown bits, values and times", async () => {
  const window = {
    top: "top",
    first: 300,
    nets: [
      { scope: [], name: "clear", wire: 3 },
      { scope: [], name: "word", wire: 1 },
      { scope: ["a"], name: "same", wire: 1 },
      { scope: ["a", "b"], name: "quiet", wire: 0 },
      { scope: ["c"], name: "wide", wire: 4 },
    ],
    widths: [1, 12, 1, 1, 70],
    start: ["1", "x".repeat(12), "0", "0", "z".repeat(70)],
    cycles: [
      new Map(),
      new Map([
        [1, "000000000101"],
        [3, "x"],
        [2, "1"],
      ]),
      new Map([
        [4, "1".padEnd(70, "0")],
        [1, "0000000z0101"],
      ]),
      new Map([
        [3, "1"],
        [1, "111100001111"],
      ]),
    ],
  };
  const file = join(folder, "window.fst");
  writeFileSync(file, fstFile(window));
  expect((await fst2vcd(file)).replace(/\$date[\s\S]*?\$end\n/, "")).toMatchInlineSnapshot(`
    "$version
    	Whittle
    $end
    $timescale
    	1ns
    $end
    $scope module top $end
    $var wire 1 ! clear $end
    $var wire 12 " word [11:0] $end
    $scope module a $end
    $var wire 12 " same [11:0] $end
    $scope module b $end
    $var wire 1 # quiet $end
    $upscope $end
    $upscope $end
    $scope module c $end
    $var wire 70 $ wide [69:0] $end
    $upscope $end
    $upscope $end
    $enddefinitions $end
    #300
    $dumpvars
    bzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz $
    1#
    bxxxxxxxxxxxx "
    0!
    $end
    #301
    x!
    b000000000101 "
    #302
    b0000000z0101 "
    b1000000000000000000000000000000000000000000000000000000000000000000000 $
    #303
    b111100001111 "
    1!
    "
  `);
});

it.each(engineNames)("every change of a dump by %s comes back from the FST", async (engine) => {
  const { file } = await dumped(engine, 400);
  const { fst } = await failureWaves(file, design);
  const dump = await fst2vcd(fst);
  const ids = new Map([...dump.matchAll(/\$var wire \d+ (\S+) (\S+)/g)].map(([, id, name]) => [name, id]));
  const window = await readWindow(file, design, 1000);
  const now = new Map<string, string>();
  // Every cycle is a time of its own.
  const rows = dump.split(/^#\d+$/m).slice(1);
  const seen = rows.map((changes) => {
    for (const [, digits, , id, bit, bitId] of changes.matchAll(/^(?:b([01xz]+)( )(\S+)|([01xz])(\S+))$/gm)) {
      now.set(id ?? bitId, digits ?? bit);
    }
    return new Map(now);
  });
  for (const [name, wire] of portWires(window)) {
    expect(seen.map((row) => row.get(ids.get(name) ?? ""))).toEqual(digitsOf(window, wire));
  }
});

it.each(engineNames)("a task that fails shows the last cycles, and writes them, on %s", async (engine) => {
  const waves = join(folder, `task-${engine}.vcd`);
  const failing = testDesign(
    engine,
    design,
    async (task) => {
      await task.cycles(40);
      task.poke("en", 1);
      task.poke("a", 5);
      await task.cycles(2);
      task.poke("a", 3);
      await task.cycles(1);
      expect(await task.peek("sum")).toEqualBits(12, 8);
    },
    { simulation: { waves } },
  );
  const error: Error = await failing.then(
    () => new Error("it passed"),
    (error) => error,
  );
  expect(`\n${error.message.replaceAll(folder, "")}\n`).toBe(`
expected bits 8'h0c, got 8'h0d; bit 0 differs
     28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
a    │0                                  │5    │3    │
en   ____________________________________╱‾‾‾‾‾‾‾‾‾‾‾
sum  │00                                    │05│0a│0d│
odd  _______________________________________╱‾‾╲__╱‾‾
/task-${engine}.fst
/task-${engine}.svg
/task-${engine}.json
`);
  expect(existsSync(`${waves.slice(0, -4)}.fst`)).toBe(true);
});

it("two engines that differ show the last cycles, and write them", async () => {
  const bad = {
    ...skid.design,
    verilog: skid.design.verilog.replace("assign in_ready = held != 2'd2", "assign in_ready = held == 2'd0"),
  };
  const waves = join(folder, "skid");
  const simulation = await startLockstep(skid.design, ["icarus", { engine: "verilator", design: bad }], { waves });
  const program: Command[] = [
    { kind: "step", cycles: 3 },
    { kind: "push", valid: "in_valid", ready: "in_ready", data: ["in_data", "in_tag"], rows: [[5, 6]], limit: 7 },
  ];
  const error = await simulation.execute(program).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(EnginesDiffer);
  expect(`\n${error.waves.text}\n`).toMatchInlineSnapshot(`
    "
                          0     1     2     3     4
    in_ready (icarus)     ‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾
    in_ready (verilator)  ‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾╲_____
    in_valid              __________________╱‾‾‾‾‾╲_____
    in_data               │000              │005        │
    in_tag                │0000000000       │0000000006 │
    "
  `);
  expect(error.message).toContain(error.waves.text);
  expect(error.message).toContain(`${waves}.svg`);
  expect(await fst2vcd(`${waves}.fst`)).toContain("in_ready (verilator)");

  const nowhere = await startLockstep(skid.design, ["icarus", { engine: "verilator", design: bad }], {
    waves: join("/proc", "skid"),
  });
  const unwritten = await nowhere.execute(program).catch((error) => error);
  expect(unwritten).toBeInstanceOf(EnginesDiffer);
  expect(unwritten.message).toMatch(/│000 .*no files of the last cycles: cannot write \/proc\/skid\.fst/s);
});
