/** The page of errors shows what the examples are and what they print. `npx vitest run examples/errors -u` rewrites it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { fixes } from "../../hdl/errors.ts";
import { HdlError } from "../../hdl/index.ts";
import { errors } from "./index.ts";

const codes = Object.keys(errors).sort() as (keyof typeof errors)[];

/** The code of an example, and the file and line where it begins. */
interface Source {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

/** By code: the body of the example, or the expression that it gives. */
const sources = new Map<string, Source>();
for (const file of readdirSync(import.meta.dirname).filter((name) => !name.endsWith(".test.ts"))) {
  const text = readFileSync(join(import.meta.dirname, file), "utf8");
  const parsed = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node, code: string): void => {
    const named = ts.isPropertyAssignment(node) || ts.isMethodDeclaration(node);
    const name = named && (ts.isStringLiteral(node.name) || ts.isIdentifier(node.name)) ? node.name.text : undefined;
    if (name !== "example") {
      ts.forEachChild(node, (child) => visit(child, name ?? code));
      return;
    }
    const method = ts.isMethodDeclaration(node) && node.body;
    const given = ts.isPropertyAssignment(node) && ts.isArrowFunction(node.initializer) && node.initializer.body;
    const { line } = parsed.getLineAndCharacterOfPosition(
      method ? method.statements[0].getStart() : (given as ts.Node).getStart(),
    );
    const last = parsed.getLineAndCharacterOfPosition(
      method ? method.statements[method.statements.length - 1].getEnd() : (given as ts.Node).getEnd(),
    ).line;
    const lines = text.split("\n").slice(line, last + 1);
    const margin = lines[0].length - lines[0].trimStart().length;
    const shown = lines.map((each) => each.slice(margin)).join("\n");
    sources.set(code, { text: shown.replace(/,$/, ";"), file, line });
  };
  visit(parsed, "");
}

/** The message of an example as a user would see it whose file consists of the code shown. */
async function messageOf(code: keyof typeof errors): Promise<string> {
  const { file, line } = sources.get(code) as Source;
  try {
    await errors[code].example();
  } catch (error) {
    if (!(error instanceof HdlError) || error.code !== code) throw error;
    const inExample = (n: string) => String(Number(n) - line);
    return error.message
      .replaceAll(new RegExp(`examples/errors/${file}:(\\d+)`, "g"), (_, n) => `example.ts:${inExample(n)}`)
      .replaceAll(/^ *(\d+) \|/gm, (whole, n) => `${inExample(n).padStart(whole.length - 2)} |`);
  }
  return "no error";
}

describe.each(codes)("%s", (code) => {
  it("is raised by its short example and names lines of it only", async () => {
    const lines = sources.get(code)?.text.split("\n").length ?? 0;
    expect(lines).toBeGreaterThan(0);
    expect(lines).toBeLessThan(12);
    const named = [...(await messageOf(code)).matchAll(/example\.ts:(-?\d+)/g)].map(([, line]) => Number(line));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((line) => line < 1 || line > lines)).toEqual([]);
  });
});

it("the page is what the examples say and print", async () => {
  const sections = codes.map(async (code) => {
    const message = await messageOf(code);
    return [
      `## ${code}`,
      errors[code].meaning,
      `\`\`\`ts\n${sources.get(code)?.text}\n\`\`\``,
      `\`\`\`text\n${message}\n\`\`\``,
      ...(message.includes(fixes[code]) ? [] : [`**Fix.** ${fixes[code]}`]),
    ].join("\n\n");
  });
  const page = [
    "# Errors of the language",
    "Every error has a code, in brackets at the end of its first line. It stands at your line, names what it is about with the lines\nwhere that was made, and says what was expected, what was found, and the fix. A build with several mistakes tells them all.",
    "In the examples `build(ports, body)` elaborates a module of these ports, and `bench` simulates one. Where the type checker\nrefuses a mistake too, `@ts-expect-error` lets the example compile. The messages are what these lines print.",
    "There is one more code, `ir-invalid`: Whittle has made a circuit that breaks its own rules. Please report it.",
    codes.map((code) => `[${code}](#${code})`).join(" · "),
    ...(await Promise.all(sections)),
  ];
  await expect(`${page.join("\n\n")}\n`).toMatchFileSnapshot(join(import.meta.dirname, "../../docs/errors.md"));
});
