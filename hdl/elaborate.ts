/** From definitions to a circuit: every distinct (definition, parameters) is built once. */
import { cutDeep } from "./deep.ts";
import { dependencies } from "./dependencies.ts";
import { refuseMixedDomains } from "./domains.ts";
import { HdlError } from "./errors.ts";
import type { Circuit } from "./ir.ts";
import { refuseLoops } from "./loops.ts";
import { isOverflow, located } from "./messages/build-failure.ts";
import { isType, spelled } from "./messages/described.ts";
import { attempt, collect, problemCount, refuse } from "./messages/problems.ts";
import { wrongArgument } from "./messages/wrong-argument.ts";
import { Builder } from "./module/builder.ts";
import { Contents } from "./module/contents.ts";
import { type ModuleDefinition, placeOf } from "./module/definition.ts";
import { finish } from "./module/finish.ts";
import { declarePorts } from "./module/module-ports.ts";
import type { Elaborated, ModuleSource } from "./module/module-source.ts";
import { watched } from "./module/parameters.ts";
import { runBuild } from "./module/running.ts";
import { canonical } from "./names/canonical.ts";
import { type NamedEntry, renamed } from "./names/module-names.ts";
import { checkName } from "./names/naming.ts";
import type { Ports } from "./ports.ts";
import { countingApart, here, instantiatedAt, type LazyPosition } from "./position.ts";
import { adviceOnException } from "./signals/exception-advice.ts";
import { refuseWaiting } from "./streams/waiting.ts";
import { verifyCircuit } from "./verify.ts";

// biome-ignore lint/suspicious/noExplicitAny: elaboration does not care for the types of parameters and ports
type AnyModule = ModuleDefinition<any, any>;

type Entry = Elaborated & NamedEntry;

/** Elaborates `definition` as the top module of a circuit, with everything that it instantiates. */
export function elaborate<P, D extends Ports>(definition: ModuleDefinition<P, D>, parameters: NoInfer<P>): Circuit {
  const at = here();
  if (typeof definition?.describe !== "function") throw wrongArgument("elaborate", "a module", definition, at);
  const entries = new Map<string, Entry>();
  const identities = new Map<unknown, number>();
  const open = new Set<string>();
  /** Problems of the instances of the module that is being built. */
  let problemsInside = 0;
  /** Names of the top and of the instances that are being built, each within the one before. */
  const path: string[] = [];

  const source: ModuleSource = {
    module(child, childParameters, position, instance = child.name) {
      if (!identities.has(child)) identities.set(child, identities.size);
      // What cannot be told apart is built each time, so that its own problems are told too.
      const text = attempt(
        () => canonical(childParameters, position),
        () => `?${entries.size}`,
      );
      const key = `${child.name}#${identities.get(child)}(${text})`;
      const known = entries.get(key);
      if (known) return known;
      if (open.has(key)) {
        const message = `Module "${child.name}" instantiates itself with the same parameters.`;
        const hint = "A recursive structure must change a parameter at every step and stop.";
        refuse(() => new HdlError({ code: "recursive-module", message, hint }, position));
        const { ports } = described(child as AnyModule, childParameters, position);
        const empty = new Contents();
        runBuild(empty, () => declarePorts(empty, ports));
        return { module: finish(empty, child.name, "", position, false), ports };
      }
      const place = placeOf(child);
      checkName("module", child.name, place ?? position);
      const before = problemCount();
      const outerProblems = problemsInside;
      problemsInside = 0;
      open.add(key);
      path.push(instance);
      const given = watched(childParameters);
      const make = () => {
        const running = { module: child.name, path: path.join("."), at: position, adviceOn: adviceOnException };
        const wasSound = () => problemCount() === before;
        const { ports, summary, build, external } = located({ ...running, what: "description" }, wasSound, () =>
          described(child as AnyModule, given.parameters, position),
        );
        const contents = new Contents();
        const builder = new Builder(source, contents);
        const inside = runBuild(contents, () => declarePorts(contents, ports));
        const done: unknown = attempt(
          () =>
            located({ ...running, what: "build" }, wasSound, () =>
              runBuild(contents, () => countingApart(() => build(inside as never, builder))),
            ),
          () => undefined,
        );
        if (done instanceof Promise) refuseAsynchronous(child.name, done, position);
        const sound = problemCount() - before === problemsInside;
        const finished = finish(contents, child.name, summary ?? "", position, sound, external);
        // The key is the module's name until all variants are known.
        const module = { ...finished, name: key };
        const names = { name: child.name, definedAt: place?.position ? place : position };
        const entry = { module, ports, definition: child, ...names, parameters: childParameters };
        entries.set(key, entry);
        return entry;
      };
      try {
        return instantiatedAt(position, make);
      } finally {
        given.refuseMisspelt(child.name, position);
        problemsInside = outerProblems + problemCount() - before;
        open.delete(key);
        path.pop();
      }
    },
  };
  // Each pass tells all its problems, and runs only when the one before had none.
  const top = collect(() => endless(definition.name, at, () => source.module(definition, parameters, at)));
  const circuit = verifyCircuit(collect(() => renamed([...entries.values()], top.module.name)));
  const known = dependencies(circuit);
  return cutDeep(collect(() => refuseMixedDomains(refuseWaiting(refuseLoops(circuit, known), known))));
}

/** What the first module of a recursion without end says, where the stack has room again. */
function endless<T>(name: string, at: LazyPosition, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!isOverflow(error)) throw error;
    const message = `The description of module "${name}" recurses without end.`;
    const hint = "A module or a function that calls itself changes an argument at every step, and stops at some value.";
    throw new HdlError({ code: "recursive-module", message, hint }, at, [], undefined, error);
  }
}

function refuseAsynchronous(name: string, done: Promise<unknown>, at: LazyPosition): void {
  done.catch(() => undefined);
  const message = `The build of module "${name}" is asynchronous.`;
  const hint = "Await what it needs before elaborate, and pass it as a parameter.";
  refuse(() => new HdlError({ code: "build-out-of-scope", message, hint }, at));
}

function described(module: AnyModule, parameters: unknown, at: LazyPosition): ReturnType<AnyModule["describe"]> {
  try {
    return checkedDescription(module.name, module.describe(parameters), placeOf(module) ?? at);
  } catch (error) {
    const none = parameters === null || parameters === undefined;
    if (!(none && error instanceof TypeError)) throw error;
    throw wrongArgument(`Module "${module.name}"`, "an object of parameters", parameters, at);
  }
}

/** How a port is written, with the type that stands there alone. */
function directionAdvice(port: string, value: unknown): string {
  const type = isType(value) ? spelled(value) : "type";
  return `Write ${port}: input(${type}) where the module reads it, ${port}: output(${type}) where it drives it.`;
}

/** A description in which nothing is missing; `at` is where the module is defined. */
function checkedDescription(
  name: string,
  description: ReturnType<AnyModule["describe"]>,
  at: LazyPosition,
): ReturnType<AnyModule["describe"]> {
  const { ports, build } = (description ?? {}) as Partial<ReturnType<AnyModule["describe"]>>;
  if (typeof ports !== "object" || ports === null || typeof build !== "function")
    throw wrongArgument(`Module "${name}"`, "a description: an object of ports and build", description, at);
  for (const [port, value] of Object.entries(ports as Record<string, unknown>)) {
    const { direction, type } = (value ?? {}) as { direction?: unknown; type?: unknown };
    if ((direction === "input" || direction === "output") && type !== undefined) continue;
    const advice = directionAdvice(port, value);
    throw wrongArgument(
      `Port "${port}" of module "${name}"`,
      "a direction: input(type) or output(type)",
      value,
      at,
      advice,
    );
  }
  return description;
}
