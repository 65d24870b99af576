/** Nets deep in a design made visible at its top, for a monitor which watches them. */
import { reference } from "../../hdl/expression.ts";
import type { Circuit, Module as CircuitModule, Expression, Inst, Item, Port, Wire } from "../../hdl/ir.ts";

interface Net {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
}

/** Nets of modules, by the name of the module. */
export type NetsByModule = ReadonlyMap<string, readonly string[]>;

/**
 * The circuit in which every instance of the named modules shows the named nets at the top. There each is a net of its path with
 * "_" between the parts; `seen` gives one by its path. Nothing else changes.
 */
export function exposed(
  circuit: Circuit,
  nets: NetsByModule,
): { circuit: Circuit; seen: (path: string) => Expression } {
  const shown = new Map<string, readonly Net[]>();
  const modules = circuit.modules.map((module): CircuitModule => {
    const own = (nets.get(module.name) ?? []).map((name) => netOf(module, name));
    const ofInstances = module.items.flatMap((item) => (item.kind === "inst" ? netsOf(item, shown) : []));
    const all = [...own, ...ofInstances];
    shown.set(module.name, all);
    if (all.length === 0) return module;
    const items = module.items.map((item) => (item.kind === "inst" ? withOutputs(item, shown) : item));
    if (module.name === circuit.top) return { ...module, items };
    return {
      ...module,
      ports: [...module.ports, ...all.map(portOf(module))],
      items: [...items, ...all.map(drive(module))],
    };
  });
  const top = modules[modules.length - 1];
  const seen = (path: string): Expression => {
    const net = shown.get(circuit.top)?.find(({ name }) => name === path.replaceAll(".", "_"));
    if (!net) throw new Error(`no net ${path} is exposed`);
    return reference(net.name, net.width, net.signed, top.at);
  };
  return { circuit: { ...circuit, modules }, seen };
}

const portName = (net: string) => `seen_${net}`;

function netOf({ name: module, items, ports }: CircuitModule, name: string): Net {
  const item = items.find((one) => "width" in one && one.name === name) ?? ports.find((port) => port.name === name);
  if (!item || !("width" in item)) throw new Error(`module ${module} has no net ${name}`);
  return { name, width: item.width, signed: "signed" in item && item.signed };
}

const netsOf = ({ name, module }: Inst, shown: ReadonlyMap<string, readonly Net[]>): Net[] =>
  (shown.get(module) ?? []).map((net) => ({ ...net, name: `${name}_${net.name}` }));

function withOutputs(inst: Inst, shown: ReadonlyMap<string, readonly Net[]>): Inst {
  const more = (shown.get(inst.module) ?? []).map(({ name, width, signed }) => ({
    port: portName(name),
    net: `${inst.name}_${name}`,
    width,
    signed,
  }));
  return { ...inst, outputs: [...inst.outputs, ...more] };
}

const portOf =
  ({ at }: CircuitModule) =>
  ({ name, width, signed }: Net): Port => ({
    name: portName(name),
    direction: "output",
    role: "data",
    width,
    signed,
    at,
  });

const drive =
  ({ at }: CircuitModule) =>
  ({ name, width, signed }: Net): Wire => ({
    kind: "wire",
    name: portName(name),
    output: true,
    width,
    signed,
    value: reference(name, width, signed, at),
    at,
  });

/** The circuit with an instance of the top of another one, whose inputs are the given expressions of its nets. */
export function monitored(
  circuit: Circuit,
  monitor: Circuit,
  inputs: readonly { readonly port: string; readonly value: Expression }[],
): Circuit {
  const top = circuit.modules[circuit.modules.length - 1];
  const own = monitor.modules[monitor.modules.length - 1];
  const controls = own.ports.filter(({ role }) => role !== "data").map(({ name }) => ({ port: name, net: name }));
  const item: Item = {
    ...{ kind: "inst", name: "monitor", module: monitor.top, inputs, outputs: [], controls },
    ...{ domains: [{ child: "", parent: "" }], at: top.at },
  };
  return {
    ...circuit,
    modules: [...circuit.modules.slice(0, -1), ...monitor.modules, { ...top, items: [...top.items, item] }],
  };
}
