import { describe, expect, it } from 'vitest';
import type { Notice } from '../generated/control';
import { ControlError } from './control-error';
import { HttpTransport, type Reach, type Source } from './transport';

class FakeSource implements Source {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string; lastEventId: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;

  constructor(readonly url: string) {}

  close() {
    this.closed = true;
  }

  send(notice: Notice, seq: number | '') {
    this.onmessage?.({ data: JSON.stringify(notice), lastEventId: String(seq) });
  }
}

function world(answers: (() => Promise<Response>)[] = []) {
  const sources: FakeSource[] = [];
  const waits: { run: () => void; ms: number; cancelled: boolean }[] = [];
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const transport = new HttpTransport({
    fetch: (input, init) => {
      asked.push({ url: String(input), init });
      return (answers.shift() ?? (() => Promise.reject(new TypeError('refused'))))();
    },
    open: (url) => {
      const source = new FakeSource(url);
      sources.push(source);
      return source;
    },
    later: (run, ms) => {
      const wait = { run, ms, cancelled: false };
      waits.push(wait);
      return () => (wait.cancelled = true);
    },
  });
  const heard: { notice: Notice; seq: number }[] = [];
  const reach: Reach[] = [];
  const listener = {
    notice: (notice: Notice, seq: number) => heard.push({ notice, seq }),
    reach: (now: Reach) => reach.push(now),
  };
  return { transport, sources, waits, asked, heard, reach, listener };
}

const answer = (status: number, body: unknown) => async () => new Response(JSON.stringify(body), { status });
const config: Notice = { kind: 'config' };

describe('commands', () => {
  it('are posted, and answered with what came', async () => {
    const { transport, asked } = world([answer(200, []), answer(200, null)]);
    expect(await transport.call('conflicts', { pair: null })).toEqual([]);
    expect(asked[0]?.url).toBe('/api/conflicts');
    expect(asked[0]?.init).toMatchObject({ method: 'POST', body: '{"pair":null}' });
    expect(await transport.call('account-remove', { name: 'a' })).toBeNull();
  });

  it('fail with the daemon’s own words', async () => {
    const { transport } = world([answer(409, { code: 'state', message: 'It moved on', hint: 'look again' })]);
    const error = await transport.call('overview', {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ControlError);
    expect(error).toMatchObject({ code: 'state', message: 'It moved on', hint: 'look again' });
  });

  it('fail with a code where nobody answers, or something else does', async () => {
    const proxy = async () => new Response('<h1>Bad Gateway</h1>', { status: 502 });
    const odd = async () => new Response('<h1>It works</h1>', { status: 200 });
    const { transport } = world([proxy, answer(401, {}), odd]);
    const codes = [];
    for (let i = 0; i < 4; i++) {
      codes.push(await transport.call('overview', {}).catch((thrown: ControlError) => thrown.code));
    }
    expect(codes).toEqual(['unreachable', 'signed-out', 'failed', 'unreachable']);
  });
});

describe('notices', () => {
  it('go on after a break where they ended: none missing, none twice', () => {
    const { transport, sources, waits, heard, reach, listener } = world();
    transport.subscribe(8, listener);
    expect(sources[0]?.url).toBe('/api/events?since=8');
    sources[0]?.onopen?.();
    sources[0]?.send(config, 8);
    sources[0]?.send(config, 9);
    sources[0]?.onerror?.();
    expect(sources[0]?.closed).toBe(true);
    waits[0]?.run();
    expect(sources[1]?.url).toBe('/api/events?since=10');
    sources[1]?.onopen?.();
    sources[1]?.send(config, 9);
    sources[1]?.send(config, 10);
    expect(heard.map(({ seq }) => seq)).toEqual([8, 9, 10]);
    expect(reach).toEqual(['connecting', 'open', 'away', 'connecting', 'open']);
  });

  it('are counted anew after a gap: a daemon that was restarted begins again', () => {
    const { transport, sources, heard, listener } = world();
    transport.subscribe(500, listener);
    sources[0]?.send({ kind: 'gap' }, '');
    sources[0]?.send(config, 3);
    expect(heard.map(({ notice }) => notice.kind)).toEqual(['gap', 'config']);
  });

  it('are asked for less and less often while nobody answers, and at once again after that', () => {
    const { transport, sources, waits, listener } = world();
    transport.subscribe(0, listener);
    for (let i = 0; i < 6; i++) {
      sources[i]?.onerror?.();
      waits[i]?.run();
    }
    expect(waits.map(({ ms }) => ms)).toEqual([400, 800, 1600, 3200, 5000, 5000]);
    sources[6]?.onopen?.();
    sources[6]?.onerror?.();
    expect(waits[6]?.ms).toBe(400);
  });

  it('end when they are told to', () => {
    const { transport, sources, waits, listener } = world();
    const stop = transport.subscribe(0, listener);
    sources[0]?.onerror?.();
    stop();
    expect(waits[0]?.cancelled).toBe(true);
    waits[0]?.run();
    expect(sources).toHaveLength(1);
  });

  it('that can’t be read are passed over', () => {
    const { transport, sources, heard, listener } = world();
    transport.subscribe(0, listener);
    sources[0]?.onmessage?.({ data: 'not json', lastEventId: '1' });
    sources[0]?.send(config, 2);
    expect(heard).toHaveLength(1);
  });
});
