/** The fields where the condition holds, else none: for ports and connections that only some parameters have. */
export function onlyIf<T extends object>(condition: boolean, fields: T): T {
  return condition ? fields : ({} as T);
}
