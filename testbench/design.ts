import { type Circuit, type EmittedVerilog, emitVerilog } from "../hdl/index.ts";
import type { DesignUnderTest } from "./simulation.ts";

/** A circuit as a design that every engine can run. */
export function designOf(circuit: Circuit, emitted: EmittedVerilog = emitVerilog(circuit)): DesignUnderTest {
  const top = circuit.modules.at(-1);
  if (!top) throw new Error("a circuit has at least one module");
  const named = (role: "clock" | "reset") => top.ports.find((port) => port.role === role)?.name;
  const clock = named("clock");
  const reset = named("reset");
  return {
    top: circuit.top,
    verilog: emitted.text,
    circuit,
    ports: top.ports
      .filter((port) => port.role === "data")
      .map(({ name, direction, width, signed }) => ({ name, direction, width, signed })),
    ...(clock === undefined ? {} : { clock }),
    ...(reset === undefined ? {} : { reset }),
  };
}
