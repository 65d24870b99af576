/** What the page of errors knows of each code. */
import {
  type Builder,
  type Circuit,
  type Dut,
  defineModule,
  elaborate,
  type HdlErrorCode,
  type Inside,
  type Ports,
  type SimulateOptions,
  simulate,
} from "../../hdl/index.ts";

export interface ErrorExample {
  /** What the error says of the description. */
  readonly meaning: string;
  /** Raises the error. Its code is shown, so it stands in full. */
  example(): unknown;
}

/** Codes that a description can raise; "ir-invalid" is a fault of Whittle itself. */
export type ShownCode = Exclude<HdlErrorCode, "ir-invalid">;

export type ErrorExamples = Partial<Record<ShownCode, ErrorExample>>;

/** A module of these ports, elaborated. */
export function build<const D extends Ports>(ports: D, body: Body<D>): Circuit {
  return elaborate(described(ports, body), {});
}

/** A module of these ports, simulated. */
export function bench<const D extends Ports>(ports: D, body: Body<D>, options: SimulateOptions = {}): Dut<D> {
  return simulate(described(ports, body), {}, options);
}

type Body<D extends Ports> = (io: Inside<D>, m: Builder) => void;

function described<const D extends Ports>(ports: D, body: Body<D>) {
  return defineModule("example", (_: Record<string, never>) => ({ ports, build: body }));
}
