import type { z } from "zod";

/** Presets and parameters of one generator, described once and used by the command line, the documentation and the RTL. */
export interface GeneratorSpec<P extends object> {
  /** The name on the command line, e.g. "eie". */
  readonly name: string;
  /** One line for `whittle list`. */
  readonly summary: string;
  /** A zod object whose every field carries a default, its range, and `.meta({ unit, help })`. */
  readonly schema: z.ZodType<P> & { readonly shape: Record<string, z.ZodType> };
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
