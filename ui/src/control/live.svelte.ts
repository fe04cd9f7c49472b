import type { Live, Notice as Told, Overview, PairOverview, PairReport } from '../generated/control';
import { asControlError } from './control-error';
import { Estimate, type Left } from './estimate';
import type { Reach, Transport } from './transport';
import { control } from '.';

/** How the page and the daemon stand: `signed-out` needs a new login link, `away` mends itself. */
export type Connection = 'connecting' | 'live' | 'away' | 'signed-out';

type Notice = Told;

export type Warning = { pair: string | null; text: string };

/** Notices are applied together, so that thousands a second leave the keyboard alone. */
const FLUSH_MS = 100;
const REFRESH_MS = 300;
const MOST_WARNINGS = 20;

/** The overview and what the notices make of it. */
export class LiveState {
  overview = $state.raw<Overview | null>(null);
  connection = $state<Connection>('connecting');
  /** When the daemon was last heard of. */
  heardNs = $state.raw<number | null>(null);
  /** Rises when something of that kind has changed: an effect that reads it loads its list again. */
  revision = $state({ conflicts: 0, activity: 0, config: 0, accounts: 0 });
  warnings = $state.raw<Warning[]>([]);
  /** How the last sync of each pair ended, since the page was opened. */
  reports = $state.raw<Record<string, PairReport>>({});
  /** Estimated time left, by pair. */
  left = $state.raw<Record<string, Left>>({});

  readonly #transport: Transport;
  readonly #estimates = new Map<string, Estimate>();
  #stop: (() => void) | null = null;
  #queue: { notice: Notice; seq: number }[] = [];
  #flushTimer: ReturnType<typeof setTimeout> | null = null;
  #refreshTimer: ReturnType<typeof setTimeout> | null = null;
  #loading = false;
  #loadAgain = false;
  #was: Reach = 'connecting';

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get pairs(): PairOverview[] {
    return this.overview?.pairs ?? [];
  }

  pair(name: string): PairOverview | undefined {
    return this.pairs.find((pair) => pair.status.pair === name);
  }

  get conflictCount(): number {
    return this.pairs.reduce((sum, pair) => sum + pair.status.conflicts.length, 0);
  }

  get problemCount(): number {
    return this.pairs.reduce((sum, pair) => sum + pair.status.problems.length, 0);
  }

  /** Takes a snapshot and listens from there on. The answer ends it. */
  start(): () => void {
    void this.#load();
    return () => {
      this.#stop?.();
      this.#stop = null;
      for (const timer of [this.#flushTimer, this.#refreshTimer]) if (timer !== null) clearTimeout(timer);
    };
  }

  /** Takes a new snapshot soon; many wishes at a time are one. */
  refresh(): void {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = null;
      void this.#load();
    }, REFRESH_MS);
  }

  /** Puts a warning away. */
  dismiss(warning: Warning): void {
    this.warnings = this.warnings.filter((other) => other !== warning);
  }

  async #load(): Promise<void> {
    if (this.#loading) {
      this.#loadAgain = true;
      return;
    }
    this.#loading = true;
    try {
      const overview = await this.#transport.call('overview', {});
      this.overview = overview;
      this.heardNs = Date.now() * 1e6;
      for (const pair of overview.pairs) this.#estimate(pair.status.pair, pair.live);
      this.connection = 'live';
      this.#stop ??= this.#listen(overview.seq);
      this.#queue = this.#queue.filter(({ seq }) => !(seq < overview.seq));
    } catch (thrown) {
      const error = asControlError(thrown);
      this.connection = error.code === 'signed-out' || error.code === 'forbidden' ? 'signed-out' : 'away';
      if (this.#stop === null) setTimeout(() => void this.#load(), 1_500);
    } finally {
      this.#loading = false;
      if (this.#queue.length > 0) this.#flushSoon();
      if (this.#loadAgain) {
        this.#loadAgain = false;
        this.refresh();
      }
    }
  }

  #listen(since: number): () => void {
    return this.#transport.subscribe(since, {
      notice: (notice, seq) => {
        this.#queue.push({ notice, seq });
        this.#flushSoon();
      },
      reach: (reach) => this.#reached(reach),
    });
  }

  #reached(reach: Reach): void {
    if (reach === 'away') {
      if (this.connection !== 'signed-out') this.connection = 'away';
      if (this.#was !== 'away') void this.#load();
    }
    if (reach === 'open' && this.connection !== 'live') void this.#load();
    if (reach !== 'connecting') this.#was = reach;
  }

  #flushSoon(): void {
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = null;
      if (!this.#loading) this.#flush();
    }, FLUSH_MS);
  }

  #flush(): void {
    const queue = this.#queue;
    this.heardNs = Date.now() * 1e6;
    this.#queue = [];
    const lives = new Map<string, Live>();
    const settled: PairReport[] = [];
    const risen = { conflicts: false, activity: false, config: false, accounts: false };
    const warnings: Warning[] = [];
    let snapshot = false;
    for (const { notice } of queue) {
      switch (notice.kind) {
        case 'live':
          lives.set(notice.pair, notice.live);
          this.#estimate(notice.pair, notice.live);
          break;
        case 'settled':
          settled.push(notice.report);
          risen.conflicts = risen.activity = snapshot = true;
          break;
        case 'conflicts':
          risen.conflicts = snapshot = true;
          break;
        case 'config':
          risen.config = risen.accounts = snapshot = true;
          break;
        case 'warning':
          warnings.push({ pair: notice.pair, text: notice.text });
          break;
        case 'gap':
          risen.conflicts = risen.activity = risen.config = risen.accounts = snapshot = true;
          break;
      }
    }
    if (lives.size > 0 && this.overview !== null) {
      const pairs = this.overview.pairs.map((pair) => {
        const live = lives.get(pair.status.pair);
        return live === undefined ? pair : { ...pair, live };
      });
      this.overview = { ...this.overview, pairs };
    }
    if (settled.length > 0) {
      this.reports = { ...this.reports, ...Object.fromEntries(settled.map((report) => [report.pair, report])) };
    }
    for (const key of ['conflicts', 'activity', 'config', 'accounts'] as const) {
      if (risen[key]) this.revision[key] += 1;
    }
    if (warnings.length > 0) this.warnings = [...warnings.reverse(), ...this.warnings].slice(0, MOST_WARNINGS);
    if (snapshot) this.refresh();
  }

  #estimate(pair: string, live: Live): void {
    if (live.phase !== 'working') {
      this.#estimates.delete(pair);
      if (pair in this.left) this.left = without(this.left, pair);
      return;
    }
    const estimate = this.#estimates.get(pair) ?? new Estimate();
    this.#estimates.set(pair, estimate);
    estimate.look(live.bytes_done, Date.now());
    this.left = { ...this.left, [pair]: estimate.left(live.bytes) };
  }
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record;
  return rest;
}

/** The one state that every screen reads. */
export const live = new LiveState(control);
