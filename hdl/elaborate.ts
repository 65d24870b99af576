/** From definitions to a circuit: every distinct (definition, parameters) is built once. */
import { Builder, type Elaborated, type ModuleSource } from "./builder.ts";
import type { ModuleDefinition } from "./definition.ts";
import { dependencies } from "./dependencies.ts";
import { refuseMixedDomains } from "./domains.ts";
import { HdlError } from "./errors.ts";
import type { Circuit, Item, Module } from "./ir.ts";
import { refuseLoops } from "./loops.ts";
import { checkName } from "./naming.ts";
import type { Ports } from "./ports.ts";
import { countingApart, here, type LazyPosition } from "./position.ts";
import { collect, problemCount } from "./problems.ts";
import { refuseWaiting } from "./streams/waiting.ts";
import { type PortType, typeName } from "./types.ts";
import { verifyCircuit } from "./verify.ts";
import { wrongArgument } from "./wrong-argument.ts";

// biome-ignore lint/suspicious/noExplicitAny: elaboration does not care for the types of parameters and ports
type AnyModule = ModuleDefinition<any, any>;

interface Entry extends Elaborated {
  readonly definition: unknown;
  readonly name: string;
  readonly parameters: unknown;
}

/** Elaborates `definition` as the top module of a circuit, with everything that it instantiates. */
export function elaborate<P, D extends Ports>(definition: ModuleDefinition<P, D>, parameters: P): Circuit {
  const at = here();
  if (typeof definition?.describe !== "function") throw wrongArgument("elaborate", "a module", definition, at);
  const entries = new Map<string, Entry>();
  const identities = new Map<unknown, number>();
  const open = new Set<string>();
  /** Problems of the instances of the module that is being built. */
  let problemsInside = 0;

  const source: ModuleSource = {
    module(child, childParameters, position) {
      if (!identities.has(child)) identities.set(child, identities.size);
      const key = `${child.name}#${identities.get(child)}(${canonical(childParameters, position)})`;
      const known = entries.get(key);
      if (known) return known;
      if (open.has(key)) {
        throw new HdlError(
          {
            code: "recursive-module",
            message: `Module "${child.name}" instantiates itself with the same parameters.`,
            hint: "A recursive structure must change a parameter at every step and stop.",
          },
          position,
        );
      }
      open.add(key);
      checkName("module", child.name, position);
      const before = problemCount();
      const outerProblems = problemsInside;
      problemsInside = 0;
      const { ports, summary, build, external } = described(child as AnyModule, childParameters, position);
      const builder = new Builder(source);
      const inside = builder.declarePorts(ports);
      const done: unknown = countingApart(() => build(inside as never, builder));
      if (done instanceof Promise) {
        done.catch(() => undefined);
        throw new HdlError(
          {
            code: "build-out-of-scope",
            message: `The build of module "${child.name}" is asynchronous.`,
            hint: "Await what it needs before elaborate, and pass it as a parameter.",
          },
          position,
        );
      }
      const sound = problemCount() - before === problemsInside;
      const finished = builder.finish(child.name, summary ?? "", position, sound, external);
      problemsInside = outerProblems + problemCount() - before;
      // The key is the module's name until all variants are known.
      const entry = {
        module: { ...finished, name: key },
        ports,
        definition: child,
        name: child.name,
        parameters: childParameters,
      };
      open.delete(key);
      entries.set(key, entry);
      return entry;
    },
  };
  // Each pass tells all its problems, and runs only when the one before had none.
  const top = collect(() => source.module(definition, parameters, at));
  const circuit = verifyCircuit(renamed([...entries.values()], top.module.name));
  const known = dependencies(circuit);
  return collect(() => refuseMixedDomains(refuseWaiting(refuseLoops(circuit, known), known)));
}

function described(module: AnyModule, parameters: unknown, at: LazyPosition): ReturnType<AnyModule["describe"]> {
  try {
    return module.describe(parameters);
  } catch (error) {
    const none = parameters === null || parameters === undefined;
    if (!(none && error instanceof TypeError)) throw error;
    throw wrongArgument(`Module "${module.name}"`, "an object of parameters", parameters, at);
  }
}

/** Parameters as a string that is equal for equal parameters, whatever the order of their keys. */
function canonical(value: unknown, at: LazyPosition): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonical(v, at)).join(",")}]`;
  if (typeof value === "bigint") return `${value}n`;
  const plain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (plain) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v, at)}`)
      .join(",")}}`;
  }
  // JSON would write NaN and the infinities as null.
  if (typeof value === "number" || value === undefined) return String(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  throw new HdlError(
    {
      code: "opaque-parameter",
      message: "A module parameter is not plain data, so equal instances could not be told from different ones.",
      expected: "numbers, strings, booleans, types, and arrays or objects of these",
      found:
        typeof value === "object" ? `an object of class ${value.constructor?.name ?? "null"}` : `a ${typeof value}`,
    },
    at,
  );
}

/**
 * Final module names: the top has its bare name, every other one also what distinguishes its parameters from the top's, such
 * as `fifo_depth8_width16`. So a name follows from the module's own parameters and those of the whole, and from nothing else
 * in the circuit.
 */
function renamed(entries: readonly Entry[], topKey: string): Circuit {
  const names = new Map<string, string>();
  const used = new Map<string, string>();
  const top = entries.find(({ module }) => module.name === topKey) as Entry;
  for (const entry of entries) {
    const name = entry === top ? entry.name : `${entry.name}${differences(entry, top)}`;
    const clash = used.get(name);
    if (clash !== undefined) {
      throw new HdlError(
        {
          code: "duplicate-name",
          message: `Two different modules would be called "${name}".`,
          hint: "Give the definitions distinct names.",
        },
        entry.module.at,
      );
    }
    used.set(name, entry.module.name);
    names.set(entry.module.name, name);
  }
  const rename = (key: string) => names.get(key) as string;
  const renameItem = (item: Item): Item => (item.kind === "inst" ? { ...item, module: rename(item.module) } : item);
  const modules: Module[] = entries.map(({ module }) => ({
    ...module,
    name: rename(module.name),
    items: module.items.map(renameItem),
  }));
  return { top: rename(topKey), modules };
}

/** Nobody reads a longer suffix. */
const readableSuffix = 40;

/** The parameters of one that the other has not, or with another value, as a suffix; of many the first, and a number for all. */
function differences(entry: Entry, other: Entry): string {
  const [own, others] = [entry, other].map(({ parameters }) => flattenParameters("", parameters));
  const differing = [...own].filter(([key, value]) => others.get(key) !== value).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = differing.map(([key, value]) => `_${key}${value}`);
  const whole = parts.join("");
  if (whole.length <= readableSuffix) return whole;
  const number = `_${fingerprint(whole)}`;
  let shown = "";
  for (const part of parts) if (shown.length + part.length + number.length <= readableSuffix) shown += part;
  return `${shown}${number}`;
}

/** Seven letters and digits that follow from the text (FNV-1a, 32 bits). */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(36).padStart(7, "0");
}

/** Every plain value in the parameters, as part of a name. */
function flattenParameters(path: string, value: unknown, into = new Map<string, string>()): Map<string, string> {
  const plain = typeText(value) ?? listText(value);
  if (plain === undefined && typeof value === "object" && value !== null) {
    for (const [key, v] of Object.entries(value)) flattenParameters(path ? `${path}_${key}` : key, v, into);
  } else {
    into.set(path, (plain ?? String(value)).replace(/[^A-Za-z0-9]+/g, "_").replace(/_$/, ""));
  }
  return into;
}

/** The members of a list of plain values; undefined for what is no such list. */
function listText(value: unknown): string | undefined {
  const isList = Array.isArray(value) && value.every((member) => typeof member !== "object");
  return isList ? value.map(String).join("_") : undefined;
}

const typeKinds = new Set(["bit", "uint", "sint", "fixed", "enum", "vec", "record", "stream"]);

/** `uint8` for uint(8), and so on; undefined for what is no type. */
function typeText(value: unknown): string | undefined {
  const isType = typeof value === "object" && value !== null && "kind" in value && typeKinds.has(String(value.kind));
  return isType ? typeName(value as PortType).replaceAll("(", "") : undefined;
}
