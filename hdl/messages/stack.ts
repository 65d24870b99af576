/**
 * Stacks as text. To format one, and to map it back from compiled JavaScript to TypeScript, is slow, and loops come by the
 * same calls again and again: where the engine tells the calls themselves, each way is formatted once.
 */

/** What was handed to `Error.captureStackTrace`, or an error. */
export interface StackHolder {
  stack?: string;
}

/** The ways that begin with the same innermost calls: by the script and the place in it of the next call. */
interface Way {
  text: string | undefined;
  readonly next: Map<string | null, Map<number, Way>>;
}

const ways = newWay();

/** The text of a stack, as `stack` of the holder gives it. To be asked once for a holder. */
export function stackText(holder: StackHolder): string {
  return formatsOnce ? formattedOnce(holder) : (holder.stack ?? "");
}

/** Whether what the engine says of its calls gives the text that it would have given itself. */
const formatsOnce = sameText();

function sameText(): boolean {
  if (!Error.captureStackTrace || typeof Error.prepareStackTrace !== "function") return false;
  const [own, ours] = [0, 1].map(() => {
    const holder: StackHolder = {};
    Error.captureStackTrace(holder);
    return holder;
  });
  return formattedOnce(ours) === own.stack;
}

function formattedOnce(holder: StackHolder): string {
  const format = Error.prepareStackTrace;
  Error.prepareStackTrace = (error, calls) => {
    const way = wayOf(calls);
    way.text ??= format?.(error, calls);
    return way.text;
  };
  try {
    return String(holder.stack ?? "");
  } finally {
    Error.prepareStackTrace = format;
  }
}

function wayOf(calls: readonly NodeJS.CallSite[]): Way {
  let way = ways;
  for (const call of calls) {
    const script = call.getScriptNameOrSourceURL();
    let places = way.next.get(script);
    if (!places) {
      places = new Map();
      way.next.set(script, places);
    }
    const position = call.getPosition();
    let next = places.get(position);
    if (!next) {
      next = newWay();
      places.set(position, next);
    }
    way = next;
  }
  return way;
}

function newWay(): Way {
  return { text: undefined, next: new Map() };
}
