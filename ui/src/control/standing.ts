import type { EngineError, ErrorCode, PairOverview, PairReport } from '../generated/control';

/** What a pair is doing or waiting for; one thing at a time, the most pressing. */
export type Standing =
  | { is: 'held' }
  | { is: 'failed'; code: ErrorCode | null; message: string }
  | { is: 'waiting'; why: string }
  | { is: 'looking' | 'planning' | 'working' | 'paused' | 'new' | 'idle' }
  | { is: 'undecided'; conflicts: number; problems: number };

const FAILED = 'The last sync failed: ';

/** How a pair stands, from what was last seen of it. */
export function standing(pair: PairOverview, report?: PairReport): Standing {
  const { status, live } = pair;
  if (status.held) return { is: 'held' };
  if (live.phase === 'looking' || live.phase === 'planning' || live.phase === 'working') {
    return live.waiting === null ? { is: live.phase } : { is: 'waiting', why: live.waiting };
  }
  if (status.paused) return { is: 'paused' };
  const failure = failureOf(status.sentence, report);
  if (failure) return { is: 'failed', ...failure };
  const [conflicts, problems] = [status.conflicts.length, status.problems.length];
  if (conflicts + problems > 0) return { is: 'undecided', conflicts, problems };
  return { is: status.last_sync_ns === null ? 'new' : 'idle' };
}

/** The lower, the sooner a person should look. Pairs that need nobody are equal. */
export function urgency(standing: Standing): number {
  switch (standing.is) {
    case 'held':
      return 0;
    case 'failed':
      return standing.code === 'unauthorized' ? 1 : 2;
    case 'undecided':
      return standing.conflicts > 0 ? 3 : 4;
    default:
      return 5;
  }
}

/** A failure as the last report told it, or as the state remembers it from before the page was opened. */
function failureOf(sentence: string, report?: PairReport): { code: ErrorCode | null; message: string } | null {
  if (report) {
    const error: EngineError | null | undefined = report.error;
    return report.outcome === 'failed' && error ? { code: error.code, message: error.message } : null;
  }
  return sentence.startsWith(FAILED) ? { code: null, message: sentence.slice(FAILED.length) } : null;
}
