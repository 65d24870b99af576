/** Where a module is defined, for errors. */
import { expect, it } from "vitest";
import { defineModule, elaborate, HdlError } from "../index.ts";

it("shows the definition of a module whose name cannot stand in Verilog", () => {
  const wrong = defineModule("my module", (_: Record<string, never>) => ({ ports: {}, build: () => undefined }));
  try {
    elaborate(wrong, {});
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof HdlError)) throw error;
    expect(error.details.code).toBe("illegal-name");
    expect(error.message).toContain('const wrong = defineModule("my module"');
  }
});
