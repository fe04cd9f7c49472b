import type { Activity } from '../../generated/control';

/** What people filter the activity by; it lives in the address. */
export type Filter = {
  search: string;
  kinds: Kind[];
  result: 'any' | 'worked' | 'failed';
  pair: string;
  time: Span;
  /** As the browser's field writes it, in the person's own time: `2026-11-21T14:02`; for `time: 'between'`. */
  from: string;
  until: string;
};

export const KINDS = ['upload', 'download', 'folder', 'move', 'delete', 'both'] as const;
export type Kind = (typeof KINDS)[number];

export const SPANS = ['any', 'hour', 'day', 'week', 'month', 'between'] as const;
export type Span = (typeof SPANS)[number];

/** The verbs of the daemon that are of one kind. */
const VERBS: Record<Kind, string[]> = {
  upload: ['upload'],
  download: ['download'],
  folder: ['create folder here', 'create folder there'],
  move: ['move here', 'move there'],
  delete: ['delete here', 'delete there'],
  both: ['keep both'],
};

const HOURS: Partial<Record<Span, number>> = { hour: 1, day: 24, week: 24 * 7, month: 24 * 30 };
const HOUR_NS = 3_600 * 1e9;

export const everything: Filter = { search: '', kinds: [], result: 'any', pair: '', time: 'any', from: '', until: '' };

/** Reads a filter from an address; what makes no sense there lets everything through. */
export function filterOf(query: URLSearchParams): Filter {
  const kinds = (query.get('did') ?? '').split(',');
  const result = query.get('result');
  const time = SPANS.find((span) => span === query.get('time')) ?? 'any';
  const moment = (key: string) => (time === 'between' ? momentOf(query.get(key)) : '');
  return {
    search: query.get('q') ?? '',
    kinds: KINDS.filter((kind) => kinds.includes(kind)),
    result: result === 'worked' || result === 'failed' ? result : 'any',
    pair: query.get('pair') ?? '',
    time,
    from: moment('from'),
    until: moment('until'),
  };
}

/** The query that reads as this filter. What lets everything through isn't in it. */
export function queryOf(filter: Filter): Record<string, string | null> {
  const between = filter.time === 'between';
  return {
    q: filter.search || null,
    did: filter.kinds.join(',') || null,
    result: filter.result === 'any' ? null : filter.result,
    pair: filter.pair || null,
    time: filter.time === 'any' ? null : filter.time,
    from: (between && filter.from) || null,
    until: (between && filter.until) || null,
  };
}

export function isEverything(filter: Filter): boolean {
  return Object.values(queryOf(filter)).every((value) => value === null);
}

/** What the daemon is asked. `nowNs` is when it is asked: nothing newer comes, so that pages fit together. */
export function questionOf(filter: Filter, nowNs: number): Omit<Activity, 'skip' | 'limit'> {
  const hours = HOURS[filter.time];
  const until = nsOf(filter.until);
  return {
    pair: filter.pair || null,
    search: filter.search.trim(),
    actions: filter.kinds.flatMap((kind) => VERBS[kind]),
    failed: filter.result === 'any' ? null : filter.result === 'failed',
    since_ns: hours === undefined ? nsOf(filter.from) : nowNs - hours * HOUR_NS,
    // To the end of the minute that was typed.
    until_ns: until === null ? nowNs : Math.min(nowNs, until + 60e9 - 1e6),
  };
}

function momentOf(text: string | null): string {
  return text !== null && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
}

function nsOf(moment: string): number | null {
  const ms = Date.parse(moment);
  return Number.isNaN(ms) ? null : ms * 1e6;
}
