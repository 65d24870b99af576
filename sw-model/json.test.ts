import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { UserError } from "./errors.ts";
import { jsonErrorPosition, parseJson, rawToJson, readJson } from "./json.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-json-"));
afterAll(() => rmSync(folder, { recursive: true }));

function details(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error.details;
    throw error;
  }
  throw new Error("no error");
}

describe("readJson", () => {
  it("reads what is there and names a file that is not", () => {
    const file = join(folder, "good.json");
    writeFileSync(file, '{"a": [1, 2]}');
    expect(readJson(file)).toEqual({ a: [1, 2] });
    expect(details(() => readJson(join(folder, "none.json")))).toMatchObject({ code: "file-not-found" });
    expect(details(() => readJson(folder))).toMatchObject({ code: "file-unreadable", found: "EISDIR" });
  });
});

describe("parseJson", () => {
  it.each([
    ['{"a": }', 6, '"}"'],
    ["\uFEFF{}", 0, "a byte-order mark"],
    ["[1,]", 3, '"]"'],
    ['{"a" 1}', 5, '"1}"'],
    ["[1} ", 2, '"} "'],
    ['{"\u00fc": x}', 7, '"x}"'],
    ["1 2", 2, '"2"'],
    ["hello", 0, '"hello"'],
    ["[01]", 2, '"1]"'],
  ])("points at the byte where %s goes wrong", (text, offset, found) => {
    expect(details(() => parseJson(text, "op.json"))).toMatchObject({
      code: "not-json",
      where: `op.json: byte ${offset}`,
      found,
    });
  });

  it.each([
    ['{"a": 1, "a": 1}', "$.a"],
    ['{"a": {"b": 1}, "c": [{}, {"b": "x", "d": {}, "b" : 2}]}', "$.c[1].b"],
    ['[[1, [2]], {"a\\\\": "b\\"", "\\u0061": 1, "a": 2}]', "$[1].a"],
    ['{"__proto__": 1, "__proto__": 2}', "$.__proto__"],
  ])("points at the key that %s has twice", (text, path) => {
    expect(details(() => parseJson(text, "op.json"))).toMatchObject({
      code: "repeated-key",
      where: `op.json: ${path}`,
      message: `op.json: ${path} stands twice in its object`,
    });
  });

  it("takes whatever JSON.stringify gives, with keys and words that look like others' keys", () => {
    const word = fc.oneof(fc.string(), fc.constantFrom(":", '":', '\\":{', "a", '"a":', "__proto__"));
    const any = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: "medium" }, word, fc.integer(), tie("array"), tie("object")),
      array: fc.array(tie("value")),
      object: fc.dictionary(word, tie("value")),
    })).value;
    fc.assert(
      fc.property(any, fc.boolean(), (value, spaced) => {
        const text = JSON.stringify(value, null, spaced ? 1 : 0);
        expect(parseJson(text, "op.json")).toEqual(JSON.parse(text));
      }),
    );
  });

  it("calls every proper prefix of an object truncated, at its last byte", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.double({ min: 0, max: 0.9999 }), (value, share) => {
        const text = JSON.stringify(value);
        const prefix = text.slice(0, Math.floor(share * text.length));
        // A number cut after its point, sign or exponent is pointed at; everything else ends too early.
        if (/[.eE+-]$/.test(prefix)) return;
        expect(jsonErrorPosition(prefix)).toBe(prefix.length);
      }),
    );
    expect(details(() => parseJson('{"a": [1, 2', "op.json"))).toMatchObject({
      message: "op.json ends in the middle of its JSON",
      where: "op.json: byte 11",
    });
  });
});

describe("rawToJson", () => {
  it("writes what a double cannot hold as a decimal string", () => {
    expect([rawToJson(5n), rawToJson(-7), rawToJson(2n ** 53n - 1n)]).toEqual([5, -7, 2 ** 53 - 1]);
    expect([rawToJson(2n ** 53n), rawToJson(-(2n ** 64n))]).toEqual(["9007199254740992", "-18446744073709551616"]);
  });
});
