import { describe, expect, it } from 'vitest';
import type { Live, PairOverview, PairReport, PairStatus } from '../generated/control';
import { standing, urgency } from './standing';

const idle: Live = {
  phase: 'idle', looked: 0, operations: 0, operations_done: 0, failed: 0, bytes: 0, bytes_done: 0, up_per_s: 0,
  down_per_s: 0, waiting: null, transfers: [], last: [],
};

function pair(status: Partial<PairStatus> = {}, live: Partial<Live> = {}): PairOverview {
  return {
    provider: 'folder',
    status: {
      pair: 'docs', local: '/d', remote: 'nas:docs', sentence: 'Up to date.', paused: false, paused_until_ns: null, synced_files: 3, differing: 0,
      last_sync_ns: 1, noticing: 'watching', comparison: null, manifest: null, possible_orphans: [], conflicts: [],
      problems: [], held: null, ...status,
    },
    live: { ...idle, ...live },
  };
}

const held = { reason: 'mass-delete', message: '', deletes: 9, of: 10 } as const;
const conflicts = [{ id: 1, path: 'a', kind: 'both-changed' } as const];

describe('how a pair stands', () => {
  it('tells the most pressing thing', () => {
    expect(standing(pair({ held, conflicts, paused: true })).is).toBe('held');
    expect(standing(pair({ conflicts }, { phase: 'working' })).is).toBe('working');
    expect(standing(pair({ conflicts }, { phase: 'working', waiting: 'Slow down.' }))).toEqual({ is: 'waiting', why: 'Slow down.' });
    expect(standing(pair({ conflicts }))).toEqual({ is: 'undecided', conflicts: 1, problems: 0 });
    expect(standing(pair({ paused: true, conflicts })).is).toBe('paused');
    expect(standing(pair({ last_sync_ns: null })).is).toBe('new');
    expect(standing(pair()).is).toBe('idle');
  });

  it('remembers a failure from before the page was opened, and believes a newer report', () => {
    const failed = pair({ sentence: 'The last sync failed: the folder isn’t there. Last in step at 10:00.' });
    expect(standing(failed)).toMatchObject({ is: 'failed', code: null, message: /^the folder/ });
    const error = { code: 'unauthorized', message: 'Expired', hint: null } as const;
    const report = { pair: 'docs', outcome: 'failed', error } as PairReport;
    expect(standing(pair(), report)).toEqual({ is: 'failed', code: 'unauthorized', message: 'Expired' });
    expect(standing(failed, { ...report, outcome: 'in-sync', error: null }).is).toBe('idle');
  });

  it('orders pairs by who needs a person', () => {
    const stands = [pair({ conflicts }), pair(), pair({ held }), pair({}, { phase: 'working' })].map((one) => urgency(standing(one)));
    expect(stands).toEqual([3, 5, 0, 5]);
  });
});
