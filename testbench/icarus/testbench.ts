import { instanceOf } from "../instance.ts";
import { pinsOf } from "../program.ts";
import type { DesignUnderTest, PortDescription } from "../simulation.ts";
import { timingOf } from "./timing.ts";

/** Name of the generated module; the design is `dut` within it. */
export const testbenchTop = "whittle_testbench";

/**
 * A plain Verilog-2005 testbench that reads commands from stdin, as hexadecimal words in text, and prints what they
 * give, a value a line. `docs/protocol.md` describes both. Each request ends in a line "end EDGES". A line begins with a control
 * character, so that what the design writes, with the end of its line or without, is told from it.
 */
export function testbenchVerilog(design: DesignUnderTest): string {
  const { unit, wait } = timingOf(design);
  const pins = pinsOf(design);
  const width = Math.max(32, ...pins.map((port) => port.width));
  const parts: Readonly<Record<string, string>> = {
    TOP: testbenchTop,
    UNIT: unit,
    WAIT: String(wait),
    MSB: String(width - 1),
    DECLARATIONS: indent(2, declarations(design)),
    INSTANCE: indent(2, instanceOf(design)),
    LISTED: String(Math.max(1, pins.length)),
    CLOCKED: design.clock === undefined ? "0" : "1",
    WRITE: indent(
      8,
      portCases(design, (port, index) => (port.direction === "input" ? `p${index} = value;` : "")),
    ),
    READ: indent(
      8,
      portCases(design, (_, index) => `value = p${index};`),
    ),
    CLEAR: indent(
      4,
      pins.flatMap((port, index) => (port.direction === "input" ? [`p${index} = 0;`] : [])),
    ),
    RESET: design.reset === undefined ? "" : indent(4, resetLines(design)),
  };
  return template.replace(/@(\w+)@/g, (_, name: string) => parts[name] ?? "");
}

const indent = (columns: number, lines: readonly string[]) =>
  lines.map((line) => " ".repeat(columns) + line).join("\n");

/** The reset is the last of the pins. */
function resetLines({ ports, resetActiveLow }: DesignUnderTest): string[] {
  const level = (active: boolean) => `p${ports.length} = ${active === !resetActiveLow ? 1 : 0};`;
  return [level(true), "edges(2);", level(false)];
}

const range = ({ width }: PortDescription) => `[${width - 1}:0]`;

function declarations(design: DesignUnderTest): string[] {
  return pinsOf(design).map(
    (port, index) => `${port.direction === "input" ? "reg " : "wire"} ${range(port)} p${index};`,
  );
}

function portCases(design: DesignUnderTest, body: (port: PortDescription, index: number) => string): string[] {
  return pinsOf(design).flatMap((port, index) => {
    const statement = body(port, index);
    return statement === "" ? [] : [`${index}: ${statement}`];
  });
}

/** `readPort` refuses X and Z: a value that the design does not define has no place in a comparison. */
const template = `\`timescale @UNIT@ / @UNIT@
module @TOP@;
  reg clk;
  // A check of the design sets it.
  reg checks_broken;
@DECLARATIONS@
@INSTANCE@

  localparam integer MAX_PORTS = @LISTED@;
  integer inputs [0:MAX_PORTS-1];
  integer outputs [0:MAX_PORTS-1];
  integer got, opcode, port, validPort, readyPort, outValidPort, outReadyPort, inputCount, outputCount, i, index, failed;
  reg [31:0] word, count, limit, row, waited, taken;
  reg [31:0] rows, sent, noise, pushShare, pullShare, firstEdge, lastEdge;
  reg [63:0] edgeCount;
  reg [@MSB@:0] value, wanted;
  reg accepted, offering, taking;
  reg [8*1024-1:0] waves;

  task readWord;
    begin
      got = $fscanf(32'h8000_0000, "%h", word);
      if (got != 1) $finish(0);
    end
  endtask

  task readValue;
    begin
      got = $fscanf(32'h8000_0000, "%h", value);
      if (got != 1) $finish(0);
    end
  endtask

  task writePort(input integer number);
    begin
      case (number)
@WRITE@
        default: ;
      endcase
    end
  endtask

  task readPort(input integer number);
    begin
      case (number)
@READ@
        default: value = 0;
      endcase
      if (^value === 1'bx) fail("undefined", number);
    end
  endtask

  task fail(input [8*16-1:0] reason, input integer number);
    begin
      if (!failed) $display("\\036fail %0s %0d %0d %h", reason, index, number, value);
      failed = 1;
    end
  endtask

  // Clocks among the ports have their edges here.
  task settle;
    begin
      #@WAIT@ ;
      if (checks_broken) fail("check", edgeCount);
    end
  endtask

  // Expects settled logic.
  task clockEdge;
    if (@CLOCKED@) begin
      clk = 1;
      #@WAIT@ clk = 0;
      if (checks_broken) fail("check", edgeCount);
      edgeCount = edgeCount + 1;
    end
  endtask

  task edges(input [31:0] number);
    reg [31:0] n;
    for (n = 0; n < number && !failed; n = n + 1) begin
      settle;
      clockEdge;
    end
  endtask

  task readList(input integer number, input toInputs);
    for (i = 0; i < number; i = i + 1) begin
      readWord;
      if (toInputs) inputs[i] = word;
      else outputs[i] = word;
    end
  endtask

  task setRow;
    for (i = 0; i < inputCount; i = i + 1) begin
      readValue;
      writePort(inputs[i]);
    end
  endtask

  task printRow;
    for (i = 0; i < outputCount; i = i + 1) begin
      readPort(outputs[i]);
      $display("\\036=%h", value);
    end
  endtask

  task batch;
    begin
      readWord; inputCount = word;
      readWord; outputCount = word;
      readWord; count = word;
      readList(inputCount, 1'b1);
      readList(outputCount, 1'b0);
      for (row = 0; row < count && !failed; row = row + 1) begin
        setRow;
        settle;
        printRow;
        clockEdge;
      end
    end
  endtask

  task push;
    begin
      readWord; validPort = word;
      readWord; readyPort = word;
      readWord; inputCount = word;
      readWord; count = word;
      readWord; limit = word;
      readList(inputCount, 1'b1);
      for (row = 0; row < count && !failed; row = row + 1) begin
        setRow;
        value = 1;
        writePort(validPort);
        accepted = 0;
        waited = 0;
        while (!accepted && !failed) begin
          settle;
          readPort(readyPort);
          accepted = value[0];
          clockEdge;
          waited = waited + 1;
          if (!accepted && waited >= limit) fail("not-accepted", row);
        end
      end
      value = 0;
      if (count != 0) writePort(validPort);
    end
  endtask

  task pull;
    begin
      readWord; validPort = word;
      readWord; readyPort = word;
      readWord; outputCount = word;
      readWord; count = word;
      readWord; limit = word;
      readList(outputCount, 1'b0);
      value = 1;
      if (count != 0) writePort(readyPort);
      waited = 0;
      row = 0;
      while (row < count && !failed) begin
        settle;
        readPort(validPort);
        accepted = value[0];
        if (accepted) printRow;
        clockEdge;
        waited = waited + 1;
        if (accepted) begin
          row = row + 1;
          waited = 0;
        end else if (waited >= limit) fail("not-offered", row);
      end
      value = 0;
      if (count != 0) writePort(readyPort);
    end
  endtask

  task exchange;
    begin
      readWord; validPort = word;
      readWord; readyPort = word;
      readWord; outValidPort = word;
      readWord; outReadyPort = word;
      readWord; inputCount = word;
      readWord; outputCount = word;
      readWord; rows = word;
      readWord; count = word;
      readWord; limit = word;
      readWord; noise = word;
      readWord; pushShare = word;
      readWord; pullShare = word;
      readList(inputCount, 1'b1);
      readList(outputCount, 1'b0);
      sent = 0; row = 0; waited = 0; taken = 0; firstEdge = 0; lastEdge = 0; offering = 0;
      while ((sent < rows || row < count) && !failed) begin
        noise = noise ^ (noise << 13);
        noise = noise ^ (noise >> 17);
        noise = noise ^ (noise << 5);
        if (!offering && sent < rows && noise[7:0] >= pushShare) begin
          offering = 1;
          setRow;
        end
        taking = row < count && noise[15:8] >= pullShare;
        value = offering;
        writePort(validPort);
        value = taking;
        writePort(outReadyPort);
        settle;
        accepted = 0;
        if (offering) begin
          readPort(readyPort);
          accepted = value[0];
        end
        if (taking) begin
          readPort(outValidPort);
          taking = value[0];
          if (taking) printRow;
        end
        clockEdge;
        waited = accepted || taking ? 0 : waited + 1;
        if (accepted) begin
          if (sent == 0) firstEdge = taken;
          sent = sent + 1;
          offering = 0;
        end
        if (taking) begin
          row = row + 1;
          lastEdge = taken;
        end
        taken = taken + 1;
        if (waited >= limit) begin
          if (offering) fail("not-accepted", sent);
          else fail("not-offered", row);
        end
      end
      value = 0;
      if (taken != 0) begin
        writePort(validPort);
        writePort(outReadyPort);
      end
      taken = rows != 0 && count != 0 ? lastEdge - firstEdge : 0;
      $display("\\036=%h", taken);
    end
  endtask

  task until;
    begin
      readWord; port = word;
      readWord; limit = word;
      readValue; wanted = value;
      taken = 0;
      settle;
      readPort(port);
      while (value != wanted && !failed) begin
        if (taken == limit) fail("not-reached", port);
        else begin
          clockEdge;
          settle;
          taken = taken + 1;
          readPort(port);
        end
      end
      $display("\\036=%h", taken);
    end
  endtask

  task command;
    begin
      readWord;
      opcode = word;
      case (opcode)
        1: begin readWord; port = word; readValue; writePort(port); end
        2: begin readWord; settle; readPort(word); $display("\\036=%h", value); end
        3: begin readWord; edges(word); end
        4: batch;
        5: push;
        6: pull;
        7: until;
        8: exchange;
        default: begin value = 0; fail("unknown-command", opcode); end
      endcase
    end
  endtask

  task request;
    reg [31:0] commands;
    begin
      readWord;
      commands = word;
      for (index = 0; index < commands && !failed; index = index + 1) command;
      $display("\\036end %0d", edgeCount);
      $fflush(32'h8000_0001);
      if (failed) $finish(0);
    end
  endtask

  initial begin
    if ($value$plusargs("waves=%s", waves)) begin
      $dumpfile(waves);
      $dumpvars(0, dut);
    end
    checks_broken = 0;
    failed = 0;
    index = 0;
    edgeCount = 0;
    clk = 0;
@CLEAR@
@RESET@
    settle;
    edgeCount = 0;
    forever request;
  end
endmodule
`;
