import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../platform/package-root.ts";
import { checkpointText } from "../sw-model/limited/checkpoint.ts";
import { newCurve, parseCurve } from "../sw-model/limited/curve.ts";
import { limitedPlans } from "../sw-model/limited/plan.ts";
import { Training } from "../sw-model/limited/train.ts";

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

  it("refuses a checkpoint that is none, and one of another training", () => {
    const file = join(folder, "spoilt", "small", "float.checkpoint.json");
    mkdirSync(dirname(file), { recursive: true });
    const refused = (text: string) => {
      writeFileSync(file, text);
      const { status, stderr } = spawnSync(process.execPath, argumentsFor("spoilt", 1), { encoding: "utf8" });
      expect(status).toBe(2);
      return stderr;
    };
    expect(refused('{"format": "whittle-training-ch')).toContain("ends in the middle of its JSON");
    expect(refused("{}")).toContain(`${file}: $.format: expected a value, found nothing`);
    const { state } = new Training(limitedPlans.small, { kind: "float" }, 1);
    const other = newCurve({ ...limitedPlans.small, deviation: 0.02 }, "float", 1);
    expect(refused(checkpointText({ curve: other, state }))).toContain("belongs to a training with other settings");
    const curve = newCurve(limitedPlans.small, "float", 1);
    expect(refused(checkpointText({ curve, state: state.slice(1) }))).toContain(`${file}: $.layers: expected`);
    const short = state.map((layer, i) => (i === 0 ? { ...layer, weights: layer.weights.slice(0, 1) } : layer));
    expect(refused(checkpointText({ curve, state: short }))).toContain(`${file}: $.layers[0].weights.length: expected`);
    const raw = state.map((layer, i) => (i === 1 ? { ...layer, velocity: new Int32Array(3) } : layer));
    expect(refused(checkpointText({ curve, state: raw }))).toContain(`${file}: $.layers[1].velocity.kind: expected`);
    const spoilt = checkpointText({ curve, state }).replace(/("base64":"A{40})A/, "$1B");
    expect(refused(spoilt)).toContain("the checksum does not match what is stored");
  });

  it("refuses a file among the curves that is none, before it trains", () => {
    const file = join(folder, "strange", "small", "mine.json");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '{"mine": 1');
    const { status, stderr } = spawnSync(process.execPath, argumentsFor("strange", 1), { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain(`${file} ends in the middle of its JSON`);
    expect(stderr).not.toContain("epoch");
  });

  it("refuses a folder that cannot be written, before it trains", () => {
    const { status, stderr } = spawnSync(process.execPath, [program, "--numbers", "float", "--into", "/proc/x"], {
      encoding: "utf8",
    });
    expect(stderr).toMatch(/^error: .*\/proc\/x/);
    expect(stderr).not.toContain("epoch");
    expect(status).toBe(2);
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
