import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { UserError } from "./errors.ts";
import { readBytes, readText } from "./read-file.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-read-"));
afterAll(() => rmSync(folder, { recursive: true }));

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error.details.code;
    throw error;
  }
  throw new Error("no error");
}

it("reads files, and names those that are not there or are folders", () => {
  writeFileSync(join(folder, "text"), "gr\u00fcn");
  expect(readText(join(folder, "text"))).toBe("gr\u00fcn");
  expect(readBytes("/dev/null")).toHaveLength(0);
  expect(codeOf(() => readBytes(join(folder, "none")))).toBe("file-not-found");
  expect(codeOf(() => readBytes(folder))).toBe("file-unreadable");
});

it("reads a pipe to its end, in pieces of any size", () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  execFile("sh", ["-c", `for i in 1 2 3; do head -c 100000 /dev/zero | tr '\\0' $i; done > ${pipe}`]);
  expect(readText(pipe)).toBe(["1", "2", "3"].map((digit) => digit.repeat(100_000)).join(""));
});

it("gives up on what does not end", () => {
  expect(codeOf(() => readBytes("/dev/zero"))).toBe("file-too-large");
});

it("leaves the handlers of signals as they were", () => {
  const handler = () => {};
  process.on("SIGTERM", handler);
  const before = process.rawListeners("SIGTERM");
  readBytes("/dev/null");
  expect(process.rawListeners("SIGTERM")).toEqual(before);
  process.removeListener("SIGTERM", handler);
});
