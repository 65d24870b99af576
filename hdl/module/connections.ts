/** What instances and black boxes name of the ports of a module. */
import { HdlError } from "../errors.ts";
import type { Port } from "../ir.ts";
import { refuse } from "../messages/problems.ts";
import type { ExternalSource, Ports } from "../ports.ts";
import type { LazyPosition } from "../position.ts";
import { controlName } from "./controls.ts";

/** Refuses connections of inputs that there are not, and inputs without one. */
export function checkConnections(module: string, ports: Ports, given: Record<string, unknown>, at: LazyPosition): void {
  const isInput = (port: string) => Object.hasOwn(ports, port) && ports[port].direction === "input";
  const named = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
  const unknown = Object.keys(given).filter((port) => !isInput(port));
  if (unknown.length > 0) {
    const inputs = Object.keys(ports).filter(isInput);
    const message = `"${module}" has no input ${named(unknown)}.`;
    refuse(() => new HdlError({ code: "unknown-port", message, expected: `one of ${inputs.join(", ")}` }, at));
  }
  const missing = Object.keys(ports).filter((port) => given[port] === undefined && isInput(port));
  if (missing.length > 0 && unknown.length === 0) {
    const message = `The instance of "${module}" leaves ${named(missing)} unconnected.`;
    const declared = missing.map((port) => ({ role: "port", what: `"${port}"`, at: ports[port].at }));
    const details = { code: "missing-connection", message, expected: "a value for every input" } as const;
    refuse(() => new HdlError(details, at, declared));
  }
}

/** A pin for a port that there is not would be left open. */
export function refuseUnknownPins(
  module: string,
  { pins }: ExternalSource,
  ports: readonly Port[],
  at: LazyPosition,
): void {
  const names = ports.map(({ name }) => name);
  for (const port of Object.keys(pins).filter((one) => !names.includes(one))) {
    const message = `The black box "${module}" has no port "${port}", for which it names the pin "${pins[port]}".`;
    const hint = controlName.test(port)
      ? "A clock or a reset is there where the model uses it; without a model, where `controls` lists it."
      : "Name pins by ports, and those of a record, a vec or a stream by their nets, such as `<port>_valid`.";
    const declared = ports.slice(0, 1).map((one) => ({ role: "ports", what: "declared", at: one.at }));
    refuse(
      () => new HdlError({ code: "unknown-port", message, expected: `one of ${names.join(", ")}`, hint }, at, declared),
    );
  }
}
