import { once } from "node:events";
import { expect, it } from "vitest";
import { killChild, lastLines, runningChildren, spawnChild } from "./children.ts";

it("kills a child with all that it started", async () => {
  const child = spawnChild("sh", ["-c", "sleep 1000 & echo started; wait"], { buffer: false });
  await once(child.stdout, "data");
  expect(runningChildren()).toEqual([child.pid]);
  // The grandchild holds the same pipe, which ends when nobody does.
  const ended = once(child.stdout, "end");
  killChild(child.pid);
  await ended;
  expect((await child).signal).toBe("SIGKILL");
  expect(runningChildren()).toEqual([]);
  killChild(child.pid);
});

it("does not reject when a program fails or is not there", async () => {
  expect((await spawnChild("false", [], {})).exitCode).toBe(1);
  expect((await spawnChild("no-such-program", [], {})).failed).toBe(true);
  expect(runningChildren()).toEqual([]);
});

it("keeps the last lines", () => {
  expect(lastLines("a\n\nb\nc\n", 2)).toBe("b\nc");
  expect(lastLines("")).toBe("");
});
