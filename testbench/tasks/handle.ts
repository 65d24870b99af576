import { bit, type DutInputs, type DutOutputs, input, output, type Ports, sint, uint } from "../../hdl/index.ts";
import { viewPorts } from "../../hdl/simulator/port-view.ts";
import { Random } from "../../sw-model/random.ts";
import { checkedCount, checkedValue, pinsOf } from "../program.ts";
import type { Bits, DesignUnderTest } from "../simulation.ts";
import { verilogPorts } from "../typed-design.ts";
import { misused, timedOut, type WaitingTask } from "./errors.ts";
import type { TaskNode } from "./node.ts";
import { resultOf, type Scheduler } from "./scheduler.ts";
import type { Forked, ForkOptions, StreamNames, Task, TaskInputs, TaskOutput, Work } from "./task.ts";

/** What the tasks of a run share. */
export interface Surroundings<D extends Ports> {
  readonly scheduler: Scheduler;
  readonly design: DesignUnderTest;
  readonly declared: D;
  readonly clocks: readonly string[];
  readonly seed: number;
  /** What was written to inputs. */
  readonly written: Map<string, bigint>;
}

/** The ports of a design as the language declares them, where nobody has. */
export function declarationOf(design: DesignUnderTest): Ports {
  return Object.fromEntries(
    pinsOf(design).map(({ name, direction, width, signed }) => {
      const type = signed ? sint(width) : width === 1 ? bit : uint(width);
      return [name, direction === "input" ? input(type) : output(type)];
    }),
  );
}

/** The hands of a task. */
export function handleOf<D extends Ports>(around: Surroundings<D>, node: TaskNode): Task<D> {
  const { scheduler, design, declared } = around;
  const { pins } = scheduler;
  const poke = (port: string, value: Bits) => {
    pins.poke(port, value);
    around.written.set(port, BigInt(value));
    scheduler.changed();
  };
  const number = (name: string, bits: bigint) => {
    const { width, signed } = pins.table.port(name);
    const value = signed ? BigInt.asIntN(width, bits) : bits;
    return width > 32 ? value : Number(value);
  };
  const values = (ports: readonly string[]) =>
    scheduler.wait(node, { kind: "read", ports }, `to read ${ports.join(", ")}`) as Promise<bigint[]>;
  const view = viewPorts(declared, {
    read: (net) => number(net, around.written.get(net) ?? 0n),
    write: (net, value) => poke(net, BigInt.asUintN(pins.table.port(net).width, BigInt(value))),
  });

  const condition = async (ports: readonly string[], holds: (values: readonly bigint[]) => boolean, words: string) => {
    for (const port of ports) pins.table.port(port);
    const since = scheduler.cycle(node.clock);
    await scheduler.wait(node, { kind: "condition", ports, holds, stale: true }, words);
    return scheduler.cycle(node.clock) - since;
  };
  const turning = (level: bigint, words: string) => async (port: string) => {
    pins.table.port(port);
    let before: bigint | undefined;
    const turned = ([now]: readonly bigint[]) => {
      const turns = before !== undefined && before !== level && now === level;
      before = now;
      return turns;
    };
    await condition([port], turned, `until ${port} ${words}`);
  };

  /** Runs a work whose failure is an error of the call alone. */
  const scoped = async <T>(name: string, work: (scope: TaskNode) => Promise<T>): Promise<T> => {
    const scope = spawnScope(around, node, name, work);
    await scheduler.wait(node, { kind: "tasks", of: [scope], all: true }, `for ${scope.path}`);
    return resultOf(scope) as T;
  };
  const first = async (scope: TaskNode, of: readonly TaskNode[], before?: () => void): Promise<TaskNode> => {
    const words = `for the first of ${of.map(({ path }) => path).join(", ")}`;
    const [winner] = (await scheduler.wait(scope, { kind: "tasks", of, all: false }, words)) as TaskNode[];
    before?.();
    for (const task of of) scheduler.end(task);
    return winner;
  };

  return {
    path: node.path,
    design,
    get cycle() {
      return scheduler.cycle(node.clock);
    },
    random: new Random(around.seed, hash(node.path)),
    in: view.in as DutInputs<D> as TaskInputs<D>,
    read: async <K extends keyof DutOutputs<D> & string>(port: K) => {
      const nets = verilogPorts({ [port]: declared[port] }).filter(
        ({ name }) => pins.table.port(name).direction === "output",
      );
      const names = nets.map(({ name }) => name);
      const bits = await values(names);
      const read = (net: string) => number(net, bits[names.indexOf(net)]);
      return viewPorts(declared, { read, write: () => undefined }).out[port] as TaskOutput<D, K>;
    },
    poke,
    peek: async (port) => (await values([pins.table.port(port).name]))[0],
    cycles: async (count = 1) => {
      if (checkedCount("cycles", count) === 0) return;
      await scheduler.wait(node, { kind: "cycles", left: count }, `for ${count} edges`);
    },
    sample: async <const N extends readonly string[]>(...ports: N) => {
      for (const port of ports) pins.table.port(port);
      const sampled = await scheduler.wait(
        node,
        { kind: "sample", ports },
        `to sample ${ports.join(", ")} at the next edge`,
      );
      return sampled as { [K in keyof N]: bigint };
    },
    transfer: async ({ valid, ready, data }: StreamNames) => {
      const gates = [valid, ready];
      for (const port of [...gates, ...data]) pins.table.port(port);
      return (await scheduler.wait(node, { kind: "transfer", gates, data }, `for ${valid} and ${ready}`)) as bigint[];
    },
    until: (ports: string | readonly string[], wanted: Bits | ((...values: bigint[]) => boolean)) => {
      if (typeof wanted === "function") {
        const names = [ports].flat();
        return condition(names, (found) => wanted(...found), `until ${names.join(", ")} are as wanted`);
      }
      const port = pins.table.port(String(ports));
      const value = BigInt(checkedValue(port, wanted));
      return condition([port.name], ([found]) => found === value, `until ${port.name} = ${value}`);
    },
    rising: turning(1n, "rises"),
    falling: turning(0n, "falls"),
    fork: <T>(work: Work<T, D>, options?: ForkOptions): Forked<T> =>
      forkedOf(scheduler, spawn(around, node, work, options)),
    combine: <const W extends readonly Work<unknown, D>[]>(works: W) =>
      scoped("combine", async (scope) => {
        const of = works.map((work) => spawn(around, scope, work));
        await scheduler.wait(scope, { kind: "tasks", of, all: true }, `for ${of.map(({ path }) => path).join(", ")}`);
        return of.map(resultOf) as { -readonly [K in keyof W]: W[K] extends Work<infer T, D> ? T : never };
      }),
    race: <T>(works: readonly Work<T, D>[]) =>
      scoped("race", async (scope) => {
        if (works.length === 0) throw misused(scope.path, "is a race of nobody", "give it at least one work");
        const tasks = works.map((work) => spawn(around, scope, work));
        return resultOf(await first(scope, tasks)) as T;
      }),
    timeout: <T>(cycles: number, work: Work<T, D>) =>
      scoped("timeout", async (scope) => {
        const worker = spawn(around, scope, work);
        const timer = spawn(around, scope, (task) => task.cycles(cycles), { name: "timer" });
        let waiting: readonly WaitingTask[] = [];
        const winner = await first(scope, [worker, timer], () => {
          waiting = scheduler.waiting(worker);
        });
        if (winner === worker) return resultOf(worker) as T;
        throw timedOut(worker.path, cycles, waiting);
      }),
  };
}

/** A child of a task. */
function spawn<T, D extends Ports>(
  around: Surroundings<D>,
  parent: TaskNode,
  work: Work<T, D>,
  options: ForkOptions = {},
): TaskNode {
  if (parent.outcome) throw misused(parent.path, "has finished and cannot fork", "fork within the task");
  parent.forks++;
  const { name = work.name || `task ${parent.forks}`, background = false, clock = parent.clock } = options;
  if (!around.clocks.includes(clock)) {
    throw misused(parent.path, `knows no clock ${clock}`, `one of ${around.clocks.join(", ")}`);
  }
  const birth = { path: `${parent.path}.${name}`, parent, clock, background };
  return around.scheduler.spawn(birth, async (node) => await work(handleOf(around, node)));
}

/** A child whose failure concerns only who waits for it. */
function spawnScope<T, D extends Ports>(
  { scheduler }: Surroundings<D>,
  parent: TaskNode,
  name: string,
  work: (scope: TaskNode) => Promise<T>,
): TaskNode {
  return scheduler.spawn({ path: `${parent.path}.${name}`, parent, clock: parent.clock, propagates: false }, work);
}

function forkedOf<T>(scheduler: Scheduler, task: TaskNode): Forked<T> {
  return {
    name: task.path,
    get done() {
      return task.done;
    },
    join: async () => {
      const by = scheduler.running;
      if (by === undefined) throw misused(task.path, "is joined by no task", "join within a task");
      await scheduler.wait(by, { kind: "tasks", of: [task], all: true }, `for ${task.path}`);
      return resultOf(task) as T;
    },
    end: () => scheduler.end(task),
  };
}

/** FNV-1a, 32 bits: a stream of random numbers for each path. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193);
  return state >>> 0;
}
