import { expect, it } from "vitest";
import { designOf } from "../../testbench/index.ts";
import { describeHardware } from "../../testbench/vitest.ts";
import { mac } from "../mac.ts";

describeHardware("multiply and accumulate", designOf(mac, { width: 8, accWidth: 32 }), ({ run }) => {
  it("sums products", () =>
    run(async (task) => {
      task.in.enable = true;
      task.in.a = -3;
      task.in.b = 5;
      await task.cycles(4);
      expect(await task.peek("sum")).toEqualBits(-60, 32);
    }));
});
