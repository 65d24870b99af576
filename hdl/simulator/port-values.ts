/** What a test bench writes to and reads from the ports of a module, as TypeScript types. */
import type { FixedLiteral } from "../numbers/fixed-literal.ts";
import type { InputPort, OutputPort, Ports } from "../ports.ts";
import type {
  BitType,
  EnumType,
  FixedType,
  RecordType,
  SIntType,
  StreamType,
  UIntType,
  UnknownLength,
  VecType,
} from "../types.ts";

/** The elements of a vec on the input side: each can be set, and so can all at once, by an array. */
export interface InputElements<T> {
  [index: number]: T;
  readonly length: number;
}

/** The same where the type checker knows the length: all at once by a list of that length, or by an array. */
export type InputList<T, N extends number> =
  | (InputElements<T> & { 0: T; readonly length: N })
  | (InputElements<T> & { readonly length: UnknownLength });

/** What may be written to an input of type `T`. */
export type InputValue<T> = T extends BitType
  ? boolean | 0 | 1
  : T extends UIntType | SIntType
    ? number | bigint
    : T extends FixedType
      ? FixedLiteral
      : T extends EnumType<infer V>
        ? V
        : T extends RecordType<infer F>
          ? { -readonly [K in keyof F]: InputValue<F[K]> }
          : T extends VecType<infer E, infer N>
            ? 0 extends 1 & N
              ? InputElements<InputValue<E>>
              : InputList<InputValue<E>, N>
            : never;

// biome-ignore format: a range of numbers
type UpTo32 = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16
  | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30 | 31 | 32;

/** A number up to 32 bits, a bigint above; either where the type checker does not know the width. */
export type NumberOf<W> = 0 extends 1 & W ? number | bigint : W extends UpTo32 ? number : bigint;

/** What an output of type `T` reads as. */
export type OutputValue<T> = T extends BitType
  ? boolean
  : T extends UIntType<infer W> | SIntType<infer W>
    ? NumberOf<W>
    : T extends FixedType
      ? number
      : T extends EnumType<infer V>
        ? V
        : T extends RecordType<infer F>
          ? { readonly [K in keyof F]: OutputValue<F[K]> }
          : T extends VecType<infer E, infer N>
            ? 0 extends 1 & N
              ? readonly OutputValue<E>[]
              : readonly OutputValue<E>[] & { readonly 0: OutputValue<E>; readonly length: N }
            : never;

type Streams<D extends Ports> = { [K in keyof D]: D[K] extends { type: StreamType } ? K : never }[keyof D];
type Inputs<D extends Ports> = { [K in keyof D]: D[K] extends InputPort ? K : never }[keyof D];
type Outputs<D extends Ports> = { [K in keyof D]: D[K] extends OutputPort ? K : never }[keyof D];

/** Everything that the test bench drives: the inputs; `valid` and `data` of input streams, `ready` of output streams. */
export type DutInputs<D extends Ports> = {
  -readonly [K in Inputs<D> | Streams<D>]: D[K] extends InputPort<infer T>
    ? T extends StreamType<infer S>
      ? { valid: boolean | 0 | 1; data: InputValue<S> }
      : InputValue<T>
    : { ready: boolean | 0 | 1 };
};

/** Everything that the module drives: the outputs; `valid` and `data` of output streams, `ready` of input streams. */
export type DutOutputs<D extends Ports> = {
  readonly [K in Outputs<D> | Streams<D>]: D[K] extends OutputPort<infer T>
    ? T extends StreamType<infer S>
      ? { readonly valid: boolean; readonly data: OutputValue<S> }
      : OutputValue<T>
    : { readonly ready: boolean };
};
