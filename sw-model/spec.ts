import { z } from "zod";

/** Presets and parameters of one generator, described once and used by the command line, the documentation and the RTL. */
export interface GeneratorSpec<P extends object> {
  /** The name on the command line, e.g. "eie". */
  readonly name: string;
  /** One line for `whittle list`. */
  readonly summary: string;
  /** A zod object whose every field carries a default, its range, and `.meta({ unit, help })`. */
  readonly schema: z.ZodType<P> & { readonly shape: Readonly<Record<string, z.ZodType>> };
  /**
   * Lists with a value a layer. Where some are set by hand, the others are cut to as many layers, or their last value is
   * repeated; a single value serves any number of layers.
   */
  readonly layerLists?: readonly (keyof P & string)[];
  /** Parameters that follow the operation that runs, where they are not set by hand. */
  readonly fromOperation?: readonly (keyof P & string)[];
  /** Rules that involve several parameters; each returns an error or undefined. */
  readonly rules: readonly ParameterRule<P>[];
  /** Named parameter sets. */
  readonly presets: Readonly<Record<string, { readonly summary: string; readonly parameters: Partial<P> }>>;
}

export interface ParameterRule<P> {
  /** The parameters that the rule involves; the first is the one blamed. */
  readonly parameters: readonly (keyof P & string)[];
  /** The rule as a sentence, e.g. "dropBits is below accWidth". */
  readonly rule: string;
  holds(parameters: P): boolean;
}

/** What a parameter is, for people: its unit ("bit", "entry", ...; "" where it has none) and one line of help. */
export interface ParameterMeta extends Record<string, unknown> {
  readonly unit: string;
  readonly help: string;
}

/** An integer parameter with an inclusive range and a default. */
export function integer(range: { min: number; max: number; default: number }, meta: ParameterMeta) {
  return z.int().min(range.min).max(range.max).default(range.default).meta(meta);
}

/**
 * A parameter that is a list of integers, each in the inclusive range, of one to `most` values, such as one a layer. On the
 * command line `16,16,10`; a single number is a list of one.
 */
export function integers(
  { min, max, most, default: preset }: { min: number; max: number; most: number; default: readonly number[] },
  meta: ParameterMeta,
) {
  return z
    .array(z.int().min(min).max(max))
    .min(1)
    .max(most)
    .default(() => [...preset])
    .meta(meta);
}

/** A parameter that takes one of a few words; the default is one of them. */
export function choice<const T extends string>(values: readonly T[], preset: NoInfer<T>, meta: ParameterMeta) {
  return z
    .enum(values)
    .default(() => preset as z.core.util.NoUndefined<T>)
    .meta(meta);
}

/** A parameter that takes one of a few numbers; the default is one of them. */
export function oneOf<const T extends number>(values: readonly T[], preset: NoInfer<T>, meta: ParameterMeta) {
  return z
    .literal(values)
    .default(() => preset as z.core.util.NoUndefined<T>)
    .meta(meta);
}
