import type { EngineError, Notice } from '../generated/control';
import { t } from '../texts';
import type { CommandName, Params, Reply } from './commands';
import { ControlError } from './control-error';

/** How the connection stands, as far as notices tell. */
export type Reach = 'connecting' | 'open' | 'away';

export type Listener = {
  /** A notice and its sequence number. Never one that came before, never one left out: a `gap` is announced. */
  notice: (notice: Notice, seq: number) => void;
  reach: (reach: Reach) => void;
};

/** The one way to the daemon. */
export interface Transport {
  call<C extends CommandName>(command: C, params: Params<C>): Promise<Reply<C>>;
  /** Hears the notices from number `since` on, across reconnections, until the answer is called. */
  subscribe(since: number, listener: Listener): () => void;
  /** Where raw contents lie, for <img src>. */
  contentUrl(query: Record<string, string | number>): string;
}

/** What of EventSource is used; tests bring their own. */
export type Source = Pick<EventSource, 'close'> & {
  onopen: (() => void) | null;
  onmessage: ((event: { data: string; lastEventId: string }) => void) | null;
  onerror: (() => void) | null;
};

type Means = {
  fetch: typeof fetch;
  open: (url: string) => Source;
  later: (run: () => void, ms: number) => () => void;
};

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5_000;

const browser: Means = {
  fetch: (...args) => fetch(...args),
  open: (url) => new EventSource(url) as unknown as Source,
  later: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Over HTTP: commands by POST, notices by Server-Sent Events. */
export class HttpTransport implements Transport {
  constructor(private readonly means: Means = browser) {}

  async call<C extends CommandName>(command: C, params: Params<C>): Promise<Reply<C>> {
    let response: Response;
    try {
      response = await this.means.fetch(`/api/${command}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(params),
      });
    } catch {
      throw new ControlError('unreachable', t.connection.unreachable);
    }
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok && body !== undefined) return body as Reply<C>;
    throw refusal(response.status, body);
  }

  subscribe(since: number, listener: Listener): () => void {
    let wanted = since;
    let wait = FIRST_WAIT_MS;
    let source: Source | null = null;
    let cancelWait = () => {};
    let ended = false;

    const connect = () => {
      if (ended) return;
      listener.reach('connecting');
      const current = this.means.open(`/api/events?since=${wanted}`);
      source = current;
      current.onopen = () => {
        wait = FIRST_WAIT_MS;
        listener.reach('open');
      };
      current.onmessage = (event) => {
        const notice = parse(event.data);
        if (notice === null) return;
        const seq = Number.parseInt(event.lastEventId, 10);
        // A gap may begin another row of numbers; everything else comes once.
        if (notice.kind !== 'gap' && seq < wanted) return;
        if (Number.isFinite(seq)) wanted = seq + 1;
        else if (notice.kind === 'gap') wanted = 0;
        listener.notice(notice, seq);
      };
      // A source that failed is left and another one opened: its own retries stop for good at the first answer that isn't 200.
      current.onerror = () => {
        current.close();
        if (ended || source !== current) return;
        source = null;
        listener.reach('away');
        cancelWait = this.means.later(connect, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      };
    };

    connect();
    return () => {
      ended = true;
      cancelWait();
      source?.close();
    };
  }

  contentUrl(query: Record<string, string | number>): string {
    const pairs = Object.entries(query).map(([key, value]) => [key, String(value)]);
    return `/api/content?${new URLSearchParams(pairs)}`;
  }
}

function parse(data: string): Notice | null {
  try {
    return JSON.parse(data) as Notice;
  } catch {
    return null;
  }
}

function refusal(status: number, body: unknown): ControlError {
  if (typeof body === 'object' && body !== null && 'code' in body && 'message' in body) {
    const error = body as EngineError;
    return new ControlError(error.code, error.message, error.hint ?? null);
  }
  if (status === 401) return new ControlError('signed-out', t.connection.signedOut);
  if (status === 502 || status === 503 || status === 504) {
    return new ControlError('unreachable', t.connection.unreachable);
  }
  return new ControlError('failed', t.connection.strangeAnswer(status));
}
