import {
  addressWidth,
  bit,
  concat,
  connect,
  defineModule,
  input,
  output,
  record,
  registered,
  stream,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import type { LnzdScanParameters } from "../../sw-model/lnzdscan/spec.ts";
import { loadSpaces, spaceType } from "./load-spaces.ts";
import { setBits, setBitType } from "./set-bits.ts";
import { vectorMemory } from "./vector-memory.ts";

/**
 * Scanner over a vector memory, after the leading-nonzero detection of EIE (section IV): the nonzeros in the order of their
 * indices, one an edge whatever their density, then an end mark. Value i lies in word floor(i / lanes), lane i mod lanes, the
 * first lane lowest. `lnzdScanCycles` tells the edges that it takes; a consumer that stalls adds those at which it does.
 */
export const lnzdScan = defineModule("lnzd_scan", (p: LnzdScanParameters) => {
  const address = uint(addressWidth(p.depth)) as UIntType;
  const word = uint(p.lanes * p.width) as UIntType;
  const indexWidth = addressWidth(p.depth * p.lanes);
  return {
    summary: `Nonzeros of a memory of ${p.depth} words of ${p.lanes} values, one an edge.`,
    ports: {
      /** `space` is one of `loadSpaces`. Ready while nothing is scanned. */
      load: input(stream(record({ space: spaceType, address, data: word }))),
      /** With `end` there is no value: `index` and `value` are 0. All but `ready` comes from registers. */
      nonzeros: output(stream(setBitType(indexWidth, p.width))),
      busy: output(bit),
    },
    build({ load, nonzeros, busy }, m) {
      const scanning = m.reg("scanning", bit, { reset: false });
      const taken = (space: number) => load.fire.and(load.data.space.eq(space));
      const start = m.node("start", taken(loadSpaces.scan));
      load.ready.set(scanning.not());
      busy.set(scanning);
      m.when(start, () => scanning.set(true)).elseWhen(nonzeros.fire.and(nonzeros.data.end), () => scanning.set(false));

      const { words } = m.inst(
        "memory",
        vectorMemory,
        { depth: p.depth, width: p.lanes * p.width, scanWidth: p.scanWidth },
        {
          write: taken(loadSpaces.values),
          address: load.data.address,
          data: load.data.data,
          clear: taken(loadSpaces.clear),
          start,
        },
      );
      const values = Array.from({ length: p.lanes }, (_, i) =>
        words.data.value.bits((i + 1) * p.width - 1, i * p.width),
      );
      const flags = concat(...values.map((value) => value.nonzero()).reverse());
      const { valid, data } = words;
      const found = setBits(m, "lane", { valid, end: data.end, flags, high: data.index, values, indexWidth });
      words.ready.set(found.ready);
      connect(nonzeros, registered(m, "found", found.source));
    },
  };
});
