import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../platform/package-root.ts";

const whittle = join(packageRoot(), "bin", "whittle");

/** The parent of a process, from /proc: a slim machine has no ps. */
function parentOf(pid: string): number {
  try {
    // The name in parentheses may hold blanks; state and parent follow it.
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
  } catch {
    return -1;
  }
}

/** Process ids of all descendants of a process. */
function descendants(pid: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)]);
  const below = (parent: number): number[] =>
    parents.filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
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

  it("ends with 130 on Ctrl-C, and takes its children along", async () => {
    const child = spawn(whittle, ["check", "eie", "--engine", "icarus", "--cases", "3000", "--seed", "5"], {
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    const isSimulator = (pid: number) => {
      try {
        return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "vvp";
      } catch {
        return false;
      }
    };
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
});
