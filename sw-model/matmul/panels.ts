import type { MatmulOperation } from "./operation.ts";
import { type MatmulParameters, mostInner } from "./spec.ts";

/** From `from` on, up to but without `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A part of a product that the buffers hold: what software loads and starts at once. */
export interface Panel {
  readonly rows: Span;
  readonly cols: Span;
  readonly inner: Span;
  /** Whether A, and B, of this panel are to be loaded; else they are those of the panel before. */
  readonly loadA: boolean;
  readonly loadB: boolean;
  /** The sums are not complete: the next panel goes on with them. */
  readonly keep: boolean;
  /**
   * How many results each column has rounded before this panel by the order of the whole product; absent where the random sources stand there
   * by themselves.
   */
  readonly drawn?: readonly number[];
}

/** M, K and N of C = A B with A of M x K and B of K x N. */
export interface ProductSize {
  readonly m: number;
  readonly inner: number;
  readonly n: number;
}

export function sizeOf({ a, b, transposeA, transposeB }: MatmulOperation): ProductSize {
  const [m, inner] = transposeA ? [a[0].length, a.length] : [a.length, a[0].length];
  return { m, inner, n: transposeB ? b.length : b[0].length };
}

type Shape = Pick<MatmulParameters, "rows" | "cols" | "aSquares" | "bSquares" | "rounding" | "dropBits">;

/**
 * Divides a product of any size into panels that fit the buffers. Where they hold the inner dimension of a tile, each panel of B is loaded
 * once and A goes past it; where they do not, a tile is the sum of several panels. Results are those of the whole product: tiles count row-major
 * for the random sources (contract, operations), so panels out of that order say where these must stand.
 */
export function panelsOf(p: Shape, size: ProductSize): Panel[] {
  const depth = mostInner(p);
  return size.inner <= depth ? wholeSums(p, size) : dividedSums(p, size, depth);
}

function wholeSums(p: Shape, { m, inner, n }: ProductSize): Panel[] {
  const across = Math.ceil(n / p.cols);
  const wide = Math.floor(p.bSquares / Math.ceil(inner / p.cols));
  const draws = p.rounding === "stochastic" && p.dropBits > 0;
  const divided = wide < across;
  // A panel of several rows of tiles beside a part of B would draw out of order.
  const high = divided && draws ? 1 : Math.floor(p.aSquares / Math.ceil(inner / p.rows));
  const [columns, rows] = [spans(n, wide * p.cols), spans(m, high * p.rows)];
  const edge = n - (across - 1) * p.cols;
  const drawnBefore = (top: number, left: number) =>
    Array.from({ length: p.cols }, (_, j) => {
      const aRow = j < edge ? across : across - 1;
      return top * aRow + Math.min(p.rows, m - top) * (left / p.cols);
    });
  return columns.flatMap((cols, c) =>
    rows.map((span, r) => ({
      ...{ rows: span, cols, inner: { from: 0, to: inner } },
      loadA: rows.length > 1 || c === 0,
      loadB: r === 0,
      keep: false,
      ...(draws && columns.length > 1 && rows.length > 1 ? { drawn: drawnBefore(span.from, cols.from) } : {}),
    })),
  );
}

/** A tile after another, its sums over several loads. */
function dividedSums(p: Shape, { m, inner, n }: ProductSize, depth: number): Panel[] {
  return spans(m, p.rows).flatMap((rows) =>
    spans(n, p.cols).flatMap((cols) =>
      spans(inner, depth).map((part) => ({
        ...{ rows, cols, inner: part },
        ...{ loadA: true, loadB: true, keep: part.to < inner },
      })),
    ),
  );
}

function spans(length: number, step: number): Span[] {
  return Array.from({ length: Math.ceil(length / step) }, (_, i) => ({
    from: i * step,
    to: Math.min(length, (i + 1) * step),
  }));
}

/** The operands of a panel, as the operation gives them. */
export function panelOperation(
  { a, b, transposeA = false, transposeB = false }: MatmulOperation,
  { rows, cols, inner }: Panel,
): MatmulOperation {
  const part = (matrix: MatmulOperation["a"], down: Span, along: Span) =>
    matrix.slice(down.from, down.to).map((row) => row.slice(along.from, along.to));
  return {
    a: transposeA ? part(a, inner, rows) : part(a, rows, inner),
    b: transposeB ? part(b, cols, inner) : part(b, inner, cols),
    transposeA,
    transposeB,
  };
}
