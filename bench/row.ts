/** One measured figure. `ratio` is value over reference; `met` tells whether this run reached `bar`. */
export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: number;
  readonly ratio?: number;
  readonly bar?: number;
  readonly met?: boolean;
}
