import { expect, it } from "vitest";
import { UserError } from "../errors.ts";
import { checkRate, parseWave } from "./wave.ts";

interface Shape {
  readonly coding?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  readonly samples?: readonly number[];
  /** A chunk of three bytes before the samples, which a fourth one fills up. */
  readonly extra?: boolean;
  /** Such a chunk after them. */
  readonly after?: boolean;
}

function wave({
  coding = 1,
  channels = 1,
  rate = 16000,
  bits = 16,
  samples = [],
  extra = false,
  after = false,
}: Shape): Buffer {
  const chunk = (name: string, body: Buffer) => {
    const head = Buffer.from(`${name}....`, "latin1");
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length & 1)]);
  };
  const format = Buffer.alloc(16);
  format.writeUInt16LE(coding, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt16LE(bits, 14);
  const data = Buffer.alloc(2 * samples.length);
  samples.forEach((value, i) => {
    data.writeInt16LE(value, 2 * i);
  });
  const other = (stands: boolean) => (stands ? [chunk("LIST", Buffer.alloc(3))] : []);
  const chunks = [chunk("fmt ", format), ...other(extra), chunk("data", data), ...other(after)];
  return chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), ...chunks]));
}

/** The same bytes with another length in the header. */
function withLength(bytes: Buffer, length: number): Buffer {
  const other = Buffer.from(bytes);
  other.writeUInt32LE(length, 4);
  return other;
}

function refusal(bytes: Buffer) {
  try {
    checkRate(parseWave(bytes, "clip.wav"), 16000, "clip.wav");
  } catch (error) {
    if (error instanceof UserError) return `${error.details.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

it("reads samples, chunks of odd length before them skipped", () => {
  const { rate, samples } = parseWave(wave({ samples: [0, 16384, -32768, 32767], extra: true }), "clip.wav");
  expect(rate).toBe(16000);
  expect(Array.from(samples)).toEqual([0, 0.5, -1, 32767 / 32768]);
});

it("refuses what it cannot read, and says where", () => {
  const whole = wave({ samples: [1, 2, 3] });
  expect({
    text: refusal(Buffer.from("not sound at all, only text that is long enough")),
    empty: refusal(Buffer.alloc(0)),
    cut: refusal(whole.subarray(0, whole.length - 3)),
    "cut after the samples": refusal(wave({ samples: [1, 2, 3], after: true }).subarray(0, whole.length + 5)),
    "bytes after the end": refusal(withLength(whole, whole.length - 20)),
    "no samples": refusal(withLength(whole.subarray(0, 36), 28)),
    stereo: refusal(wave({ channels: 2 })),
    "eight bits": refusal(wave({ bits: 8 })),
    "floating point": refusal(wave({ coding: 3 })),
    "another rate": refusal(wave({ rate: 48000 })),
    fine: refusal(whole),
  }).toMatchInlineSnapshot(`
    {
      "another rate": "wrong-sample-rate: clip.wav has 48000 samples a second, the model takes 16000",
      "bytes after the end": "accepted",
      "cut": "bad-wave: clip.wav is cut short: 50 bytes by its header, 47 in the file",
      "cut after the samples": "bad-wave: clip.wav is cut short: 62 bytes by its header, 55 in the file",
      "eight bits": "unexpected-wave: clip.wav holds other sound than is read here: expected 16-bit linear PCM (coding 1), one channel, found coding 1, 8 bits, channels: 1",
      "empty": "bad-wave: clip.wav is not a whole WAV file: at byte 0 RIFF … WAVE should stand",
      "fine": "accepted",
      "floating point": "unexpected-wave: clip.wav holds other sound than is read here: expected 16-bit linear PCM (coding 1), one channel, found coding 3, 16 bits, channels: 1",
      "no samples": "bad-wave: clip.wav is not a whole WAV file: at byte 36 a chunk of samples, data should stand",
      "stereo": "unexpected-wave: clip.wav holds other sound than is read here: expected 16-bit linear PCM (coding 1), one channel, found coding 1, 16 bits, channels: 2",
      "text": "bad-wave: clip.wav is not a whole WAV file: at byte 0 RIFF … WAVE should stand",
    }
  `);
});
