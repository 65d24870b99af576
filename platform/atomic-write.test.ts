import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { UserError } from "../sw-model/errors.ts";
import { unwritable, writeFileAtomically, writeFilesAtomically } from "./atomic-write.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-write-"));
});

function failure(work: () => void): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("this should have failed");
}

it("writes files and the folders they need, and replaces what is there", () => {
  const path = join(folder, "a", "b", "file.v");
  writeFileAtomically(path, "one");
  writeFilesAtomically([
    { path, content: "two" },
    { path: join(folder, "bytes"), content: new Uint8Array([1, 2]) },
  ]);
  expect(readFileSync(path, "utf8")).toBe("two");
  expect([...readFileSync(join(folder, "bytes"))]).toEqual([1, 2]);
  expect(readdirSync(folder).sort()).toEqual(["a", "bytes"]);
});

it("leaves everything as it was when one file cannot be written", () => {
  const kept = join(folder, "kept");
  writeFileSync(kept, "old");
  const error = failure(() =>
    writeFilesAtomically([
      { path: kept, content: "new" },
      { path: join(folder, "fresh", "file"), content: "x" },
      { path: join(kept, "below-a-file"), content: "x" },
    ]),
  );
  expect(error.exitStatus).toBe(2);
  expect(error.details).toMatchObject({ code: "cannot-write", where: join(kept, "below-a-file") });
  expect(readFileSync(kept, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["kept"]);
});

it("leaves a folder that stands where a file should go, and all that is in it", () => {
  const taken = join(folder, "taken");
  mkdirSync(taken);
  writeFileSync(join(taken, "kept"), "old");
  const error = failure(() => writeFileAtomically(taken, "new"));
  expect(error.details).toMatchObject({ code: "cannot-write", where: taken });
  expect(readFileSync(join(taken, "kept"), "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["taken"]);
});

it("takes back what was renamed already", () => {
  const first = join(folder, "first");
  writeFileSync(first, "old");
  mkdirSync(join(folder, "taken", "by"), { recursive: true });
  // A name that no file can have: found only when everything else is in its place.
  const long = join(folder, "n".repeat(300));
  const error = failure(() =>
    writeFilesAtomically([
      { path: first, content: "new" },
      { path: join(folder, "second"), content: "new" },
      { path: long, content: "x" },
    ]),
  );
  expect(error.details.found).toBe("the name is too long (ENAMETOOLONG)");
  expect(readFileSync(first, "utf8")).toBe("old");
  expect(existsSync(join(folder, "second"))).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(["first", "taken"]);
});

it.skipIf(process.getuid?.() === 0)("says when permission is missing", () => {
  chmodSync(folder, 0o500);
  expect(failure(() => writeFileAtomically(join(folder, "x"), "")).details.found).toBe("permission denied (EACCES)");
});

it.each([
  ["ENOSPC", "no space left on the disk"],
  ["EROFS", "the file system is read-only"],
  ["EACCES", "permission denied"],
  ["ENOTDIR", "a part of the path is a file, not a folder"],
])("words %s", (code, reason) => {
  const error = unwritable("/some/where", Object.assign(new Error(code), { code }));
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toBe(`cannot write /some/where: ${reason}; nothing was changed`);
});

it("leaves other errors alone", () => {
  const error = new Error("a bug");
  expect(unwritable("/x", error)).toBe(error);
});
