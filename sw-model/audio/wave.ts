import { UserError } from "../errors.ts";

/** Mono sound: samples a second, and samples from -1 to 1. */
export interface Wave {
  readonly rate: number;
  readonly samples: Float32Array;
}

/** The only coding that is read: 1, linear PCM. */
const linear = 1;

/**
 * A WAV file (RIFF) of 16-bit linear PCM with one channel. Throws `UserError`: bad-wave with the byte at which it is none or is cut
 * short, unexpected-wave where it is coded otherwise or has more channels.
 */
export function parseWave(bytes: Buffer, source: string): Wave {
  const text = (at: number) => bytes.toString("latin1", at, at + 4);
  if (bytes.length < 12 || text(0) !== "RIFF" || text(8) !== "WAVE") throw badWave(source, 0, "RIFF … WAVE");
  const stated = 8 + bytes.readUInt32LE(4);
  if (stated > bytes.length) throw cutShort(source, stated, bytes.length);
  let format: { readonly rate: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = text(at);
    const length = bytes.readUInt32LE(at + 4);
    const body = at + 8;
    if (name === "fmt ") {
      if (length < 16 || body + 16 > bytes.length) throw badWave(source, body, "16 bytes of format");
      const found = {
        coding: bytes.readUInt16LE(body),
        channels: bytes.readUInt16LE(body + 2),
        bits: bytes.readUInt16LE(body + 14),
      };
      if (found.coding !== linear || found.channels !== 1 || found.bits !== 16) throw unexpectedWave(source, found);
      format = { rate: bytes.readUInt32LE(body + 4) };
    }
    if (name === "data") {
      if (!format) throw badWave(source, at, "a chunk fmt before the samples");
      if (body + length > bytes.length) throw cutShort(source, body + length, bytes.length);
      const samples = Float32Array.from({ length: length >> 1 }, (_, i) => bytes.readInt16LE(body + 2 * i) / 32768);
      return { rate: format.rate, samples };
    }
    // Chunks begin at even bytes.
    at = body + length + (length & 1);
  }
  throw badWave(source, bytes.length, "a chunk of samples, data");
}

/** Throws `UserError` wrong-sample-rate where a clip has another rate than the model needs; nothing is resampled in silence. */
export function checkRate({ rate }: Wave, expected: number, source: string): void {
  if (rate === expected) return;
  throw new UserError({
    code: "wrong-sample-rate",
    message: `${source} has ${rate} samples a second, the model takes ${expected}`,
    where: source,
    expected: `${expected} samples a second`,
    found: `${rate}`,
    hint: `resample it first, with sox for instance: sox CLIP.wav -r ${expected} -c 1 -b 16 NEW.wav`,
  });
}

function cutShort(source: string, stated: number, found: number): UserError {
  return new UserError({
    code: "bad-wave",
    message: `${source} is cut short: ${stated} bytes by its header, ${found} in the file`,
    where: `${source}: byte ${found}`,
    expected: `${stated} bytes`,
    found: `${found} bytes`,
    hint: "copy or record it again",
  });
}

function badWave(source: string, byte: number, expected: string): UserError {
  return new UserError({
    code: "bad-wave",
    message: `${source} is not a whole WAV file: at byte ${byte} ${expected} should stand`,
    where: `${source}: byte ${byte}`,
    expected,
    found: "something else, or the end of the file",
  });
}

function unexpectedWave(source: string, found: { coding: number; channels: number; bits: number }): UserError {
  const expected = "16-bit linear PCM (coding 1), one channel";
  const what = `coding ${found.coding}, ${found.bits} bits, channels: ${found.channels}`;
  return new UserError({
    code: "unexpected-wave",
    message: `${source} holds other sound than is read here: expected ${expected}, found ${what}`,
    where: source,
    expected,
    found: what,
  });
}
