import { describe, expect, it } from 'vitest';
import { EventLines } from './event-stream';

describe('a stream of events', () => {
  it('is cut into messages, wherever its pieces end', () => {
    const text = ': hello\n\nid: 7\ndata: {"kind":"config"}\n\nid:8\r\ndata: a\r\ndata: b\r\n\r\n';
    for (let size = 1; size < 20; size++) {
      const lines = new EventLines();
      const messages = [];
      for (let at = 0; at < text.length; at += size) messages.push(...lines.take(text.slice(at, at + size)));
      expect(messages).toEqual([
        { data: '{"kind":"config"}', lastEventId: '7' },
        { data: 'a\nb', lastEventId: '8' },
      ]);
    }
  });

  it('has comments that are no messages, and ends in the middle without one', () => {
    const lines = new EventLines();
    expect(lines.take(':\n\n:\n\ndata: half')).toEqual([]);
    expect(lines.take('\n\n')).toEqual([{ data: 'half', lastEventId: '' }]);
  });
});
