import type { PairOverview } from '../generated/control';
import { format, t } from '../texts';
import type { Left } from './estimate';
import type { Standing } from './standing';

export type Told = {
  pair: PairOverview;
  standing: Standing;
  /** What the service is called in a sentence. */
  service: string;
  account: string;
  left: Left;
  nowNs: number;
};

/** How a pair stands, in one sentence: what, how many, why, since when. */
export function pairSentence({ pair, standing, service, account, left, nowNs }: Told): string {
  const { status, live } = pair;
  const words = t.overview.sentence;
  const checked = status.last_sync_ns === null ? null : format.moment(status.last_sync_ns, nowNs);
  switch (standing.is) {
    case 'held':
      return status.held ? heldSentence(status.held.message) : '';
    case 'failed':
      if (standing.code === 'unauthorized') return words.signIn(account, standing.message, status.differing);
      if (standing.code === 'service-away') return words.away(service, standing.message, status.differing);
      return words.failed(standing.message, status.differing);
    case 'waiting':
      return live.operations > 0 ? words.waiting(standing.why, live.operations - live.operations_done) : standing.why;
    case 'looking':
      return words.looking(live.looked, status.synced_files * 2);
    case 'planning':
      return words.planning(live.looked);
    case 'working':
      return words.working({
        ups: live.transfers.filter((transfer) => transfer.up).length,
        downs: live.transfers.filter((transfer) => !transfer.up).length,
        done: live.operations_done,
        all: live.operations,
        bytes: live.bytes > 0 ? format.bytesOf(live.bytes_done, live.bytes) : null,
        left,
      });
    case 'paused': {
      const until = status.paused_until_ns;
      return words.paused(until === null ? null : format.moment(until, nowNs), status.differing);
    }
    case 'undecided':
      return words.undecided(standing.conflicts, standing.problems, checked);
    case 'new':
      return words.fresh;
    case 'idle':
      return words.idle(checked ?? '');
  }
}

/** A guard's own sentences, without the one that names a command: there are buttons for that here. */
export function heldSentence(message: string): string {
  return message.split(/(?<=\.)\s+/).filter((sentence) => !sentence.includes('`tidemark')).join(' ');
}

/** Which side loses files when held deletions are confirmed, as far as the guard's sentence tells. */
export function loser(message: string): 'here' | 'there' | null {
  if (/missing (on this computer|in it)\b/.test(message)) return 'there';
  return /missing on the service\b/.test(message) ? 'here' : null;
}
