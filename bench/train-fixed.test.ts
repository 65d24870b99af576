import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../platform/package-root.ts";
import { parseCurve } from "../sw-model/limited/curve.ts";

const program = join(packageRoot(), "dist", "bench", "train-fixed.js");
const folder = mkdtempSync(join(tmpdir(), "train-fixed-"));

const argumentsFor = (into: string, epochs: number) => [
  ...[program, "--numbers", "float", "--threads", "1"],
  ...["--epochs", `${epochs}`, "--into", join(folder, into)],
];
const pointsOf = (into: string) => {
  const { points } = parseCurve(JSON.parse(readFileSync(join(folder, into, "small", "float.json"), "utf8")));
  return points.map(({ epoch, loss, testError }) => ({ epoch, loss, testError }));
};

describe("train-fixed", () => {
  it("ends at Ctrl-C within a second, keeps whole epochs, and goes on from there", async () => {
    const child = spawn(process.execPath, argumentsFor("stopped", 1000), { stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    child.stderr.on("data", (chunk) => {
      text += chunk;
      if (text.includes("epoch 1 of")) child.kill("SIGINT");
    });
    const [code] = await once(child, "exit");
    expect(code).toBe(130);
    expect(readdirSync(join(folder, "stopped", "small")).sort()).toEqual(["float.checkpoint.json", "float.json"]);
    const done = pointsOf("stopped").length;
    const epochs = done + 1;
    const rest = spawnSync(process.execPath, argumentsFor("stopped", epochs), { encoding: "utf8" });
    expect(rest.stderr).toMatch(new RegExp(`^float: epoch ${epochs} of ${epochs},`));
    spawnSync(process.execPath, argumentsFor("straight", epochs));
    expect(pointsOf("stopped")).toEqual(pointsOf("straight"));
    expect(readFileSync(join(folder, "stopped", "small", "error.svg"), "utf8")).toContain("<polyline");
  });

  it.each([
    [["--plan", "large"], 'plan is "large"; it must be one of small, dnn, cnn'],
    [["--numbers", "float,fixed"], 'numbers is "fixed"; it must be all, or a list of float, stochastic-8-8'],
    [["--numbers", "stochastic-9-9"], 'numbers is "stochastic-9-9"'],
    [["--seed", "0"], 'seed is "0"; it must be an integer from 1'],
    [["--epoch", "3"], "Unknown option '--epoch'"],
  ])("refuses %j", (given, message) => {
    const { status, stderr } = spawnSync(process.execPath, [program, ...given], { encoding: "utf8" });
    expect(stderr).toContain(`error: ${message}`);
    expect(status).toBe(2);
  });
});
