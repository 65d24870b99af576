/** The values of one port in a batch: elements of 8, 16 or 32 bits; above 32 bits several elements a value, lowest first. */
export type Column = Uint8Array | Uint16Array | Uint32Array;

/** Words of 32 bits that a column takes in a frame. */
export function columnWords(width: number, rows: number): number {
  if (width <= 8) return Math.ceil(rows / 4);
  if (width <= 16) return Math.ceil(rows / 2);
  return rows * Math.ceil(width / 32);
}

/** The column of `rows` values of a port of `width` bits that stands at this place of a frame; shares its memory. */
export function columnIn(frame: Uint32Array, at: number, width: number, rows: number): Column {
  const start = frame.byteOffset + 4 * at;
  if (width <= 8) return new Uint8Array(frame.buffer, start, rows);
  if (width <= 16) return new Uint16Array(frame.buffer, start, rows);
  return new Uint32Array(frame.buffer, start, rows * Math.ceil(width / 32));
}
