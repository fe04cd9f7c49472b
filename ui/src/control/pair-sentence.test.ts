import { describe, expect, it } from 'vitest';
import type { Live, PairOverview, PairStatus } from '../generated/control';
import { heldSentence, loser, pairSentence } from './pair-sentence';
import { standing } from './standing';

const idle: Live = {
  phase: 'idle', looked: 0, operations: 0, operations_done: 0, failed: 0, bytes: 0, bytes_done: 0, up_per_s: 0,
  down_per_s: 0, waiting: null, transfers: [], last: [],
};
const nowNs = new Date('2026-11-21T14:30:00').getTime() * 1e6;
const checked = new Date('2026-11-21T14:02:00').getTime() * 1e6;

function told(status: Partial<PairStatus>, live: Partial<Live> = {}): string {
  const pair: PairOverview = {
    provider: 'evo',
    status: {
      pair: 'docs', local: '/d', remote: 'work:docs', sentence: '', paused: false, paused_until_ns: null, synced_files: 30, differing: 0,
      last_sync_ns: checked, noticing: 'watching', comparison: null, manifest: null, possible_orphans: [], conflicts: [],
      problems: [], held: null, ...status,
    } as PairStatus,
    live: { ...idle, ...live },
  };
  return pairSentence({ pair, standing: standing(pair), service: 'Seequent Evo', account: 'work', left: { seconds: 240 }, nowNs });
}

const file = { path: 'a', size: 10, done: 1, since_ns: 0, moved_ns: 0 };

describe('the sentence of a pair', () => {
  it('says what, how many, why and since when', () => {
    expect(told({})).toBe('Up to date. Checked at 14:02.');
    expect(told({ paused: true, paused_until_ns: checked + 4 * 3_600e9, differing: 14 })).toBe(
      'Paused until 18:02. 14 changes are waiting.',
    );
    expect(told({ paused: true })).toBe('Paused until you resume it.');
    expect(told({}, { phase: 'looking', looked: 12 })).toBe('Looking for changes: 12 of about 60 items.');
    expect(told({}, { phase: 'looking', looked: 70 })).toBe('Looking for changes: 70 items so far.');
    const work = { phase: 'working', operations: 120, operations_done: 3, bytes: 4.8e9, bytes_done: 1.2e9 } as const;
    expect(told({}, { ...work, transfers: [{ ...file, up: true }] })).toBe(
      'Uploading: 3 of 120 changes done (1.2 of 4.8 GB), about 4 minutes left.',
    );
    expect(told({}, { ...work, waiting: 'Seequent Evo asked us to slow down.' })).toBe(
      'Seequent Evo asked us to slow down. 117 changes are waiting.',
    );
    expect(told({ sentence: 'The last sync failed: the disk is full', differing: 1 })).toBe(
      'The last sync failed: the disk is full. 1 change is waiting.',
    );
  });

  it('of a guard leaves out what only the command line can do', () => {
    const message =
      '32 of 40 files are missing on this computer. Nothing was deleted on the service. If they are missing by mistake, put ' +
      'them back in the folder; if you deleted them, run `tidemark sync --confirm-deletes`.';
    expect(heldSentence(message)).toBe('32 of 40 files are missing on this computer. Nothing was deleted on the service.');
    expect(loser(message)).toBe('there');
    expect(loser('All 40 files are missing on the service.')).toBe('here');
    expect(loser('The folder isn’t there.')).toBeNull();
  });
});
