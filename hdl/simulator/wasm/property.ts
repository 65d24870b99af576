/** Code that looks at properties. */
import { op } from "./binary.ts";
import type { Generator } from "./generator.ts";

/** Counts where a property has something to tell; `failure` is set where one failed. */
export function checkProperty(g: Generator, index: number, failure: number): void {
  const { body } = g;
  const { scope, property } = g.shared.design.properties[index];
  const { condition, enable, reset } = property;
  const count = g.shared.places.counts[index];
  g.push(condition, scope);
  if (property.property !== "cover") body.emit(op.i32Eqz);
  if (enable) {
    g.push(enable, scope);
    body.typed("and", "i32");
  }
  if (reset !== undefined) {
    g.pushNet(scope.net(reset));
    body.emit(op.i32Eqz);
    body.typed("and", "i32");
  }
  g.branch(() => {
    g.store(op.i32Store, count, () => {
      g.load(op.i32Load, count);
      body.constant("i32", 1);
      body.typed("add", "i32");
    });
    if (property.property !== "cover") g.store(op.i32Store, failure, () => body.constant("i32", 1));
  });
}
