import { UserError } from "./errors.ts";
import { repeatedKey } from "./json-keys.ts";
import { readText } from "./read-file.ts";

/**
 * Reads and parses a JSON file (UTF-8). Throws `UserError`: file-not-found, file-unreadable, file-too-large, not-json with the byte offset at
 * which the text stops being JSON, and repeated-key.
 */
export function readJson(file: string): unknown {
  return parseJson(readText(file), file);
}

/** Parses JSON text that came from `source`, a file's name or a flag. Throws `UserError` not-json, repeated-key. */
export function parseJson(text: string, source: string): unknown {
  const value = parsed(text, source);
  const path = repeatedKey(text, value);
  if (path === undefined) return value;
  const where = `${source}: ${path}`;
  const message = `${where} stands twice in its object`;
  throw new UserError({ code: "repeated-key", message, where, expected: "each key once", found: "the same key again" });
}

function parsed(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const at = jsonErrorPosition(text);
    const offset = Buffer.byteLength(text.slice(0, at));
    const truncated = at >= text.length;
    const marked = at === 0 && text.startsWith("\uFEFF");
    throw new UserError(
      {
        code: "not-json",
        message: truncated ? `${source} ends in the middle of its JSON` : `${source} is not JSON at byte ${offset}`,
        where: `${source}: byte ${offset}`,
        expected: truncated ? "more text" : "valid JSON",
        found: truncated ? "the end of the file" : JSON.stringify(text.slice(at, at + 20)),
        ...(marked && { found: "a byte-order mark", hint: "save the file as UTF-8 without a byte-order mark" }),
      },
      2,
      { cause },
    );
  }
}

/** A raw integer as JSON carries it: beyond +-(2^53 - 1) as a decimal string. */
export function rawToJson(raw: number | bigint): number | string {
  const limit = Number.MAX_SAFE_INTEGER;
  return raw >= -limit && raw <= limit ? Number(raw) : raw.toString();
}

const token =
  /[\t\n\r ]*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/uy;

/** Position at which `text`, known not to be JSON, goes wrong; its length where it is only cut short. */
export function jsonErrorPosition(text: string): number {
  const open: string[] = [];
  let expects: "value" | "valueOrEnd" | "key" | "keyOrEnd" | "colon" | "commaOrEnd" | "end" = "value";
  token.lastIndex = 0;
  for (;;) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (match === null) return afterSpace(text, from);
    const [, sign, word, scalar] = match;
    const isValue = word !== undefined || scalar !== undefined;
    const closes = sign !== undefined && sign === open.at(-1);
    if (expects === "value" || expects === "valueOrEnd") {
      if (sign === "{" || sign === "[") {
        open.push(sign === "{" ? "}" : "]");
        expects = sign === "{" ? "keyOrEnd" : "valueOrEnd";
        continue;
      }
      if (closes && expects === "valueOrEnd") open.pop();
      else if (!isValue) return afterSpace(text, from);
    } else if (expects === "key" || expects === "keyOrEnd") {
      if (word !== undefined) {
        expects = "colon";
        continue;
      }
      if (!(closes && expects === "keyOrEnd")) return afterSpace(text, from);
      open.pop();
    } else if (expects === "colon") {
      if (sign !== ":") return afterSpace(text, from);
      expects = "value";
      continue;
    } else if (expects === "commaOrEnd") {
      if (sign === ",") {
        expects = open.at(-1) === "}" ? "key" : "value";
        continue;
      }
      if (!closes) return afterSpace(text, from);
      open.pop();
    } else {
      return afterSpace(text, from);
    }
    expects = open.length > 0 ? "commaOrEnd" : "end";
  }
}

/** The offending token's start; a string, number or word that runs into the end of the text counts as cut short. */
function afterSpace(text: string, from: number): number {
  const at = from + (/^[\t\n\r ]*/.exec(text.slice(from))?.[0].length ?? 0);
  const rest = text.slice(at);
  const cutString = /^"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*(?:\\(?:u[0-9a-fA-F]{0,3})?)?$/u.test(rest);
  const cutWord = rest === "-" || ["true", "false", "null"].some((word) => word.startsWith(rest));
  return cutString || cutWord ? text.length : at;
}
