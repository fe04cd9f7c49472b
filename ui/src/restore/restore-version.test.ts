import { describe, expect, it } from 'vitest';
import type { VersionLine } from '../generated/control';
import { putAside } from './restore-version';

const line = (id: string, source: string, time_ns: number | null): VersionLine => ({
  id, source, time_ns, size: 1, note: null, current: false,
});

describe('what a restore put aside', () => {
  it('is the newest kept version that wasn’t there before', () => {
    const before = [line('s1', 'service', 9), line('k1', 'kept', 8)];
    expect(putAside(before, [...before, line('k2', 'kept', 10), line('k3', 'kept', 11), line('s2', 'service', 12)])?.id).toBe('k3');
    expect(putAside(before, before)).toBeNull();
    expect(putAside([], [line('s1', 'service', 1)])).toBeNull();
  });
});
