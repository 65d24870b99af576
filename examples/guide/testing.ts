/** Chapter 9: what a test bench can do. */
import {
  bit,
  Coverage,
  countWidth,
  defineModule,
  elaborate,
  input,
  output,
  simulate,
  sint,
  uint,
} from "../../hdl/index.ts";
import { describeProof, designOf, prove, startSimulation } from "../../testbench/index.ts";
import { sender } from "../sender.ts";
import { messageOf } from "./shown.ts";

// #region waves
export function senderWaves(): string {
  const dut = simulate(sender, { bits: 4 });
  const trace = dut.trace(["word_valid", "state", "left", "line"]);
  dut.reset();
  dut.in.word = { valid: true, data: 0b0110 };
  dut.tick();
  dut.in.word.valid = false;
  dut.tick(7);
  return trace.waves();
}
// #endregion

// #region power-up
/** Forgets to reset its sum. */
const forgetful = defineModule("forgetful", (_: Record<never, never>) => ({
  ports: { a: input(sint(8)), sum: output(sint(16)) },
  build({ a, sum }, m) {
    const total = m.reg("total", sint(16));
    total.set(total.add(a).wrap(16));
    sum.set(total);
  },
}));

export function powerUps(): string {
  const sums = [1, 2, 3].map((seed) => {
    const dut = simulate(forgetful, {}, { seed });
    dut.tick();
    return dut.out.sum;
  });
  return sums.join(", ");
}

export const poisoned = () =>
  messageOf(() => {
    const dut = simulate(forgetful, {}, { poison: true });
    dut.tick();
    return dut.out.sum;
  });
// #endregion

// #region credits
/** Gives out credits, and takes them back. */
export const credits = defineModule("credits", (p: { most: number; guarded: boolean }) => ({
  ports: { take: input(bit), give: input(bit), some: output(bit) },
  build({ take, give, some }, m) {
    const left = m.reg("left", uint(countWidth(p.most)), { reset: p.most });
    const used = m.node("used", p.guarded ? take.and(left.nonzero()) : take);
    m.when(used.and(give.not()), () => left.set(left.subWrap(1)));
    m.when(give.and(used.not()), () => left.set(left.addWrap(1)));
    some.set(left.nonzero());

    m.assume("only_what_was_taken", give.and(left.eq(p.most)).not());
    m.assert("in_range", left.le(p.most));
    m.cover("used_up", left.eq(0));
  },
}));
// #endregion

// #region prove
export const proof = async () => describeProof(await prove(credits, { most: 5, guarded: true }));
export const refutation = async () => describeProof(await prove(credits, { most: 5, guarded: false }));
// #endregion

/** Without the table of values: of several counterexamples of one length, solvers may find any. */
export const refuted = async () => (await refutation()).split("\n").slice(0, 2).join("\n");

export const assertion = () =>
  messageOf(() => {
    const dut = simulate(credits, { most: 5, guarded: false });
    dut.reset();
    dut.in.take = true;
    dut.tick(10);
  });

// #region coverage
export function coverage(): string {
  const coverage = new Coverage();
  const dut = simulate(credits, { most: 5, guarded: true }, { coverage });
  dut.reset();
  dut.in.take = true;
  dut.tick(10);
  return `${coverage.taken} of ${coverage.total} arms taken`;
}
// #endregion

// #region engines
/** The same inputs to an engine that runs the Verilog. */
export async function onEngine(engine: "wasm" | "icarus" | "verilator"): Promise<string> {
  const circuit = elaborate(credits, { most: 5, guarded: true });
  const simulation = await startSimulation(engine, designOf(circuit));
  try {
    const rows = Array.from({ length: 7 }, () => [1, 0]);
    const [values] = await simulation.execute([{ kind: "batch", inputs: ["take", "give"], rows, outputs: ["some"] }]);
    return values.join(" ");
  } finally {
    await simulation.close();
  }
}
// #endregion

export const onIcarus = () => onEngine("icarus");
