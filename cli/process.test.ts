import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../platform/package-root.ts";
import { familyOf } from "../platform/process-table.ts";

const whittle = join(packageRoot(), "bin", "whittle");

/** Process ids of all descendants of a process. */
const descendants = (pid: number): number[] =>
  familyOf(pid)
    .map((entry) => entry.pid)
    .filter((other) => other !== pid);

function isSimulator(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "vvp";
  } catch {
    return false;
  }
}

/** Processor time that a process has used. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("the installed command", () => {
  it("prints one JSON document and nothing else on stdout", () => {
    const out = execFileSync(whittle, ["list", "--json"], { encoding: "utf8" });
    expect(JSON.parse(out)).toHaveProperty("generators");
  });

  it("points at TypeScript lines", () => {
    const out = execFileSync(whittle, ["generate", "lnzd", "-o", "build/test-positions", "--json"], {
      encoding: "utf8",
      cwd: packageRoot(),
    });
    const { files } = JSON.parse(out) as { files: string[] };
    expect(files).toContain("lnzd.v");
    const top = readFileSync(join(packageRoot(), "build/test-positions/lnzd.v"), "utf8");
    expect(top).toMatch(/\/\/ generators\/lnzd\/lnzd\.ts:\d+/);
  });

  it("ends with 130 on Ctrl-C while it simulates in its own process", async () => {
    const child = spawn(whittle, ["check", "eie", "--engine", "wasm", "--cases", "1000000"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(child, "exit");
    // Node has started and the check is under way; the check itself would take many minutes.
    await until(() => cpuSeconds(child.pid as number) > 2 || child.exitCode !== null);
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    const [status] = await ended;
    expect(status).toBe(130);
  });

  it("ends with 130 on Ctrl-C while a golden model keeps it busy", async () => {
    const folder = mkdtempSync(join(tmpdir(), "whittle-golden-"));
    const file = join(folder, "op.json");
    const row = JSON.stringify(Array(1500).fill(1));
    const matrix = `[${Array(1500).fill(row).join(",")}]`;
    writeFileSync(file, `{"a": ${matrix}, "b": ${matrix}, "seed": 1}`);
    const child = spawn(whittle, ["exec", "systolic", "--op", file, "--engine", "golden"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let printed = "";
    child.stdout.on("data", (text) => {
      printed += text;
    });
    const ended = once(child, "close");
    await until(() => cpuSeconds(child.pid as number) > 2 || child.exitCode !== null);
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    const [status] = await ended;
    expect(status).toBe(130);
    // At its end the model's result is printed before a signal is seen.
    expect(printed).toBe("");
    rmSync(folder, { recursive: true });
  });

  it("ends with 130 on Ctrl-C, and takes its children along", async () => {
    const child = spawn(whittle, ["check", "eie", "--engine", "icarus", "--cases", "3000", "--seed", "5"], {
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    let simulators: number[] = [];
    await until(() => {
      simulators = descendants(child.pid as number).filter(isSimulator);
      return simulators.length > 0 || child.exitCode !== null;
    });
    expect(simulators.length).toBeGreaterThan(0);
    child.kill("SIGINT");
    const [status] = await ended;
    expect(status).toBe(130);
    await until(() => !simulators.some(alive));
  });

  it("ends on Ctrl-C while it waits for what a pipe will bring", async () => {
    const folder = mkdtempSync(join(tmpdir(), "whittle-pipe-"));
    const pipe = join(folder, "op.json");
    execFileSync("mkfifo", [pipe]);
    const child = spawn(whittle, ["exec", "lnzd", "--op", pipe], { stdio: "ignore" });
    const ended = once(child, "exit");
    // It has started, and has come to rest.
    let used = [-1];
    await until(() => {
      used = [cpuSeconds(child.pid as number), ...used.slice(0, 20)];
      return (used[0] > 0.1 && used.length > 20 && used.at(-1) === used[0]) || child.exitCode !== null;
    });
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    // By the signal itself while it waits, which a shell calls 130 too.
    const [status] = await ended;
    expect([130, null]).toContain(status);
    rmSync(folder, { recursive: true });
  });

  it.each(["SIGINT", "SIGKILL"] as const)(
    "leaves no worker and no simulator of regress behind on %s",
    async (signal) => {
      const cache = mkdtempSync(join(tmpdir(), "whittle-regress-"));
      const words = ["regress", "eie", "systolic", "--engine", "icarus", "--cases", "3000", "--jobs", "2"];
      const child = spawn(whittle, [...words, "--junit", join(cache, "report.xml")], {
        stdio: "ignore",
        env: { ...process.env, WHITTLE_CACHE: cache },
      });
      const ended = once(child, "exit");
      let family: number[] = [];
      await until(() => {
        family = descendants(child.pid as number);
        return family.some(isSimulator) || child.exitCode !== null;
      });
      expect(child.exitCode).toBeNull();
      child.kill(signal);
      const [status] = await ended;
      expect(status).toBe(signal === "SIGINT" ? 130 : null);
      // Simulators are no children of the command itself: it ends them, the system takes them off its list a little later.
      await until(() => !family.some(alive));
      // No half report; builds that were under way are gone.
      expect(readdirSync(cache)).not.toContain("report.xml");
      const builds = join(cache, "tmp"); // not there when no build had begun
      if (signal === "SIGINT" && existsSync(builds)) expect(readdirSync(builds)).toEqual([]);
      rmSync(cache, { recursive: true, force: true });
    },
  );
});
