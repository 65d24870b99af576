import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{hdl,generators,sw-model,platform,testbench,synth,catalog,cli,fuzz,bench,examples}/**/*.test.ts"],
    // Hardware builds and simulations run for seconds; nothing here measures time, so the limit is only a guard against a hang.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    globalSetup: "./vitest.setup.ts",
    pool: "forks",
    maxWorkers: 2,
  },
});
