import { describe, expect, it } from "vitest";
import { elaborate, Simulator } from "../../hdl/index.ts";
import { arrayTraffic, macTraffic, started } from "../traffic.ts";
import { array } from "./array.ts";
import { mac } from "./mac.ts";

// The hashes come from hand-written Verilog of the same designs under a C++ harness on Verilator.
describe("the designs for measuring give the hashes of their hand-written counterparts", () => {
  it("multiply-accumulate, 20,000 cycles", () => {
    const simulator = started(new Simulator(elaborate(mac, {})), macTraffic);
    expect(macTraffic.run(simulator, 20_000)).toBe("760bfaf1");
  });

  it.each([
    [500, "eb268d8b"],
    [5_000, "caffa9ce"],
    [20_000, "7c8c5566"],
  ])("array of 64, %i cycles", (cycles, hash) => {
    const simulator = started(new Simulator(elaborate(array, { elements: 64 })), arrayTraffic);
    expect(arrayTraffic.run(simulator, cycles)).toBe(hash);
  });
});
