import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that build a model of every generator go first: begun last, one would keep a single processor busy for minutes. */
class BuildersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const builds = ({ moduleId }: TestSpecification) => moduleId.endsWith("/catalog/crosscheck.test.ts");
    return [...sorted.filter(builds), ...sorted.filter((file) => !builds(file))];
  }
}

export default defineConfig({
  test: {
    include: ["{hdl,generators,sw-model,platform,testbench,synth,catalog,cli,fuzz,bench,examples}/**/*.test.ts"],
    // Hardware builds and simulations run for seconds; nothing here measures time, so the limit is only a guard against a hang.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    globalSetup: "./vitest.setup.ts",
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: BuildersFirst },
  },
});
