/** What tests have met: arms, lines, bits, and groups of values. */
import { bit, connect, defineModule, input, output, queued, stream, uint } from "../hdl/index.ts";
import {
  between,
  CoverageDatabase,
  coverageGroup,
  coverCycles,
  designOf,
  mergeCoverage,
  sendRows,
  startSimulation,
  streamNames,
  summaryOf,
  testDesign,
} from "../testbench/index.ts";

// #region meter
/** Counts words, up to a limit that stays. */
const meter = defineModule("meter", ({ limit }: { limit: number }) => ({
  ports: { word: input(bit), clear: input(bit), count: output(uint(4)) },
  build({ word, clear, count }, m) {
    const seen = m.reg("seen", uint(4), { reset: 0 });
    m.when(clear, () => seen.set(0)).elseWhen(word.and(seen.lt(limit)), () => seen.set(seen.addWrap(1)));
    m.cover("full", seen.eq(limit));
    count.set(seen);
  },
}));

async function measured(rows: readonly (readonly [word: number, clear: number])[]) {
  const coverage = new CoverageDatabase();
  const simulation = await startSimulation("verilator", designOf(meter, { limit: 5 }), { coverage });
  await simulation.execute([{ kind: "batch", inputs: ["word", "clear"], rows, outputs: ["count"] }]);
  await simulation.close();
  return coverage.data;
}

export async function summaries(): Promise<string> {
  const up = await measured([[1, 0], [1, 0], [1, 0]]); // biome-ignore format: a row an edge
  const down = await measured([[1, 0], [0, 1]]); // biome-ignore format: a row an edge
  return [up, down, mergeCoverage([up, down])]
    .map((data) => {
      const { runs, arms, covers, toggles } = summaryOf(data);
      return `${runs} run(s): arms ${arms?.hit}/${arms?.of}, covers ${covers?.hit}/${covers?.of}, bits ${toggles?.hit}/${toggles?.of}`;
    })
    .join("\n");
}
// #endregion

// #region group
const queue = defineModule("queue", (_: Record<never, never>) => ({
  ports: { a: input(stream(uint(8))), b: output(stream(uint(8))), full: output(bit) },
  build({ a, b, full }, m) {
    connect(b, queued(m, "held", a, 2));
    full.set(a.ready.not());
  },
}));

const traffic = () =>
  coverageGroup(
    "traffic",
    {
      full: { no: 0, yes: 1 },
      offered: { nothing: 0, word: 1 },
      data: { zero: 0, small: between(1, 15), large: between(16, 255), odd: (value: number) => value % 2 === 1 },
    },
    {
      pressure: ["full", "offered"],
      moved: { of: ["offered", "data"], ignore: ({ offered }) => offered === "nothing" },
    },
  );

export async function holes(): Promise<string> {
  const group = traffic();
  await testDesign("wasm", designOf(queue, {}), async (task) => {
    const ports = { full: "full", offered: "a_valid", data: "a_data" };
    task.fork((own) => coverCycles(own, group, ports), { background: true });
    task.in.b.ready = true;
    await sendRows(task, streamNames("a"), [[0], [7], [14]]);
  });
  const { points, crosses, samples } = group.data;
  const missed = [...points, ...crosses].map(({ name, bins }) => {
    const never = bins.filter(({ count }) => count === 0).map((bin) => bin.name);
    return `${name}: never ${never.join(", ") || "nothing"}`;
  });
  return [`${samples} samples, ${group.covered.hit} of ${group.covered.of} bins`, ...missed].join("\n");
}
// #endregion
