import { describe, expect, it } from 'vitest';
import { href, parseHash } from '../../route/route';
import { everything, filterOf, isEverything, KINDS, queryOf, questionOf, type Filter } from './activity-filter';

const there = (filter: Filter) => filterOf(parseHash(href(['activity'], queryOf(filter))).query);

describe('a filter of the activity', () => {
  it('survives the address', () => {
    const filters: Filter[] = [
      everything,
      { ...everything, search: 'a&b=c %41 #?/ü+,"', pair: 'my docs' },
      { ...everything, kinds: [...KINDS], result: 'failed', time: 'week' },
      { ...everything, result: 'worked', time: 'between', from: '2026-11-21T14:02', until: '2026-11-22T00:00' },
      { ...everything, time: 'between', from: '', until: '2026-11-22T00:00' },
    ];
    for (const filter of filters) expect(there(filter)).toEqual(filter);
  });

  it('that lets everything through leaves nothing in the address', () => {
    expect(href(['activity'], queryOf(everything))).toBe('#/activity');
    expect(isEverything(everything)).toBe(true);
    expect(isEverything({ ...everything, result: 'failed' })).toBe(false);
  });

  it('lets everything through where the address makes no sense', () => {
    const query = new URLSearchParams('did=upload,explode&result=maybe&time=between&from=yesterday&until=2026-99-99T10:00');
    expect(filterOf(query)).toEqual({ ...everything, kinds: ['upload'], time: 'between' });
    expect(filterOf(new URLSearchParams('from=2026-11-21T14:02'))).toEqual(everything);
  });

  it('asks for what people mean', () => {
    const now = Date.parse('2026-11-21T15:00') * 1e6;
    expect(questionOf(everything, now)).toEqual({
      pair: null, search: '', actions: [], failed: null, since_ns: null, until_ns: now,
    });
    const asked = questionOf({ ...everything, kinds: ['delete', 'upload'], result: 'worked', time: 'hour' }, now);
    expect(asked).toMatchObject({ actions: ['delete here', 'delete there', 'upload'], failed: false, since_ns: now - 3_600e9 });
    const between: Filter = { ...everything, time: 'between', from: '2026-11-21T14:02', until: '2026-11-21T14:03' };
    const { since_ns, until_ns } = questionOf(between, now);
    expect(((until_ns ?? 0) - (since_ns ?? 0)) / 1e9).toBeCloseTo(120, 1);
    expect(questionOf({ ...between, until: '2026-11-25T14:03' }, now).until_ns).toBe(now);
  });
});
