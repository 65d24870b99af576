import { z } from "zod";
import { nearestNames, UserError } from "./errors.ts";
import type { GeneratorSpec, ParameterMeta, ParameterRule } from "./spec.ts";

/** Where the parameters of a command come from; each source overrides those before it. */
export interface ParameterSources {
  /** A preset of the spec. */
  readonly preset?: string | undefined;
  /** The parsed contents of a configuration file, an object of parameters, and the file's name for messages. */
  readonly config?: { readonly value: unknown; readonly file: string } | undefined;
  /** "key=value" settings; the last one of a key wins. */
  readonly sets?: readonly string[] | undefined;
  /** An operation decides the rest: rules on parameters that will follow it are left to be checked then. */
  readonly operationFollows?: boolean | undefined;
}

export interface ResolvedParameters<P> {
  readonly parameters: P;
  /** The parameters that were set by hand: by a configuration file or a setting, not by a preset. */
  readonly explicit: ReadonlySet<string>;
  /** The parameters that a preset decided, and nothing by hand. */
  readonly fromPreset: ReadonlySet<string>;
}

/**
 * One parameter as `whittle list` shows it. `values` for words and where only some numbers serve, `min` and `max` (inclusive) for integers and for the elements
 * of a list, which has one to `length` of them.
 */
export interface ParameterDescription {
  readonly name: string;
  readonly default: number | string | boolean | readonly number[];
  readonly unit: string;
  readonly help: string;
  readonly min?: number;
  readonly max?: number;
  readonly length?: number;
  readonly values?: readonly (string | number | boolean)[];
}

export interface SpecDescription {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly ParameterDescription[];
  readonly presets: readonly { name: string; summary: string; parameters: Record<string, unknown> }[];
}

/**
 * The parameters of a generator: defaults < preset < configuration file < settings, checked against ranges and rules.
 * Throws `UserError`: unknown-preset, unknown-parameter, bad-setting, bad-config, parameter-out-of-range,
 * parameter-conflict.
 */
export function resolveParameters<P extends object>(
  spec: GeneratorSpec<P>,
  sources: ParameterSources = {},
): ResolvedParameters<P> {
  const given: Record<string, unknown> = {};
  const origin = new Map<string, string>();
  const explicit = new Set<string>();
  const take = (name: string, value: unknown, from: string, byHand: boolean) => {
    if (!Object.hasOwn(spec.schema.shape, name)) throw unknownParameter(spec, name, from);
    given[name] = value;
    origin.set(name, from);
    if (byHand) explicit.add(name);
  };

  for (const [name, value] of presetEntries(spec, sources.preset))
    take(name, value, `--preset ${sources.preset}`, false);
  for (const [name, value] of configEntries(sources.config))
    take(name, value, `${sources.config?.file}: $.${name}`, true);
  for (const setting of sources.sets ?? []) {
    const [name, text] = splitSetting(spec, setting);
    const list = isList(spec.schema.shape[name]);
    take(name, list ? text.split(",").map(settingValue) : settingValue(text), `--set ${setting}`, true);
  }

  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(spec.schema.shape)) {
    const value = isList(field) && typeof given[name] === "number" ? [given[name]] : given[name];
    const parsed = field.safeParse(value);
    if (!parsed.success) throw outOfRange(spec, name, given[name], origin.get(name) ?? name);
    fields[name] = parsed.data;
  }
  const parameters = withLayersByHand(spec, spec.schema.parse(fields), explicit);
  const open = sources.operationFollows ? (spec.fromOperation ?? []).filter((name) => !explicit.has(name)) : [];
  checkRules(spec, parameters, new Set(open));
  const preset = presetEntries(spec, sources.preset).map(([name]) => name);
  return { parameters, explicit, fromPreset: new Set(preset.filter((name) => !explicit.has(name))) };
}

/** Lists that were not set by hand with as many values as the longest that was. */
function withLayersByHand<P extends object>(spec: GeneratorSpec<P>, parameters: P, explicit: ReadonlySet<string>): P {
  const { layerLists = [] } = spec;
  const list = (name: keyof P) => parameters[name] as readonly number[];
  const layers = Math.max(1, ...layerLists.filter((name) => explicit.has(name)).map((name) => list(name).length));
  if (layers === 1) return parameters;
  const followers = layerLists.filter((name) => !explicit.has(name) && list(name).length > 1);
  const resized = followers.map((name) => {
    const values = list(name);
    return [name, Array.from({ length: layers }, (_, i) => values[Math.min(i, values.length - 1)])];
  });
  return { ...parameters, ...Object.fromEntries(resized) };
}

/** Throws parameter-conflict where a rule of the spec does not hold; rules on parameters that are still `open` are passed over. */
export function checkRules<P extends object>(
  spec: GeneratorSpec<P>,
  parameters: P,
  open: ReadonlySet<keyof P> = new Set(),
): void {
  const isOpen = ({ parameters: names }: ParameterRule<P>) => names.some((name) => open.has(name));
  const broken = spec.rules.find((rule) => !isOpen(rule) && !rule.holds(parameters));
  if (broken) throw conflict(spec, broken, parameters);
}

/** A spec as plain data, for listings and documentation. */
export function describeSpec<P extends object>(spec: GeneratorSpec<P>): SpecDescription {
  return {
    name: spec.name,
    summary: spec.summary,
    parameters: Object.keys(spec.schema.shape).map((name) => describeParameter(spec, name)),
    presets: Object.entries(spec.presets).map(([name, { summary, parameters }]) => ({
      name,
      summary,
      parameters: { ...parameters },
    })),
  };
}

function describeParameter<P extends object>(spec: GeneratorSpec<P>, name: string): ParameterDescription {
  const field = spec.schema.shape[name];
  const { default: preset, enum: words, type, items, maxItems, ...own } = z.toJSONSchema(field, { io: "input" });
  const { unit, help } = field.meta() as ParameterMeta;
  const values = type === "boolean" ? [false, true] : (words as (string | number)[] | undefined);
  const { minimum, maximum } = (items ?? own) as { minimum?: number; maximum?: number };
  const range = values ? { values } : { min: minimum as number, max: maximum as number };
  const length = maxItems === undefined ? {} : { length: maxItems };
  return { name, default: preset as ParameterDescription["default"], ...range, ...length, unit, help };
}

function rangeText({ values, min, max, length }: ParameterDescription): string {
  if (values) return `one of ${values.join(", ")}`;
  return length === undefined
    ? `an integer from ${min} to ${max}`
    : `1 to ${length} integers from ${min} to ${max}, with commas between`;
}

function isList(field: z.ZodType | undefined): boolean {
  return field instanceof z.ZodDefault && field.unwrap() instanceof z.ZodArray;
}

function presetEntries<P extends object>(spec: GeneratorSpec<P>, preset: string | undefined): [string, unknown][] {
  if (preset === undefined) return [];
  if (Object.hasOwn(spec.presets, preset)) return Object.entries(spec.presets[preset].parameters);
  const names = Object.keys(spec.presets);
  throw new UserError({
    code: "unknown-preset",
    message: `${spec.name} has no preset "${preset}"`,
    where: "--preset",
    expected: `one of ${names.join(", ")}`,
    found: preset,
    hint: `${didYouMean(preset, names)}"whittle list" shows all presets`,
  });
}

function configEntries(config: ParameterSources["config"]): [string, unknown][] {
  if (config === undefined) return [];
  if (typeof config.value === "object" && config.value !== null && !Array.isArray(config.value)) {
    return Object.entries(config.value);
  }
  throw new UserError({
    code: "bad-config",
    message: "a configuration file holds one JSON object of parameters",
    where: `${config.file}: $`,
    expected: 'an object such as {"width": 16}',
    found: typeName(config.value),
  });
}

function splitSetting<P extends object>(spec: GeneratorSpec<P>, setting: string): [string, string] {
  const at = setting.indexOf("=");
  if (at > 0) return [setting.slice(0, at).trim(), setting.slice(at + 1).trim()];
  throw new UserError({
    code: "bad-setting",
    message: `"${setting}" is no setting`,
    where: "--set",
    expected: `key=value, for example ${Object.keys(spec.schema.shape)[0]}=8`,
    found: setting,
  });
}

/** Numbers and truth values are what they look like; anything else stays a word and is judged by the schema. */
function settingValue(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$|^0x[0-9a-f]+$/i.test(text) ? Number(text) : text;
}

function unknownParameter<P extends object>(spec: GeneratorSpec<P>, name: string, from: string): UserError {
  const names = Object.keys(spec.schema.shape);
  return new UserError({
    code: "unknown-parameter",
    message: `${spec.name} has no parameter "${name}"`,
    where: from,
    expected: `one of ${names.join(", ")}`,
    found: name,
    hint: `${didYouMean(name, names)}"whittle list" shows all parameters`,
  });
}

function outOfRange<P extends object>(spec: GeneratorSpec<P>, name: string, value: unknown, from: string): UserError {
  const expected = rangeText(describeParameter(spec, name));
  const found = value === undefined ? "undefined" : JSON.stringify(value);
  return new UserError({
    code: "parameter-out-of-range",
    message: `${name} of ${spec.name} is ${found}; it must be ${expected}`,
    where: from,
    expected,
    found,
    hint: 'see "whittle list" for all ranges',
  });
}

function conflict<P extends object>(spec: GeneratorSpec<P>, rule: ParameterRule<P>, parameters: P): UserError {
  const values = rule.parameters.map((name) => `${name} = ${parameters[name]}`).join(", ");
  const others = rule.parameters.slice(1).join(" or ");
  return new UserError({
    code: "parameter-conflict",
    message: `${values} of ${spec.name} cannot be: ${rule.rule}`,
    where: rule.parameters[0],
    expected: rule.rule,
    found: values,
    hint: `change ${rule.parameters[0]}${others ? ` or ${others}` : ""}`,
  });
}

function didYouMean(word: string, names: readonly string[]): string {
  const near = nearestNames(word, names);
  return near.length > 0 ? `did you mean ${near.join(" or ")}? ` : "";
}

function typeName(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
