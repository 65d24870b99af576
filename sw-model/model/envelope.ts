import { UserError } from "../errors.ts";
import { asNumber, asObject, describe, inside, type Place, placeText, wrongShape } from "../shape.ts";
import type { Accuracies, ModelAccuracy } from "./model.ts";
import { sha256 } from "./packed.ts";

/** What the JSON files of all stored models have in common: format, version, checksum, accuracies. */
export const formatVersion = 1;

/** The format that a document names, one of `names`; its version must be the known one. */
export function checkFormat<const Name extends string>(value: unknown, names: readonly Name[], at: Place): Name {
  const { format, version } = asRecord(value, at);
  const name = names.find((known) => known === format);
  if (name === undefined) {
    throw wrongShape(inside(at, "format"), names.map((known) => `"${known}"`).join(" or "), describe(format));
  }
  if (version === formatVersion) return name;
  const where = placeText(inside(at, "version"));
  throw new UserError({
    code: "unknown-version",
    message: `${where}: version ${describe(version)} of the model format is not known`,
    where,
    expected: `${formatVersion}`,
    found: describe(version),
  });
}

/** The checksum covers every key but its own. */
export function checkChecksum({ sha256: expected, ...content }: Record<string, unknown>, at: Place): void {
  const found = sha256(JSON.stringify(content));
  if (expected === found) return;
  const where = placeText(inside(at, "sha256"));
  const message = `${where}: the checksum does not fit the contents; the file is damaged or was edited`;
  throw new UserError({ code: "bad-checksum", message, where, expected: describe(expected), found });
}

export function asRecord(value: unknown, at: Place): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrongShape(at, "an object", describe(value));
}

export function parseAccuracies(value: unknown, at: Place): Accuracies {
  const { validation, test } = asObject(value, at, ["validation", "test"]);
  const accuracy = (item: unknown, itemAt: Place): ModelAccuracy => {
    const { float, golden } = asObject(item, itemAt, ["float", "golden"]);
    return { float: asNumber(float, inside(itemAt, "float")), golden: asNumber(golden, inside(itemAt, "golden")) };
  };
  return { validation: accuracy(validation, inside(at, "validation")), test: accuracy(test, inside(at, "test")) };
}

/** The text of a document with format, version and checksum; the same content gives the same bytes. */
export function modelText(format: string, content: Readonly<Record<string, unknown>>): string {
  const document = { format, version: formatVersion, ...content };
  return `${JSON.stringify({ ...document, sha256: sha256(JSON.stringify(document)) }, null, 1)}\n`;
}
