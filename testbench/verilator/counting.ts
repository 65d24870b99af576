/** What a model counts on its way, from its files into a database. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Coverage } from "../../hdl/index.ts";
import { temporaryFolder } from "../../platform/temporary.ts";
import { UserError } from "../../sw-model/errors.ts";
import { armsOf, CoverageDatabase } from "../coverage/database.ts";
import { coverageSource } from "../coverage/source.ts";
import { readVerilatorData } from "../coverage/verilator-data.ts";
import { propertyCounts, verilogCoverage } from "../coverage/verilog.ts";
import type { DesignUnderTest } from "../simulation.ts";

/** The counting of one simulation. */
interface Counting {
  /** The design to build in place of the one that is asked for. */
  readonly design: DesignUnderTest;
  /** Where the model writes what it counted. */
  readonly file: string;
  /** Adds it to the database, once the model is gone. A model that failed need not have written it. */
  readonly read: (failed: boolean) => Promise<void>;
  readonly discard: () => Promise<void>;
}

/** Makes room for what a simulation of the design counts. */
export async function countingIn(
  coverage: Coverage | CoverageDatabase,
  design: DesignUnderTest,
  checks: boolean,
): Promise<Counting> {
  const source = coverageSource(design, checks);
  const folder = await temporaryFolder(join(tmpdir(), `whittle-coverage-${randomBytes(8).toString("hex")}`));
  const file = join(folder.path, "coverage.dat");
  const points = async (path: string) => readVerilatorData(await readFile(path, "utf8"), path);
  const read = async (failed: boolean) => {
    try {
      if (!existsSync(file)) {
        if (failed) return;
        throw lost(design.top, file);
      }
      const [all, inReset] = await Promise.all([points(file), points(`${file}.reset`)]);
      if (source.made) armsOf(coverage).add(source.made.circuit, propertyCounts(source.made, { all, inReset }));
      if (!(coverage instanceof CoverageDatabase)) return;
      coverage.begin();
      coverage.addVerilog(verilogCoverage(source, { all, inReset }));
    } catch (error) {
      // A model that was ended may have been so in the middle of writing.
      if (!failed || !(error instanceof UserError)) throw error;
    } finally {
      await folder.remove();
    }
  };
  return { design: source.design, file, read, discard: folder.remove };
}

function lost(top: string, file: string): UserError {
  return new UserError(
    {
      code: "coverage-lost",
      message: `the model of ${top} has not written what it covered`,
      where: file,
      expected: "a place for temporary files that can be written",
      found: "no file",
      hint: "look whether the disk is full; TMPDIR chooses another place",
    },
    1,
  );
}
