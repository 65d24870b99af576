/** Which types may stand for each other, whatever their widths, and what to do where they may not. */
import type { HdlErrorDetails } from "../errors.ts";
import { type LeafType, typeName } from "../types.ts";

/** Why a signal of type `given` cannot stand where `type` is expected; widths of integers are judged elsewhere. */
export function typeDifference(type: LeafType, given: LeafType): HdlErrorDetails | undefined {
  const kinds = [type.kind, given.kind];
  if (type.kind !== given.kind) {
    return {
      code: "sign-mismatch",
      message: `${withArticle("A", given)} meets ${withArticle("a", type)}.`,
      expected: kindName(type),
      found: kindName(given),
      hint: kinds.includes("enum")
        ? "An enum meets its own values and signals of the same enum; asUint gives its encoding."
        : kinds.includes("fixed")
          ? "raw() of a fixed-point number is a sint; asFixed(x, il, fl) reads a sint as one."
          : "Convert one of them: asUint, asSint (same bits) or toSint (same number, one bit wider); bit(0) makes a bit of a number.",
    };
  }
  if (type === given || (type.kind !== "enum" && type.kind !== "fixed")) return undefined;
  const named = { expected: typeName(type), found: typeName(given) };
  if (named.expected === named.found) return undefined;
  if (type.kind === "enum") {
    return {
      code: "enum-mismatch",
      message: "Values of different enums meet.",
      ...named,
      hint: "Enums are the same when they list the same values in the same order; translate with a switch.",
    };
  }
  if (type.kind === "fixed") {
    return {
      code: "width-mismatch",
      message: "Fixed-point numbers of different formats meet.",
      ...named,
      hint: "Spell the change: extend(il, fl) for more bits, round({ il, fl, mode }), saturate(il) or wrap(il) for fewer.",
    };
  }
  return undefined;
}

/** What has to agree where widths are judged elsewhere: of integers the kind, of others all that the user wrote. */
function kindName(type: LeafType): string {
  return type.kind === "uint" || type.kind === "sint" ? type.kind : typeName(type);
}

function withArticle(article: string, type: LeafType): string {
  return `${article}${type.kind === "enum" ? "n" : ""} ${typeName(type)}`;
}
