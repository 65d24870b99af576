/** A point of parameters as the command line sets it, one `NAME=VALUE` each; what is undefined stays at its default. */
export function setsOf(point: object): string[] {
  return Object.entries(point).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}
