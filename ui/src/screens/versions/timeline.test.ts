import { describe, expect, it } from 'vitest';
import type { VersionLine } from '../../generated/control';
import { byAge, timeline } from './timeline';

const at = (text: string) => Date.parse(text) * 1e6;
const line = (id: string, source: 'service' | 'kept', time_ns: number | null, current = false): VersionLine => ({
  id, source, time_ns, current, size: 1, note: null,
});

describe('the timeline of a file', () => {
  it('is one of both places, by day, the newest first', () => {
    const days = timeline([
      line('k1', 'kept', at('2026-11-21T10:00')),
      line('s0', 'service', at('2026-11-19T10:00')),
      line('s2', 'service', at('2026-11-21T11:00'), true),
      line('s1', 'service', at('2026-11-21T10:00')),
      line('x', 'service', null),
    ]);
    expect(days.map((day) => [day.date, day.lines.map(({ id }) => id).join(' ')])).toEqual([
      ['2026-11-21', 's2 s1 k1'], ['2026-11-19', 's0'], [null, 'x'],
    ]);
  });

  it('begins with what the service has now, also where its time says otherwise', () => {
    const days = timeline([line('new', 'kept', at('2026-11-22T10:00')), line('now', 'service', at('2026-11-21T10:00'), true)]);
    expect(days.map(({ lines }) => lines[0]?.id)).toEqual(['now', 'new']);
    expect(timeline([])).toEqual([]);
  });

  it('tells the older of two', () => {
    const [a, b] = [line('a', 'kept', 5), line('b', 'service', 9)];
    expect(byAge([b, a])?.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(byAge([a])).toBeNull();
    expect(byAge([line('now', 'service', 5, true), line('k', 'kept', 6)])?.map(({ id }) => id)).toEqual(['k', 'now']);
  });
});
