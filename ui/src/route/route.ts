/** The part of the address after `#`: segments and a query, both decoded. */
export type Route = { segments: string[]; query: URLSearchParams };

/** Reads `#/conflicts/12?sort=age`. What makes no sense is read as far as it does. */
export function parseHash(hash: string): Route {
  const text = hash.replace(/^#?\/*/, '');
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1));
  return { segments: path.split('/').filter((part) => part !== '').map(decode), query };
}

/** The address of a route; segments may hold anything, `/` too. */
export function href(segments: (string | number)[], query: Record<string, string | null | undefined> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] != null && pair[1] !== '');
  const search = new URLSearchParams(given).toString();
  const path = segments.map((part) => encodeURIComponent(String(part))).join('/');
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
