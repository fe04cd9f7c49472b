import { describe, expect, it } from 'vitest';
import { Rates } from './rates';

const file = (done: number, path = 'a') => ({ path, up: true, size: 100, done, since_ns: 0, moved_ns: 0 });

describe('the rate of a file', () => {
  it('is told when it was seen to move twice, and never below nothing', () => {
    const rates = new Rates();
    const told = [0, 1000, 2000, 3000].map((done, s) => rates.look([file(done)], s * 1000).get('up:a'));
    expect(told).toEqual([null, null, 1000, 1000]);
    expect(rates.look([file(500)], 4000).get('up:a')).toBeNull();
  });

  it('isn’t worked out from two looks at the same moment', () => {
    const rates = new Rates();
    for (const ms of [0, 1000, 2000]) rates.look([file(ms)], ms);
    expect(rates.look([file(9_000_000)], 2001).get('up:a')).toBe(1000);
  });

  it('of a file that left is forgotten', () => {
    const rates = new Rates();
    for (const ms of [0, 1000, 2000]) rates.look([file(ms)], ms);
    rates.look([], 3000);
    expect(rates.look([file(9000)], 4000).get('up:a')).toBeNull();
  });
});
