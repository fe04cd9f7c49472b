import type { PairOverview, PairReport } from '../generated/control';
import { standing, type Standing } from '../control/standing';
import { format, t } from '../texts';

export type Mood = 'call' | 'bad' | 'working' | 'rest' | 'none' | 'good';
export type Line = { text: string; mood: Mood; href: string | null };

/** How everything stands, in one sentence: what needs a person first, then what moves, then that all is well. */
export function stateLine(pairs: PairOverview[], reports: Record<string, PairReport>, nowNs: number): Line {
  const words = t.shell.line;
  if (pairs.length === 0) return { text: words.none, mood: 'none', href: '#/set-up' };
  const all = pairs.map((pair) => ({ pair, now: standing(pair, reports[pair.status.pair]) }));
  const first = (is: Standing['is']) => all.find((one) => one.now.is === is);

  const held = first('held');
  if (held?.pair.status.held) {
    const { pair, held: hold } = held.pair.status;
    const text = hold.reason === 'root-missing' ? words.rootMissing(pair) : words.held(pair, hold.deletes);
    return { text, mood: 'call', href: '#/' };
  }
  const failed = first('failed');
  if (failed && failed.now.is === 'failed') {
    const account = failed.pair.status.remote.split(':', 1)[0] ?? '';
    const text = failed.now.code === 'unauthorized' ? words.signIn(account) : words.failed(failed.pair.status.pair);
    return { text, mood: 'bad', href: '#/' };
  }
  const conflicts = pairs.reduce((sum, pair) => sum + pair.status.conflicts.length, 0);
  if (conflicts > 0) return { text: words.conflicts(conflicts), mood: 'call', href: '#/conflicts' };
  const problems = pairs.reduce((sum, pair) => sum + pair.status.problems.length, 0);
  if (problems > 0) return { text: words.problems(problems), mood: 'bad', href: '#/problems' };

  const waiting = first('waiting');
  if (waiting && waiting.now.is === 'waiting') return { text: words.waiting(waiting.now.why), mood: 'working', href: null };
  const working = all.filter((one) => one.now.is === 'working').map((one) => one.pair.live);
  if (working.length > 0) {
    const sum = (key: 'operations' | 'operations_done') => working.reduce((total, live) => total + live[key], 0);
    return { text: words.working(sum('operations_done'), sum('operations')), mood: 'working', href: '#/' };
  }
  const looking = first('looking') ?? first('planning');
  if (looking) {
    return { text: words.looking(looking.pair.status.pair, looking.pair.live.looked), mood: 'working', href: null };
  }
  if (all.every((one) => one.now.is === 'paused')) return { text: words.paused(all.length), mood: 'rest', href: '#/' };
  const checked = pairs.map((pair) => pair.status.last_sync_ns).filter((ns): ns is number => ns !== null);
  if (checked.length === 0) return { text: words.fresh, mood: 'none', href: '#/' };
  return { text: words.idle(format.moment(Math.min(...checked), nowNs)), mood: 'good', href: null };
}
