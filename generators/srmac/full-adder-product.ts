import { concat, defineModule, fixedValue, input, output, sint, uint } from "../../hdl/index.ts";
import { counterSum } from "../popcount/counter.ts";
import { Heap } from "../popcount/heap.ts";
import { Stages } from "../popcount/stages.ts";

/**
 * The exact product by single-bit products and full adders (Baugh and Wooley 1973): those with one sign bit count negative, and
 * stand inverted, with 2^(aWidth - 1) + 2^(bWidth - 1) + 2^(aWidth + bWidth - 1) beside them. The earliest bits of a weight are added first.
 */
export const fullAdderProduct = defineModule(
  "full_adder_product",
  ({ aWidth, bWidth }: { readonly aWidth: number; readonly bWidth: number }) => ({
    summary: `Product of ${aWidth} by ${bWidth} bits, signed, by full adders.`,
    ports: { a: input(sint(aWidth)), b: input(sint(bWidth)), product: output(sint(aWidth + bWidth)) },
    build({ a, b, product }, m) {
      const heap = new Heap(aWidth + bWidth);
      const terms = [fixedValue(uint(1), 1).bit(0)];
      const beside = 2n ** BigInt(aWidth - 1) + 2n ** BigInt(bWidth - 1) + 2n ** BigInt(heap.weights - 1);
      for (let weight = 0; weight < heap.weights; weight++) {
        if ((beside >> BigInt(weight)) & 1n) heap.put({ weight, level: 0, index: 0 });
      }
      for (let i = 0; i < aWidth; i++) {
        for (let j = 0; j < bWidth; j++) {
          const both = m.node(`a${i}_b${j}`, a.bit(i).and(b.bit(j)));
          heap.put({ weight: i + j, level: 0, index: terms.length });
          terms.push((i === aWidth - 1) === (j === bWidth - 1) ? both : both.not());
        }
      }
      for (let weight = 0; weight < heap.weights; weight++) {
        while (heap.height(weight) > 1) heap.count(weight, { group: heap.take(weight, 3) });
      }
      const plan = heap.plan();
      const stages = new Stages(m, plan, undefined);
      stages.start(["terms", m.node("terms", concat(...terms.toReversed()))]);
      plan.counters.forEach((counter, i) => {
        const name = `weight${counter.weight}_${i}`;
        stages.put(i, name, counterSum(m, name, counter, stages, 0), 0);
      });
      product.set(stages.number(plan.digits, 0).asSint());
    },
  }),
);
