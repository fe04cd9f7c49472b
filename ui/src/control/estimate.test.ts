import { describe, expect, it } from 'vitest';
import { Estimate } from './estimate';

const MB = 1_000_000;

describe('time left', () => {
  it('is silent until three steps were seen', () => {
    const estimate = new Estimate();
    const told = [];
    for (let s = 0; s <= 3; s++) {
      estimate.look(s * MB, s * 1000);
      told.push(estimate.left(10 * MB));
    }
    expect(told.slice(0, 3)).toEqual([null, null, null]);
    expect(told[3]).toEqual({ seconds: 7 });
  });

  it('is never negative, infinite or NaN', () => {
    const estimate = new Estimate();
    for (let s = 0; s < 10; s++) estimate.look(0, s * 1000);
    expect(estimate.left(0)).toBeNull();
    expect(estimate.left(Infinity)).toBeNull();
    expect(estimate.left(NaN)).toBeNull();
    for (let s = 10; s < 20; s++) estimate.look(s * MB, s * 1000);
    estimate.look(NaN, 21_000);
    expect(estimate.left(MB)).toEqual({ seconds: 0 });
  });

  it('says that it is worked out anew before it more than doubles', () => {
    const estimate = new Estimate();
    for (let s = 0; s <= 5; s++) estimate.look(s * MB, s * 1000);
    expect(estimate.left(100 * MB)).toEqual({ seconds: 95 });
    expect(estimate.left(1000 * MB)).toBe('recalculating');
    expect(estimate.left(1000 * MB)).toEqual({ seconds: 995 });
  });

  it('begins again when bytes go back: it is another sync', () => {
    const estimate = new Estimate();
    for (let s = 0; s <= 5; s++) estimate.look(s * MB, s * 1000);
    estimate.look(0, 6000);
    expect(estimate.left(10 * MB)).toBeNull();
  });

  it('doesn’t take two looks at the same moment for a rate', () => {
    const estimate = new Estimate();
    for (let i = 0; i < 20; i++) estimate.look(i * MB, 1000);
    expect(estimate.left(100 * MB)).toBeNull();
  });
});
