/** The command generate: which files it writes and replaces. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Files } from "./fixtures/files.ts";
import { failure, whittle } from "./fixtures/whittle.ts";

const scratch = new Files();
afterAll(() => scratch.remove());

describe("generate", () => {
  it("writes a file a module, a file list and a manifest, and replaces only its own", async () => {
    const target = join(scratch.folder, "rtl");
    mkdirSync(target);
    writeFileSync(join(target, "mine.txt"), "kept");
    const first = await whittle("generate", "lnzd", "-o", target, "--set", "inputs=5", "--json");
    expect(first.status).toBe(0);
    const { files, sha256 } = first.json() as { files: string[]; sha256: string };
    expect(files).toContain("lnzd.v");
    expect(readdirSync(target).sort()).toEqual([...files, "mine.txt"].sort());
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const second = await whittle("generate", "lnzd", "-o", target, "--set", "inputs=1", "--json");
    const later = (second.json() as { files: string[] }).files;
    expect(readdirSync(target).sort()).toEqual([...later, "mine.txt"].sort());
  });

  it("shares equal module files between generators, and does not change them under another", async () => {
    const target = join(scratch.folder, "shared");
    const shared = join(target, "xnor_input_buffer_depth32_width64.v");
    expect((await whittle("generate", "bnn", "-o", target)).status).toBe(0);
    const buffer = readFileSync(shared, "utf8");
    expect((await whittle("generate", "xnor", "-o", target)).status).toBe(0);
    expect((await whittle("generate", "xnor", "--set", "lanes=32", "-o", target)).status).toBe(0);
    expect(readFileSync(shared, "utf8")).toBe(buffer);
    const other = join(target, "lnzd.v");
    writeFileSync(other, "// of somebody else\n");
    const error = await failure("generate", "lnzd", "-o", target);
    expect(error).toMatchObject({ status: 2, code: "file-exists" });
    expect(readFileSync(other, "utf8")).toBe("// of somebody else\n");
  });

  it("leaves positions out when asked, without changing the sha256", async () => {
    const [a, b] = [join(scratch.folder, "with"), join(scratch.folder, "without")];
    const one = (await whittle("generate", "eie", "-o", a, "--json")).json() as { sha256: string };
    const two = (await whittle("generate", "eie", "-o", b, "--no-positions", "--json")).json() as { sha256: string };
    expect(two.sha256).toBe(one.sha256);
    expect(readFileSync(join(a, "eie.v"), "utf8")).toContain("// generators/eie/eie.ts:");
    expect(readFileSync(join(b, "eie.v"), "utf8")).not.toContain(".ts:");
  });

  it("refuses a folder in which a file of the same name is not ours", async () => {
    const target = join(scratch.folder, "foreign");
    mkdirSync(target);
    writeFileSync(join(target, "lnzd.v"), "module lnzd; endmodule");
    expect(await failure("generate", "lnzd", "-o", target)).toMatchObject({ status: 2, code: "file-exists" });
    expect(readFileSync(join(target, "lnzd.v"), "utf8")).toBe("module lnzd; endmodule");
    expect(readdirSync(target)).toEqual(["lnzd.v"]);
  });

  it("says why a folder cannot be written, and leaves nothing", async () => {
    const blocker = scratch.write("blocker", "a file");
    const error = await failure("generate", "lnzd", "-o", join(blocker, "rtl"));
    expect(error).toMatchObject({ status: 2, code: "cannot-write" });
    expect(error.where).toContain("blocker");
    expect(await failure("generate", "lnzd", "-o", blocker)).toMatchObject({ status: 2, code: "cannot-write" });
  });
});
