import {
  type BitSignal,
  bit,
  defineModule,
  fixedValue,
  input,
  output,
  record,
  select,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
  unpack,
} from "../../hdl/index.ts";
import type { EieParameters } from "../../sw-model/eie/spec.ts";
import { loadBits, spaceDepths } from "./axi-registers.ts";
import { eieGeometry, loadSpaces } from "./geometry.ts";

/** Whether a number is below a limit, also where its width says so. */
export function below(value: UIntSignal, limit: number): BitSignal {
  return limit >= 2 ** value.width ? fixedValue(bit, true) : value.lt(limit);
}

/**
 * Packets of the load stream to words of the array's load port. A packet is a header and the words behind it, which go to addresses one
 * after another, activations round all PEs. What has no place is dropped, and `bad` says so.
 */
export const axiLoader = defineModule("eie_axi_loader", (p: EieParameters) => {
  const { load } = eieGeometry(p);
  const { space: spaceType, pe: peType, address: addressType } = load.fields;
  const depths = spaceDepths(p);
  const names = Object.keys(depths) as (keyof typeof depths)[];
  return {
    summary: "Packets of the load stream to words of the load port.",
    ports: {
      packets: input(stream(record({ data: uint(loadBits(p)) as UIntType, last: bit }))),
      words: output(stream(load)),
      /** A packet has begun and not ended. */
      loading: output(bit),
      /** A word of this cycle has no place. */
      bad: output(bit),
    },
    build({ packets, words, loading, bad }, m) {
      const started = m.reg("started", bit, { reset: false });
      const space = m.reg("space", spaceType);
      const pe = m.reg("pe", peType);
      const address = m.reg("address", addressType);
      // The next word lies beyond the memory, or the header named none.
      const beyond = m.reg("beyond", bit, { reset: false });
      const { data, last } = packets.data;

      const headerWidth = spaceType.width + peType.width + addressType.width;
      const header = unpack(
        record({ space: spaceType, pe: peType, address: addressType }),
        data.bits(headerWidth - 1, 0),
      );
      const perPe = header.space.eq(loadSpaces.codebook).or(header.space.eq(loadSpaces.rotations)).not();
      const fits = names
        .map((name) => header.space.eq(loadSpaces[name]).and(below(header.address, depths[name] ?? 0)))
        .reduce((some, one) => some.or(one));
      const placeless = m.node("placeless", fits.and(perPe.not().or(below(header.pe, p.pes))).not());

      packets.ready.set(words.ready);
      words.valid.set(packets.valid.and(started).and(beyond.not()));
      const { width } = load.fields.data;
      const word = data.width < width ? data.extend(width) : data.bits(width - 1, 0);
      words.data.set({ space, pe, address, data: word });
      loading.set(started);
      bad.set(packets.fire.and(select(bit, started, beyond, placeless)));

      const lastAddress = names
        .map((name) => space.eq(loadSpaces[name]).and(address.eq((depths[name] ?? 1) - 1)))
        .reduce((some, one) => some.or(one));
      const roundPes = m.node("roundPes", space.eq(loadSpaces.activations));
      const lastPe = m.node("lastPe", pe.eq(p.pes - 1));
      m.when(packets.fire, () => {
        started.set(last.not());
        m.when(started, () => {
          m.when(roundPes, () => pe.set(select(peType, lastPe, 0, pe.addWrap(1))));
          m.when(roundPes.not().or(lastPe), () => {
            address.set(address.addWrap(1));
            beyond.set(beyond.or(lastAddress));
          });
        }).otherwise(() => {
          space.set(header.space);
          pe.set(header.pe);
          address.set(header.address);
          beyond.set(placeless);
        });
      });
    },
  };
});
