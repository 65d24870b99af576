/** The fields where the condition holds, else none: for ports and connections that only some parameters have. */
export function onlyIf<T extends object>(condition: boolean, fields: T): T {
  return condition ? fields : ({} as T);
}

/** No fields, where the others of a choice would stand. */
export function none<T extends object>(): T {
  return {} as T;
}
