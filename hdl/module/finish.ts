/** The module that a build has made: its ports with clocks and resets, its streams and its items in the order of the source. */
import type { Item, Module, Port } from "../ir.ts";
import type { ExternalSource } from "../ports.ts";
import type { LazyPosition } from "../position.ts";
import { refuseUnknownPins } from "./connections.ts";
import type { Contents } from "./contents.ts";
import { clockOf, resetOf } from "./controls.ts";
import { checkExternal } from "./external-checks.ts";
import { resolveTargets } from "./resolve-targets.ts";

/** Ends the build and resolves all its assignments. A build that had problems (not `sound`) is not checked any further. */
export function finish(
  contents: Contents,
  name: string,
  summary: string,
  at: LazyPosition,
  sound: boolean,
  external?: ExternalSource,
): Module {
  const { clocked, resets } = contents;
  contents.closed = true;
  if (external?.controls.includes("clock")) clocked.add("");
  if (external?.controls.includes("reset")) resets.add("");
  if (external && !external.modelled) contents.targets.clear();
  if (sound) resolveTargets(contents, name, external !== undefined);
  const resetOfClock = new Map([...resets].map((domain) => [clockOf(domain), resetOf(domain)]));
  const guarded = (item: Item): Item => {
    const reset = item.kind === "property" ? resetOfClock.get(item.clock) : undefined;
    return reset === undefined ? item : ({ ...item, reset } as Item);
  };
  const ports = [...controlPorts(contents, at), ...contents.ports];
  if (external) {
    refuseUnknownPins(name, external, ports, at);
    checkExternal(name, external, ports, at);
  }
  return {
    name,
    summary,
    ports,
    streams: contents.streams,
    arms: contents.statements.arms,
    ...(external ? { external } : {}),
    items: contents.items.sort((a, b) => a.order - b.order).map(({ item }) => guarded(item)),
    at,
  };
}

/** A clock for each domain with something clocked, and its reset where something is reset. */
function controlPorts({ clocked, resets }: Contents, at: LazyPosition): Port[] {
  const control = (name: string, role: "clock" | "reset", domain: string): Port => ({
    ...{ name, direction: "input", role, width: 1, signed: false, at },
    ...(domain === "" ? {} : { domain }),
  });
  return [...clocked]
    .sort()
    .flatMap((domain) => [
      control(clockOf(domain), "clock", domain),
      ...(resets.has(domain) ? [control(resetOf(domain), "reset", domain)] : []),
    ]);
}
