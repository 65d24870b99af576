import type fc from "fast-check";
import type { ModuleDefinition } from "../hdl/index.ts";
import type { DenseLstm, Pruning, PruningScheme } from "../sw-model/ese/lstm.ts";
import type { Padding } from "../sw-model/ese/padding.ts";
import type { Model } from "../sw-model/model/model.ts";
import type { GeneratorSpec } from "../sw-model/spec.ts";
import type { DirectedCase } from "../testbench/cases/case.ts";
import type { RunOutcome } from "../testbench/crosscheck.ts";
import type { Driver, StalledDriver } from "../testbench/drivers/driver.ts";
import type { Simulation } from "../testbench/simulation.ts";

/** A generator as its five pieces; everything else works from this and knows no generator by name. */
export interface Generator<P extends object, Operation, Result> {
  readonly spec: GeneratorSpec<P>;
  // biome-ignore lint/suspicious/noExplicitAny: the ports differ from generator to generator
  readonly module: ModuleDefinition<P, any>;
  readonly operation: {
    /** Reads an operation from parsed JSON; `source` names the file in errors. */
    parse(value: unknown, parameters: P, source?: string): Operation;
    /**
     * The parameters with memories raised to what the operation needs, where they are not in `explicit`. Where the hardware works through
     * a large operation in parts, memories in `kept` stay as they are.
     */
    fit(parameters: P, explicit: ReadonlySet<string>, operation: Operation, kept?: ReadonlySet<string>): P;
  };
  /** Result and, from the cycle model, cycles. */
  golden(parameters: P, operation: Operation): { readonly result: Result; readonly cycles: number };
  readonly drive: Driver<P, Operation, Result>;
  /** The operation under back-pressure, where the hardware has streams at both ends. */
  readonly driveStalled?: StalledDriver<P, Operation, Result>;
  /** The operation twice under back-pressure, the second one's seed on offer amid the results of the first: both results. */
  readonly driveTwice?: StalledDriver<P, Operation, readonly Result[]>;
  readonly cases: {
    /** The parameters with which to run cases. */
    parameters(parameters: P, explicit: ReadonlySet<string>): P;
    arbitrary(parameters: P): fc.Arbitrary<Operation>;
    directed(parameters: P): readonly DirectedCase<Operation>[];
  };
  /** Looks at hardware that was just reset, before a check runs anything on it. Throws `UserError` command-failed where it is not as it must be. */
  tryReset?(simulation: Simulation, parameters: P): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: what such a case is differs from generator to generator
  readonly further?: FurtherCases<P, any>;
  /**
   * Clock edges from a vector, or the last word of one, to its result, where nothing waits: from the edge that takes the one to the
   * one that gives the other, or its last part; 0 for a combinational design. Where sizes are set at run time: of the smallest ones.
   */
  latency?(parameters: P): number;
  /** Number formats, roundings and look-ups that the parameters mean, for the manifest, where numbers have more than a bit. */
  formats?(parameters: P): object;
  /** Files beside the Verilog of the module called `top`, such as a C header of its registers. */
  documents?(parameters: P, top: string): readonly { readonly name: string; readonly content: string }[];
  /** How a stored network runs on the generator, if it can. */
  // biome-ignore lint/suspicious/noExplicitAny: the kind of model differs from generator to generator; its name is checked
  readonly network?: NetworkRunner<P, any>;
  /** How a trained LSTM runs on the generator, if it can. */
  // biome-ignore lint/suspicious/noExplicitAny: the compressed network differs from generator to generator
  readonly recurrent?: RecurrentRunner<P, any>;
}

/** What a check does between single operations: cases of another kind, such as layers back to back, with results of their own. */
export interface FurtherCases<P extends object, Case> {
  /** Undefined where the parameters leave no room for any. */
  arbitrary(parameters: P): fc.Arbitrary<Case> | undefined;
  golden(parameters: P, of: Case): { readonly result: unknown; readonly cycles: number };
  run(simulation: Simulation, parameters: P, of: Case): Promise<RunOutcome<unknown>>;
}

/** What decides how an LSTM is compressed. */
export interface LstmRequest {
  /** Share of each matrix that becomes 0. */
  readonly sparsity: number;
  /** How the weights that stay are chosen. */
  readonly prune: PruningScheme;
  /** What stands in entries that only bridge a gap. */
  readonly padding: Padding;
  /** Largest magnitudes that its inputs and cell states take, by which their formats are chosen. */
  readonly ranges: { readonly input: number; readonly state: number };
}

/** Runs an LSTM of real numbers, compressed to `N`, on the hardware; raw integers in and out. */
export interface RecurrentRunner<P extends object, N> {
  /**
   * Compresses the LSTM; parameters that hold it in formats that fit it, except those in `explicit`; the function that says
   * which elements of a matrix were kept; and how many weights and biases saturate.
   */
  fit(
    parameters: P,
    explicit: ReadonlySet<string>,
    lstm: DenseLstm,
    request: LstmRequest,
  ): { readonly parameters: P; readonly network: N; readonly pruning: Pruning; readonly saturated: number };
  /** Inputs as raw values; what is out of range saturates and is counted. */
  quantise(parameters: P, x: ArrayLike<number>): { readonly raw: readonly number[]; readonly saturated: number };
  /** The real number behind a raw output. */
  real(parameters: P, raw: number): number;
  /** Outputs of all steps of a sequence from the state zero on. */
  golden(parameters: P, network: N): (x: readonly (readonly number[])[]) => readonly (readonly number[])[];
  /** Cycles of a step, entries that it issues, and processing elements. */
  cost(parameters: P, network: N): { readonly cycles: number; readonly entries: number; readonly pes: number };
  /** Loads the network; the function it gives runs a sequence from the state zero on. */
  load(
    simulation: Simulation,
    parameters: P,
    network: N,
  ): Promise<
    (
      x: readonly (readonly number[])[],
    ) => Promise<{ readonly y: readonly (readonly number[])[]; readonly cycles: number }>
  >;
}

/** One sample's way through a network. */
export interface SampleOutcome {
  /** Results of every layer, raw. */
  readonly outputs: readonly ArrayLike<number>[];
  readonly cycles: number;
  readonly ioCycles: number;
  /** Where `outputs` come from a run layer by layer: cycles of that one, and the last layer's results of the run back to back. */
  readonly layered?: { readonly cycles: number; readonly lastBackToBack: ArrayLike<number> };
}

/** `M` is the kind of model that runs on the generator. */
export interface NetworkRunner<P extends object, M extends Model> {
  readonly kind: M["kind"];
  /** Parameters that hold the model, and the model in the formats that then apply. */
  fit(parameters: P, explicit: ReadonlySet<string>, model: M): { readonly parameters: P; readonly model: M };
  /** The golden results of every layer, predicted cycles, entries issued, and multiply-accumulates. */
  golden(parameters: P, model: M): (images: readonly ArrayLike<number>[]) => readonly GoldenSample[];
  /** Loads the model; the function it gives runs a batch of samples. */
  load(
    simulation: Simulation,
    parameters: P,
    model: M,
  ): Promise<(images: readonly ArrayLike<number>[]) => Promise<readonly SampleOutcome[]>>;
  /** Samples that go through the hardware one after another without a pause; their cycles stand with the last one. */
  readonly batch: number;
  /** Work units that could issue in a cycle: the divisor of the load balance. */
  width(parameters: P): number;
  /** What the model takes in memory, before and after compression. */
  sizes(parameters: P, model: M): ModelSizes;
}

export interface ModelSizes {
  /** Float32 weights and biases, and what the hardware stores. */
  readonly bytesDense: number;
  readonly bytesCompressed: number;
  /** Share of each layer's weights that is kept, padding not counted. */
  readonly keptShares: readonly number[];
  /** Padding entries over entries on this array. */
  readonly paddingShare: number;
  /** Of an inference, in nJ by a table of operations and memory reads: in float32, and as stored; where there is an account. */
  readonly energyDenseNj?: number;
  readonly energyCompressedNj?: number;
}

export interface GoldenSample {
  readonly outputs: readonly ArrayLike<number>[];
  readonly cycles: number;
  /** Of a run layer by layer, where that differs. */
  readonly layeredCycles?: number;
  /** Entries issued by all processing elements, padding included. */
  readonly entries: number;
  readonly macs: { readonly dense: number; readonly executed: number };
}

/** Any generator, where its types do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: operations and results are opaque to everything that works from the catalog
export type AnyGenerator = Generator<any, any, any>;
