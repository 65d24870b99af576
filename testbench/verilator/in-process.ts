import { resolve } from "node:path";
import { DesignMemory } from "../../hdl/simulator/access.ts";
import { makeHandle, type PlacedPort } from "../../hdl/simulator/handle.ts";
import { lastLines } from "../../platform/children.ts";
import { printedCheck } from "../broken-check.ts";
import { printedEnd } from "../design-end.ts";
import { checkedCount, pinsOf } from "../program.ts";
import type { SimulatorProcess } from "../request-queue.ts";
import type { DesignUnderTest } from "../simulation.ts";
import { type SimulatorContext, simulatorError } from "../simulator-error.ts";
import { type AddonInstance, type AddonProblem, loadAddon, type StartError } from "./addon.ts";
import type { VerilatorBuild } from "./build.ts";
import { decodeReply } from "./decode.ts";
import type { Link } from "./link.ts";
import { type Signals, VerilatedModel, type VerilatorSimulation } from "./simulation.ts";

interface Options {
  readonly seed: number;
  readonly waves?: string;
  readonly coverage?: string;
  readonly timeoutMs: number;
  /** See `VerilatedModel`. */
  readonly afterwards?: (failed: boolean) => Promise<void>;
}

/** Start a built model in this process: the same frames as over a socket, and its pins as properties. */
export function startInProcess(build: VerilatorBuild, design: DesignUnderTest, options: Options): VerilatorSimulation {
  const { seed, waves, coverage, timeoutMs, afterwards } = options;
  let printed = () => "";
  const context: SimulatorContext = {
    engine: "verilator",
    design,
    folder: build.folder,
    lastLines: () => lastLines(printed()),
  };
  const addon = loadAddon(build.library, context);
  let instance: AddonInstance;
  try {
    instance = addon.open(seed, waves === undefined ? null : resolve(waves), coverage ?? null);
  } catch (error) {
    const { message, printed: lines } = error as StartError;
    printed = () => lines;
    throw printedEnd(context, "start") ?? simulatorError(context, "simulator-died", "start", message);
  }
  printed = instance.printed;

  let end: (how: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const close = () => {
    instance.close();
    end("the simulation was closed");
  };
  const process: SimulatorProcess = { pid: undefined, ended, kill: close };
  const link: Link = {
    send: (frame) => {
      const reply = decodeReply(Buffer.from(instance.run(frame, timeoutMs)));
      if (reply === undefined) model.garbage("an unreadable answer");
      else model.reply(reply);
    },
    close,
  };
  const model = new InProcessModel(context, process, link, timeoutMs, instance, afterwards);
  return model;
}

const failures = {
  stopped: "simulator-died",
  finished: "simulator-died",
  closed: "simulator-died",
  interrupted: "simulator-hung",
} as const satisfies Record<AddonProblem, string>;

class InProcessModel extends VerilatedModel {
  readonly signals: Signals;

  constructor(
    context: SimulatorContext,
    process: SimulatorProcess,
    link: Link,
    timeoutMs: number,
    instance: AddonInstance,
    afterwards?: (failed: boolean) => Promise<void>,
  ) {
    super(context, process, link, timeoutMs, { edgesNow: instance.edges, ...(afterwards ? { afterwards } : {}) });
    const guarded = (doing: string, work: () => void) => {
      try {
        work();
      } catch (error) {
        const { code, message } = error as Error & { code: AddonProblem };
        const failure = failures[code];
        if (failure === undefined) throw error;
        this.fail(failure, message);
        const broken = printedCheck(context, instance.edges(), doing) ?? printedEnd(context, doing);
        throw broken ?? simulatorError(context, failure, doing, message);
      }
    };
    const functions = {
      settle: () => guarded("settle", instance.settle),
      tick: (cycles: number) => {
        checkedCount("cycles", cycles);
        guarded(`step ${cycles}`, () => instance.step(cycles, timeoutMs));
      },
    };
    // Of several clocks each is a port, so none is named here.
    this.signals = makeHandle(new DesignMemory(instance.buffer), placesOf(context.design), functions, () => true);
  }
}

/** Where each port stands in the shared buffer: in whole limbs of 64 bits, behind the one that tells what is settled. */
function placesOf(design: DesignUnderTest): PlacedPort[] {
  let address = 8;
  return pinsOf(design).map(({ name, width, signed, direction }) => {
    const place = { name, width, signed, input: direction === "input", address };
    address += 8 * Math.ceil(width / 64);
    return place;
  });
}
