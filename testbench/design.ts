import {
  type Circuit,
  checkStreams,
  type EmittedVerilog,
  elaborate,
  emitVerilog,
  type ModuleDefinition,
  type Ports,
} from "../hdl/index.ts";
import type { DesignUnderTest } from "./simulation.ts";
import type { TypedDesign } from "./typed-design.ts";

/** A module with its parameters as a design that every engine can run; test benches are typed by its ports. */
export function designOf<P, D extends Ports>(
  definition: ModuleDefinition<P, D>,
  parameters: NoInfer<P>,
): TypedDesign<D>;
/** A circuit as a design that every engine can run; `emitted` is other Verilog of it, which has no checks where it was made without. */
export function designOf(circuit: Circuit, emitted?: EmittedVerilog): DesignUnderTest;
export function designOf<P>(
  made: Circuit | ModuleDefinition<P, Ports>,
  second?: EmittedVerilog | P,
): DesignUnderTest | TypedDesign {
  if ("modules" in made) return designOfCircuit(made, second as EmittedVerilog | undefined);
  const parameters = second as P;
  return { ...designOfCircuit(elaborate(made, parameters)), declared: made.describe(parameters).ports };
}

function designOfCircuit(
  circuit: Circuit,
  emitted: EmittedVerilog = emitVerilog(checkStreams(circuit, { fromPowerUp: true }), {
    blackBoxes: "modelled",
    properties: "for simulation",
  }),
): DesignUnderTest {
  const top = circuit.modules.at(-1);
  if (!top) throw new Error("a circuit has at least one module");
  const controls = (role: "clock" | "reset") => top.ports.filter((port) => port.role === role);
  const [clocks, resets] = [controls("clock"), controls("reset")];
  // Of several clocks a program sets each itself.
  const one = clocks.length < 2;
  const [clock, reset] = one ? [clocks[0]?.name, resets[0]?.name] : [];
  return {
    top: circuit.top,
    verilog: emitted.text,
    circuit,
    ports: top.ports
      .filter((port) => port.role === "data" || !one)
      .map(({ name, direction, width, signed }) => ({ name, direction, width, signed })),
    ...(one ? {} : { clocks: clocks.map(({ name }) => name) }),
    ...(clock === undefined ? {} : { clock }),
    ...(reset === undefined ? {} : { reset }),
  };
}
