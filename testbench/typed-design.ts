import type { DataType, InputPort, OutputPort, Ports } from "../hdl/index.ts";
import { leaves } from "../hdl/index.ts";
import { UserError } from "../sw-model/errors.ts";
import type { DesignUnderTest, PortDescription } from "./simulation.ts";

/** A design whose ports are known as those of a module of the language, so that a test bench can be typed by them. */
export interface TypedDesign<D extends Ports = Ports> extends DesignUnderTest {
  readonly declared?: D;
}

/** The ports in Verilog that a declaration stands for. */
export function verilogPorts(declared: Ports): PortDescription[] {
  return Object.entries(declared).flatMap(([name, { direction, type }]: [string, InputPort | OutputPort]) => {
    const leavesOf = (prefix: string, data: DataType, way: PortDescription["direction"]) =>
      leaves(prefix, data).map((leaf): PortDescription => {
        const { width } = leaf.type;
        const signed = leaf.type.kind === "sint" || leaf.type.kind === "fixed";
        return { name: leaf.name, direction: way, width, signed };
      });
    if (type.kind !== "stream") return leavesOf(name, type, direction);
    const back = direction === "input" ? "output" : "input";
    return [
      { name: `${name}_valid`, direction, width: 1, signed: false },
      { name: `${name}_ready`, direction: back, width: 1, signed: false } as const,
      ...leavesOf(`${name}_data`, type.data, direction),
    ];
  });
}

/** An error unless the design has just the ports that a declaration stands for. */
export function refuseOtherPorts(design: DesignUnderTest, declared: Ports): void {
  const spell = ({ name, direction, width, signed }: PortDescription) =>
    `${direction} ${signed ? "signed " : ""}${width === 1 ? "" : `[${width - 1}:0] `}${name}`;
  const [wanted, have] = [verilogPorts(declared), design.ports].map((ports) => ports.map(spell));
  const [missing, more] = [
    wanted.filter((port) => !have.includes(port)),
    have.filter((port) => !wanted.includes(port)),
  ];
  if (missing.length === 0 && more.length === 0) return;
  throw new UserError({
    code: "ports-differ",
    message: `the ports of ${design.top} differ from their declaration`,
    where: design.top,
    expected: missing.length === 0 ? "no other port" : missing.join(", "),
    found: more.length === 0 ? "no such port" : more.join(", "),
  });
}
