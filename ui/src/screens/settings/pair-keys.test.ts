import { describe, expect, it } from 'vitest';
import type { PairView } from '../../generated/control';
import { numberTyped, rateShown, rateTyped, valueOf } from './pair-keys';

const pair: PairView = {
  name: 'docs', local: '/d', account: 'nas', remote: '', direction: 'both', on_conflict: 'keep-both', ignore: [], paused: false, paused_until_ns: null,
  keep_days: 30, upload_limit: 500_000, download_limit: null, poll_seconds: null, max_delete_percent: 50, max_deletes: 1_000,
  verify: 'daily', settings: { chunk: '8M' },
};

describe('the keys of a pair’s rules', () => {
  it('take what a rule is now, so that a change is undone', () => {
    const keys = ['direction', 'on-conflict', 'keep-days', 'upload-limit', 'download-limit', 'poll-seconds', 'max-delete-percent', 'max-deletes', 'verify', 'chunk', 'other'];
    expect(keys.map((key) => valueOf(pair, key))).toEqual([
      'both', 'keep-both', '30', '500000', 'none', 'none', '50', '1000', 'daily', '8M', 'none',
    ]);
  });

  it('take numbers in their range only', () => {
    expect(['1', ' 36500 ', '0', '36501', '', '1.5', '-1', 'x'].map((text) => numberTyped('keep-days', text))).toEqual([
      '1', '36500', null, null, null, null, null, null,
    ]);
    expect(['', '86400', '0'].map((text) => numberTyped('poll-seconds', text))).toEqual(['none', '86400', null]);
    expect(['0', '100', '101'].map((text) => numberTyped('max-delete-percent', text))).toEqual(['0', '100', null]);
  });

  it('take rates as people type them, and show them so', () => {
    expect(['', '500k', '2M', '1.5 MB/s', '1,5 mb/s', '800', '3 G', '10 kB'].map(rateTyped)).toEqual([
      'none', '500000', '2000000', '1500000', '1500000', '800', '3000000000', '10000',
    ]);
    expect(['0', 'fast', '-1', '1 kbit', '5 TB', '0.1'].map(rateTyped)).toEqual([null, null, null, null, null, null]);
    expect([null, 500_000, 1_500_000, 999, 1_234_567].map(rateShown)).toEqual(['', '500 kB/s', '1.5 MB/s', '999 B/s', '1234567 B/s']);
    for (const bytes of [1, 999, 1_000, 1_234_567, 2_000_000_000]) expect(rateTyped(rateShown(bytes))).toBe(String(bytes));
  });
});
