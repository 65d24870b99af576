import { UserError } from "../../sw-model/errors.ts";
import { startSimulation } from "../engine.ts";
import type { SimulationOptions } from "../engine-options.ts";
import { engineOfEachSide } from "../engine-tools.ts";
import { portTable } from "../program.ts";
import type { DesignUnderTest, EngineName, PortDescription, Simulation } from "../simulation.ts";
import { Lockstep } from "./simulation.ts";

export { type Divergence, EnginesDiffer } from "./differ.ts";

/** One of the two, with what is its own: options, or another design with the same ports. */
export interface LockstepSide {
  readonly engine: EngineName;
  readonly design?: DesignUnderTest;
  readonly options?: SimulationOptions;
}

/** What `startLockstep` compares. */
export interface LockstepOptions {
  /**
   * Ports that are compared before every edge; by default all outputs. What a command reads is compared in any case. Leave
   * out what is unknown at times, such as the data of a stream that offers nothing: engines may take any bits for it.
   */
  readonly compare?: readonly string[];
  /** Where to write the last cycles before a difference: a name to which `.fst`, `.svg` and `.json` (WaveDrom) are added. */
  readonly waves?: string;
}

/**
 * Start a design on two engines that take every clock edge together, behind the same handle as one. Ports are compared before
 * each edge, wherever a command reads one, and at the end of `execute`; the first difference ends both (`EnginesDiffer`). A program
 * of pokes, peeks, steps and batches is one message to each engine; streams and `until` cost one or two an edge.
 */
export async function startLockstep<D extends DesignUnderTest>(
  design: D,
  sides: readonly [EngineName | LockstepSide, EngineName | LockstepSide],
  { compare, waves }: LockstepOptions = {},
): Promise<Simulation & { readonly design: D }> {
  const table = portTable(design);
  const outputs = design.ports.filter(({ direction }) => direction === "output").map(({ name }) => name);
  const compared = (compare ?? outputs).map((name) => table.port(name).name);
  const wanted = sides.map((side): LockstepSide => (typeof side === "string" ? { engine: side } : side));
  for (const side of wanted) refuseOtherPorts(design, side.design ?? design);
  const started = await Promise.allSettled(
    wanted.map(async ({ engine, design: own = design, options }) => ({
      engine,
      simulation: await startSimulation(engine, own, options),
    })),
  );
  const [first, second] = started.flatMap((side) => (side.status === "fulfilled" ? [side.value] : []));
  for (const side of started) {
    if (side.status === "fulfilled") continue;
    await first?.simulation.close();
    throw side.reason;
  }
  const lockstep: Simulation = new Lockstep(design, compared, [first, second], waves);
  return lockstep as Simulation & { readonly design: D };
}

/**
 * As `startSimulation`, and on "lockstep" `startLockstep` of the first two engines that can run the design: coverage counts on the first, and `waves` is the
 * name for those of a difference (`LockstepOptions`).
 */
export async function startOnAny<D extends DesignUnderTest>(
  engine: EngineName | "lockstep",
  design: D,
  { compare, ...options }: SimulationOptions & Pick<LockstepOptions, "compare"> = {},
): Promise<Simulation & { readonly design: D }> {
  if (engine !== "lockstep") return await startSimulation(engine, design, options);
  const { waves, coverage, ...both } = options;
  const [first, second] = engineOfEachSide(design);
  const counting = coverage === undefined ? both : { ...both, coverage };
  const sides = [
    { engine: first, options: counting },
    { engine: second, options: both },
  ] as const;
  return await startLockstep(design, sides, {
    ...(waves === undefined ? {} : { waves }),
    ...(compare ? { compare } : {}),
  });
}

/** Programs name ports, so both designs need them all; their order does not matter. */
function refuseOtherPorts(design: DesignUnderTest, other: DesignUnderTest): void {
  const spell = ({ name, direction, width }: PortDescription) => `${direction} ${name} of ${width} bits`;
  const have = new Set(other.ports.map(spell));
  const missing = design.ports.map(spell).filter((port) => !have.has(port));
  const clocks = [design, other].map(({ clock }) => (clock === undefined ? "no clock" : "a clock"));
  if (missing.length === 0 && other.ports.length === design.ports.length && clocks[0] === clocks[1]) return;
  throw new UserError({
    code: "ports-differ",
    message: `${design.top} and ${other.top} cannot run in lockstep: their ports differ`,
    where: other.top,
    expected: [...design.ports.map(spell), clocks[0]].join(", "),
    found: [...other.ports.map(spell), clocks[1]].join(", "),
  });
}
