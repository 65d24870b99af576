import { type BitSignal, type Builder, bit } from "../../hdl/index.ts";

/** Registers that delay bits, each made once however many ask for it. */
export class Pipeline {
  private readonly registers = new Map<string, BitSignal>();
  private readonly m: Builder;
  private readonly enable: BitSignal | undefined;

  constructor(m: Builder, enable: BitSignal | undefined) {
    this.m = m;
    this.enable = enable;
  }

  /** `signal`, known everywhere as `name`, this many enabled edges later. */
  delayed(name: string, signal: BitSignal, edges: number): BitSignal {
    if (edges === 0) return signal;
    const key = `${name}_delayed${edges}`;
    const made = this.registers.get(key);
    if (made !== undefined) return made;
    const register = this.m.reg(key, bit);
    const before = this.delayed(name, signal, edges - 1);
    if (this.enable === undefined) register.set(before);
    else this.m.when(this.enable, () => register.set(before));
    this.registers.set(key, register);
    return register;
  }
}
