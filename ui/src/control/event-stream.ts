import type { Source } from './transport';

/** Longer than the daemon is ever silent: it sends a comment every two seconds. */
const SILENCE_MS = 5_000;

/** What of a message matters here. */
export type Message = { data: string; lastEventId: string };

/** Cuts a stream of server-sent events into messages; what is unfinished waits for the next piece. */
export class EventLines {
  #rest = '';
  #data: string[] = [];
  #id = '';

  take(piece: string): Message[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    const messages: Message[] = [];
    for (const line of lines) {
      if (line === '') {
        if (this.#data.length > 0) messages.push({ data: this.#data.join('\n'), lastEventId: this.#id });
        this.#data = [];
      } else if (!line.startsWith(':')) {
        const colon = line.indexOf(':');
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (field === 'data') this.#data.push(value);
        if (field === 'id') this.#id = value;
      }
    }
    return messages;
  }
}

/**
 * Server-sent events over fetch. Unlike EventSource it hears the comments between the events, and so notices a connection
 * that is open and dead: a suspended computer, a tunnel whose other end is gone.
 */
export function eventStream(url: string): Source {
  const abort = new AbortController();
  const source: Source = { onopen: null, onmessage: null, onerror: null, close: () => abort.abort() };
  let silence: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => abort.abort(), SILENCE_MS);
  };

  async function listen(): Promise<void> {
    heard();
    const response = await fetch(url, { signal: abort.signal, headers: { accept: 'text/event-stream' }, cache: 'no-store' });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    source.onopen?.();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const lines = new EventLines();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heard();
      for (const message of lines.take(value)) source.onmessage?.(message);
    }
  }

  listen()
    .catch(() => {})
    .finally(() => {
      clearTimeout(silence);
      source.onerror?.();
    });
  return source;
}
