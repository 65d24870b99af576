import {
  type BitSignal,
  bit,
  concat,
  defineModule,
  fixedValue,
  input,
  output,
  record,
  stream,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../hdl/index.ts";
import { addressBits, placed, type Register, type RegisterField, type RegisterMap } from "./registers.ts";

/** Answers of AXI4 to a transfer. */
const [okay, slaveError] = [0, 2];

/** The values of some fields by name; a record of one unused bit where there are none. */
function valuesOf(map: RegisterMap, wanted: (field: RegisterField) => boolean) {
  const fields = map.flatMap((register) => register.fields).filter(wanted);
  return record(Object.fromEntries(fields.map(({ name, bits }) => [name, uint(bits) as UIntType])));
}

/** A bit for each lockable register, by its name. */
const lockedOf = (map: RegisterMap) =>
  record(Object.fromEntries(map.flatMap(({ name, lockable }) => (lockable ? [[name, bit]] : []))));
export const commandsOf = (map: RegisterMap) => valuesOf(map, ({ access }) => access !== "status");
export const statusOf = (map: RegisterMap) => valuesOf(map, ({ access }) => access === "status");

/**
 * An AXI4-Lite slave (ARM IHI 0022) of 32-bit registers: the five channels as streams, the fields of the map as values. A transfer to
 * an address that has no register, and a write to a lockable one that is locked, is answered with SLVERR and changes nothing. One write and one read at a time.
 */
export const axiLiteRegisters = defineModule("axi_lite_registers", ({ map }: { map: RegisterMap }) => {
  const address = uint(addressBits(map)) as UIntType;
  return {
    summary: `AXI4-Lite slave of ${map.length} registers.`,
    ports: {
      aw: input(stream(address)),
      w: input(stream(record({ data: uint(32), strobe: uint(4) }))),
      b: output(stream(uint(2))),
      ar: input(stream(address)),
      r: output(stream(record({ data: uint(32), response: uint(2) }))),
      commands: output(commandsOf(map)),
      status: input(statusOf(map)),
      /** Which of the lockable registers cannot be written. */
      locked: input(lockedOf(map)),
    },
    build({ aw, w, b, ar, r, commands, status, locked }, m) {
      // Address and data are taken together, once the answer to the write before is gone.
      const answering = m.reg("answering", bit, { reset: false });
      const answer = m.reg("answer", uint(2), { reset: okay });
      const writing = m.node("writing", aw.valid.and(w.valid).and(answering.not()));
      aw.ready.set(writing);
      w.ready.set(writing);
      b.valid.set(answering);
      b.data.set(answer);
      const writtenTo = selected(map, aw.data).map((own, i) =>
        map[i].lockable ? own.and(locked[map[i].name].not()) : own,
      );
      m.when(writing, () => {
        answering.set(true);
        answer.set(okay);
        m.when(anyOf(writtenTo).not(), () => answer.set(slaveError));
      }).elseWhen(b.ready, () => answering.set(false));

      const words = map.map((register, i) =>
        wordOf(register, (field) => {
          if (field.access === "status") return status[field.name];
          const command = commands[field.name];
          const type = uint(field.bits) as UIntType;
          const enabled = m.node(`${field.name}Writes`, writing.and(writtenTo[i]));
          const given = w.data.data.bits(field.low + field.bits - 1, field.low);
          const mask = concat(
            ...[3, 2, 1, 0].map((byte) => w.data.strobe.bit(byte)).flatMap((on) => new Array<BitSignal>(8).fill(on)),
          );
          const lanes = mask.bits(field.low + field.bits - 1, field.low);
          if (field.access === "pulse") {
            const pulse = m.reg(field.name, type, { reset: 0 });
            pulse.set(0);
            m.when(enabled, () => pulse.set(given.and(lanes)));
            command.set(pulse);
            return fixedValue(type, 0);
          }
          const value = m.reg(field.name, type, { reset: 0 });
          m.when(enabled, () => value.set(given.and(lanes).or(value.and(lanes.not()))));
          command.set(value);
          return value;
        }),
      );

      const reading = m.reg("reading", bit, { reset: false });
      const word = m.reg("word", r.type.data, { reset: { data: 0, response: okay } });
      ar.ready.set(reading.not());
      r.valid.set(reading);
      r.data.set(word);
      const readFrom = selected(map, ar.data);
      m.when(ar.fire, () => {
        reading.set(true);
        word.set({ data: 0, response: slaveError });
        words.forEach((value, i) => {
          m.when(readFrom[i], () => word.set({ data: value, response: okay }));
        });
      }).elseWhen(r.ready, () => reading.set(false));
    },
  };
});

/** For each register whether the byte address is its own. */
function selected(map: RegisterMap, address: UIntSignal): BitSignal[] {
  return map.map((_, i) => address.bits(address.width - 1, 2).eq(i));
}

function anyOf(bits: readonly BitSignal[]): BitSignal {
  return concat(...bits).nonzero();
}

/** The fields of a register as one word. */
function wordOf(
  register: Register,
  fieldOf: (field: RegisterField & { readonly low: number }) => UIntSignal,
): UIntSignal {
  return concat(...placed(register).map(fieldOf).reverse()).extend(32);
}
