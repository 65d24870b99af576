/** Names of clocks and resets. */

/** Name of the clock of a module's default domain. */
export const clockName = "clock";
/** Name of its synchronous, active-high reset. */
export const resetName = "reset";

/** The same for a domain; the default one is "". */
export function clockOf(domain: string): string {
  return domain === "" ? clockName : `${domain}_${clockName}`;
}

export function resetOf(domain: string): string {
  return domain === "" ? resetName : `${domain}_${resetName}`;
}

/** What clocks and resets are called, active-low ones too; nothing else may be. */
export const controlName = /^(.*_)?(clock|reset|reset_n)$/;
