import { placesIn, withBlanks } from "../../platform/verilog-text.ts";

/**
 * The Verilog with a message before each `$finish` and `$stop`, as a Verilated model prints it: vvp ends without a word. No line moves.
 */
export function announceEnds(verilog: string): string {
  const placeOf = placesIn(verilog, "design.v");
  let text = "";
  let from = 0;
  for (const match of withBlanks(verilog).matchAll(/\$(finish|stop)\b(?:\s*\([^();]*\))?\s*;/g)) {
    const statement = verilog.slice(match.index, match.index + match[0].length);
    const message = `- ${placeOf(match.index)}: Verilog $${match[1]}\\n`.replace(/["%]/g, (one) =>
      one === "%" ? "%%" : '\\"',
    );
    text += `${verilog.slice(from, match.index)}begin $write("\\n${message}"); ${statement} end`;
    from = match.index + statement.length;
  }
  return text + verilog.slice(from);
}
