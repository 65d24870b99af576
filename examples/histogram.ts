import { bit, defineModule, input, output, stream, uint } from "../hdl/index.ts";

/** Counts how often each sample comes. While `clear` is high, bin after bin is set to zero and no sample is taken. */
export const histogram = defineModule("histogram", (p: { bins: number; countBits: number }) => ({
  summary: `Histogram of ${p.bins} bins.`,
  ports: {
    clear: input(bit),
    sample: input(stream(uint(Math.log2(p.bins)))),
    bin: input(uint(Math.log2(p.bins))),
    count: output(uint(p.countBits)),
  },
  build({ clear, sample, bin, count }, m) {
    const counts = m.mem("counts", p.bins, uint(p.countBits));
    const next = m.reg("next", counts.addressType, { reset: 0 });
    const seen = counts.read("seen", sample.data);

    sample.ready.set(clear.not());
    m.when(clear, () => {
      counts.write({ address: next, data: 0 });
      next.set(next.addWrap(1));
    }).elseWhen(sample.fire, () => {
      counts.write({ address: sample.data, data: seen.addWrap(1) });
    });
    count.set(counts.read("shown", bin));
  },
}));
