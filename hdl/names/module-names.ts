/** What modules are called in the circuit: by their parameters, as far as these are not the top's. */

import { HdlError } from "../errors.ts";
import type { Circuit, Item, Module } from "../ir.ts";
import type { LazyPosition } from "../position.ts";
import { type PortType, typeName } from "../types.ts";
import { canonical } from "./canonical.ts";
import { refuseOwnName } from "./naming.ts";

/** A module whose name is still the key of its definition and parameters. */
export interface NamedEntry {
  readonly module: Module;
  readonly definition: unknown;
  /** Where it stands; of one from the library, where it is used. */
  readonly definedAt: LazyPosition;
  /** The name of the definition. */
  readonly name: string;
  readonly parameters: unknown;
}

/**
 * Final module names: the top has its bare name, every other one also what distinguishes its parameters from the top's, such
 * as `fifo_depth8_width16`. So a name follows from the module's own parameters and those of the whole, and from nothing else
 * in the circuit.
 */
export function renamed(entries: readonly NamedEntry[], topKey: string): Circuit {
  const names = new Map<string, string>();
  const used = new Map<string, NamedEntry>();
  const top = entries.find(({ module }) => module.name === topKey) as NamedEntry;
  const short = new Map(entries.map((entry) => [entry, nameOf(entry, entry === top ? entry : top)]));
  const sharers = (entry: NamedEntry) =>
    [...short].filter(([other, name]) => name === short.get(entry) && other.definition === entry.definition);
  for (const entry of entries) {
    // One leaves out what another says, and says as the top does: all that each of them says tells them apart.
    const name = entry !== top && sharers(entry).length > 1 ? nameOf(entry, undefined) : (short.get(entry) as string);
    const clash = used.get(name);
    if (clash !== undefined) throw sameName(name, entry, clash);
    used.set(name, entry);
    names.set(entry.module.name, name);
  }
  refuseForeignNames(used);
  const rename = (key: string) => names.get(key) as string;
  const renameItem = (item: Item): Item => (item.kind === "inst" ? { ...item, module: rename(item.module) } : item);
  const modules: Module[] = entries.map(({ module }) => ({
    ...module,
    name: rename(module.name),
    items: module.items.map(renameItem),
  }));
  // A module may be the top of another circuit, where it has its bare name.
  modules.forEach((module, i) => {
    for (const name of new Set([entries[i].name, module.name])) refuseOwnName(module, name, entries[i].definedAt);
  });
  return { top: rename(topKey), modules };
}

/** The name of a definition and what it is given otherwise than `other`. */
function nameOf(entry: NamedEntry, other: NamedEntry | undefined): string {
  return `${entry.name}${differences(entry, other)}`;
}

function sameName(name: string, { module, definition }: NamedEntry, earlier: NamedEntry): HdlError {
  const message = `Two different modules would be called "${name}".`;
  const hint =
    definition === earlier.definition
      ? "Give every instance the same set of parameters, also those that could be left out."
      : "Give the definitions distinct names.";
  const used = { role: "earlier", what: `"${name}"`, at: earlier.module.at };
  return new HdlError({ code: "duplicate-name", message, hint }, module.at, [used]);
}

/** An instance of foreign Verilog prints its name, which nothing in the text may have. */
function refuseForeignNames(used: ReadonlyMap<string, NamedEntry>): void {
  for (const { module, name: box } of used.values()) {
    const own = module.external && used.get(module.external.module);
    if (!own || own.module.external) continue;
    const name = (module.external as { module: string }).module;
    const message = `The module "${name}" has the name of the foreign module behind "${box}".`;
    const hint = `Call it otherwise, such as "${name}_wrapper": an instance of "${name}" must mean the foreign one.`;
    const foreign = { role: "foreign", what: `"${name}"`, at: module.at };
    throw new HdlError({ code: "duplicate-name", message, hint }, own.module.at, [foreign]);
  }
}

/** Nobody reads a longer suffix. */
const readableSuffix = 40;

/**
 * The parameters of one that the other has not, or with another value, as a suffix; of many the first, and a number for all; beside
 * a number members of a list of objects, such as the registers of a map, are left out, as one of them says little of the whole. A number also follows what reads the same for another value, such as "a_b", which may be "a b", or 1, which may be "1".
 */
function differences(entry: NamedEntry, other: NamedEntry | undefined): string {
  const [own, others] = [entry, other].map((one) => flattenParameters([], one?.parameters));
  const differing = [...own]
    .filter(([key, { exact }]) => others.get(key)?.exact !== exact)
    .sort(([, { path: a }], [, { path: b }]) => (a < b ? -1 : 1));
  const parts = differing.map(([, { path, text }]) => `_${path}${text}`);
  const whole = parts.join("");
  const lossy = differing.some(([, { lossy }]) => lossy);
  if (!lossy && whole.length <= readableSuffix) return whole;
  const exact = differing.map(([key, value]) => `${key}:${value.exact}`).join();
  const number = `_${fingerprint(lossy ? exact : whole)}`;
  let shown = "";
  differing.forEach(([, { listed }], i) => {
    if (!listed && shown.length + parts[i].length + number.length <= readableSuffix) shown += parts[i];
  });
  return `${shown}${number}`;
}

/** Seven letters and digits that follow from the text (FNV-1a, 32 bits). */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(36).padStart(7, "0");
}

/** A plain value in the parameters, as part of a name; `lossy` where another value may read the same. */
interface NamePart {
  readonly path: string;
  readonly text: string;
  readonly exact: string;
  readonly lossy: boolean;
  /** It stands in a list. */
  readonly listed: boolean;
}

/** Every plain value in the parameters, by its keys. */
function flattenParameters(
  keys: readonly string[],
  value: unknown,
  into = new Map<string, NamePart>(),
  listed = false,
) {
  if (value === undefined) return into;
  // No parameters at all need no name.
  if (keys.length === 0 && canonical(value) === "{}") return into;
  const plain = typeText(value) ?? listText(value);
  if (plain === undefined && typeof value === "object" && value !== null && Object.keys(value).length > 0) {
    const inList = listed || Array.isArray(value);
    for (const [key, inner] of Object.entries(value)) flattenParameters([...keys, key], inner, into, inList);
    return into;
  }
  const path = keys.join("_");
  const text = (plain ?? (typeof value === "object" ? "none" : String(value)))
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/_$/, "");
  // A key with an underscore may be two keys, and a digit at its end may belong to the value.
  const clearKeys = !keys.some((key) => /[^A-Za-z0-9]/.test(key)) && !(/\d$/.test(path) && /^\d/.test(text));
  const lossy = !(clearKeys && readsAsItself(value));
  const readable = path.replace(/[^A-Za-z0-9]+/g, "_");
  into.set(JSON.stringify(keys), { path: readable, text, exact: canonical(value), lossy, listed });
  return into;
}

/** True for what no other value of a parameter reads like: numbers from 0 up, words, widths, lists of numbers but of one. */
function readsAsItself(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && value >= 0;
  if (typeof value === "boolean") return true;
  if (typeof value === "string") return /^[A-Za-z]+$/.test(value) && !["true", "false", "bit", "none"].includes(value);
  if (Array.isArray(value)) return value.length !== 1 && value.every((v) => typeof v === "number" && readsAsItself(v));
  return /^(bit|(uint|sint)\d+|fixed\d+, \d+\))$/.test((typeText(value) ?? "").replace(/^((uint|sint)\d+)\)$/, "$1"));
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
