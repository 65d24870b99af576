import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { halfOf } from "../format/half.ts";
import { parseNpy } from "./npy.ts";
import { npzBytes, parseNpz } from "./npz.ts";
import { crc32, unzip, zip } from "./zip.ts";

const arrays = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[a-z][a-z0-9._]{0,8}$/),
    values: fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 12 }),
  }),
  { selector: ({ name }) => name, maxLength: 4 },
);

function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.details.code} ${error.details.where}`;
  }
  return "none";
}

describe("npz", () => {
  it("gives back the arrays that were written", () => {
    fc.assert(
      fc.property(arrays, (list) => {
        const written = list.map(({ name, values }) => {
          return { name, shape: [values.length], values: Float64Array.from(values) };
        });
        expect(parseNpz(npzBytes(written), "x.npz")).toEqual(written);
      }),
    );
  });

  it("has the checksum of the ZIP specification", () => {
    // The check value of CRC-32/ISO-HDLC.
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
  });

  it("reads deflated files, and no more than the directory says", () => {
    const content = Buffer.alloc(1000, "weights ");
    const plain = zip([{ name: "a", content }]);
    const packed = deflateRawSync(content);
    // The local header (30 bytes and the name) stays; the data and the sizes of the directory change.
    const archive = Buffer.concat([plain.subarray(0, 31), packed, plain.subarray(1031)]);
    const directory = 31 + packed.length;
    archive.writeUInt16LE(8, directory + 10);
    archive.writeUInt32LE(packed.length, directory + 20);
    archive.writeUInt32LE(directory, archive.length - 6);
    expect(unzip(archive, "x.zip", 1000)).toEqual([{ name: "a", content }]);
    expect(failure(() => unzip(archive, "x.zip", 999))).toBe(`bad-zip x.zip: byte ${directory + 24}`);
    archive.writeUInt32LE(999, directory + 24);
    expect(failure(() => unzip(archive, "x.zip", 1000))).toBe("bad-zip x.zip: byte 31");
  });

  it("is refused wherever it is cut short, and with a changed byte it is refused or the same", () => {
    const whole = npzBytes([{ name: "w", shape: [2, 2], values: Float64Array.of(1, 2, 3, 4) }]);
    const valuesOf = (bytes: Buffer) => parseNpz(bytes, "x").map(({ shape, values }) => ({ shape, values }));
    const right = valuesOf(whole);
    for (let length = 0; length < whole.length; length++) {
      expect(failure(() => parseNpz(whole.subarray(0, length), "x"))).toMatch(/^bad-/);
    }
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] ^= 1 << (at % 8);
      const error = failure(() => {
        // The name may differ: no checksum covers the directory.
        expect(valuesOf(changed)).toEqual(right);
      });
      expect(error).toMatch(/^(none|bad-)/);
    }
  });
});

describe("elements of all types and both byte orders", () => {
  const written = (type: string, data: Buffer) => {
    const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (2,), }`.padEnd(117);
    const start = Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), Buffer.from([118, 0])]);
    return Buffer.concat([start, Buffer.from(`${header}\n`), data]);
  };
  // The bytes of two values from the lowest on, and the values.
  const cases: readonly (readonly [string, string, readonly number[]])[] = [
    ["f2", "003c 00c0", [1, -2]],
    ["f4", "0000803f 000000c0", [1, -2]],
    ["f8", "000000000000f03f 00000000000000c0", [1, -2]],
    ["i1", "01 fe", [1, -2]],
    ["i2", "0100 feff", [1, -2]],
    ["i4", "01000000 feffffff", [1, -2]],
    ["i8", "0100000000000000 feffffffffffffff", [1, -2]],
    ["u1", "01 fe", [1, 254]],
    ["u2", "0100 feff", [1, 65534]],
    ["u4", "01000000 feffffff", [1, 2 ** 32 - 2]],
    ["u8", "0100000000000000 0000000000000080", [1, 2 ** 63]],
    ["b1", "00 01", [0, 1]],
  ];
  it.each(cases)("%s", (type, bytes, values) => {
    const words = bytes.split(" ").map((word) => Buffer.from(word, "hex"));
    expect(Array.from(parseNpy(written(`<${type}`, Buffer.concat(words)), "x").values)).toEqual(values);
    const reversed = words.map((word) => Buffer.from(word).reverse());
    expect(Array.from(parseNpy(written(`>${type}`, Buffer.concat(reversed)), "x").values)).toEqual(values);
  });

  it.each(["c8", "<c8", "f4", "<f16", "<toString", "<U4"])("%s is refused", (type) => {
    expect(failure(() => parseNpy(written(type, Buffer.alloc(8)), "x"))).toBe("bad-npy x: byte 10");
  });
});

describe("half-precision floats", () => {
  it("are those of IEEE 754", () => {
    const known: readonly (readonly [number, number])[] = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x0001, 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0xfc00, Number.NEGATIVE_INFINITY],
    ];
    for (const [bits, value] of known) expect(halfOf(bits)).toBe(value);
    expect(halfOf(0x7e00)).toBeNaN();
  });

  it("are read from arrays", () => {
    const header = "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }".padEnd(117);
    const bytes = Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), Buffer.from([118, 0])]);
    const file = Buffer.concat([bytes, Buffer.from(`${header}\n`), Buffer.from([0x00, 0x3c, 0x00, 0xc0])]);
    expect(parseNpy(file, "x.npy").values).toEqual(Float64Array.of(1, -2));
  });
});
