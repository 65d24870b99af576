/** What chapter 1 shows of the counter. */
import { elaborate } from "../../hdl/index.ts";
import { counter } from "./counter.ts";
import { messageOf, verilogOf } from "./shown.ts";

export const counterVerilog = () => verilogOf(counter, { width: 4, limit: 9 });

export const limitTooLarge = () => messageOf(() => elaborate(counter, { width: 3, limit: 9 }));
