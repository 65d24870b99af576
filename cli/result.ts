/** What a command gives back: the JSON document, the same for people, and whether everything was right. */
export interface CommandResult {
  readonly document: unknown;
  readonly text: string;
  /** 1 where a check failed; 0 when absent. */
  readonly exitStatus?: 0 | 1 | 3;
}
