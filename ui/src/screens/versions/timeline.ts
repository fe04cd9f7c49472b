import type { VersionLine } from '../../generated/control';

/** Versions of one day, the newest first; `null`: nobody knows when they were made. */
export type Day = { date: string | null; lines: VersionLine[] };

/**
 * The service's versions and those kept here as one timeline: what the service has now first, then by time; of the same moment
 * the service's before the kept one, which it replaced. Versions without a time are at the end.
 */
export function timeline(lines: VersionLine[]): Day[] {
  const sorted = lines.toSorted(
    (a, b) =>
      Number(b.current) - Number(a.current) ||
      (b.time_ns ?? -Infinity) - (a.time_ns ?? -Infinity) || Number(a.source === 'kept') - Number(b.source === 'kept'),
  );
  const days: Day[] = [];
  for (const line of sorted) {
    const date = line.time_ns === null ? null : dateOf(line.time_ns);
    const last = days.at(-1);
    if (last && last.date === date) last.lines.push(line);
    else days.push({ date, lines: [line] });
  }
  return days;
}

/** Of two chosen versions the older one first; what the service has now is the newest, whenever another one was put aside. */
export function byAge(lines: VersionLine[]): [VersionLine, VersionLine] | null {
  const [a, b] = lines;
  if (lines.length !== 2 || !a || !b) return null;
  const older = Number(b.current) - Number(a.current) || (b.time_ns ?? 0) - (a.time_ns ?? 0);
  return older >= 0 ? [a, b] : [b, a];
}

function dateOf(ns: number): string {
  const date = new Date(ns / 1e6);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
