/** How a build adds to its module: names, of which each stands once, and items. */
import { HdlError } from "../errors.ts";
import type { Item } from "../ir.ts";
import { refuse } from "../messages/problems.ts";
import { checkName } from "../names/naming.ts";
import type { LazyPosition } from "../position.ts";
import type { Contents } from "./contents.ts";
import { controlName } from "./controls.ts";
import { refuseWhenClosed } from "./running.ts";

/** Takes a name for a thing of this kind; refused where it cannot stand in Verilog, is a clock's or is taken. */
export function declare(contents: Contents, kind: string, name: string, at: LazyPosition): void {
  refuseWhenClosed(contents, name, at);
  checkName(kind, name, at);
  const [, , control] = controlName.exec(name) ?? [];
  if (control) {
    const message = `"${name}" cannot name ${/^[aio]/.test(kind) ? "an" : "a"} ${kind}.`;
    const expected = `a name that is not ${control} and does not end in _${control}`;
    const hint = "Such names are left to the clocks and resets, which modules and domains bring by themselves.";
    refuse(() => new HdlError({ code: "illegal-name", message, expected, hint }, at));
    return;
  }
  const earlier = contents.names.get(name);
  if (earlier) {
    const message = `The name "${name}" is used twice in one module.`;
    const hint = "Bundles make nets named <name>_<field>; instances make nets named <instance>_<port>.";
    const involved = [{ role: "earlier", what: `"${name}"`, at: earlier }];
    refuse(() => new HdlError({ code: "duplicate-name", message, hint }, at, involved));
    return;
  }
  contents.names.set(name, at);
}

/** Adds an item at this place of the module. */
export function add(contents: Contents, item: Item): void {
  if (item.kind === "memWrite") refuseWhenClosed(contents, `a write port of ${item.memory}`, item.at);
  if (item.kind === "memWrite" || item.kind === "property") contents.statements.note(item.at);
  contents.items.push({ order: contents.order++, item });
}
