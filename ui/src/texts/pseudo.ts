/** A locale for tests: letters accented, texts 40 % longer, so that what isn't in the catalogue and what is too narrow shows. */

const FROM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const TO = 'àƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÀƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ';
const accents = new Map([...FROM].map((letter, i) => [letter, [...TO][i] ?? letter]));

/** Around what comes from outside (paths, names): it stays as it is. Private-use characters that no text has. */
const OPEN = '\uE000';
const CLOSE = '\uE001';

export function pseudo(text: string): string {
  let given = false;
  let out = '';
  let letters = 0;
  for (const c of text) {
    if (c === OPEN) given = true;
    else if (c === CLOSE) given = false;
    else {
      out += given ? c : (accents.get(c) ?? c);
      if (!given) letters += 1;
    }
  }
  return letters === 0 ? out : `[${out}${'~'.repeat(Math.ceil(letters * 0.4))}]`;
}

/** The same catalogue with every text in the pseudo-locale. */
export function pseudoCatalogue<T>(part: T): T {
  if (typeof part === 'string') return pseudo(part) as T;
  if (typeof part === 'function') {
    const text = part as unknown as (...args: unknown[]) => unknown;
    const marked = (...args: unknown[]) =>
      pseudoCatalogue(text(...args.map((arg) => (typeof arg === 'string' ? OPEN + arg + CLOSE : arg))));
    return marked as T;
  }
  if (Array.isArray(part)) return part.map(pseudoCatalogue) as T;
  if (typeof part === 'object' && part !== null) {
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, pseudoCatalogue(value)])) as T;
  }
  return part;
}
