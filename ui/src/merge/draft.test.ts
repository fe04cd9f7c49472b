import { describe, expect, it } from 'vitest';
import { readDraft, writeDraft, type Draft } from './draft';

const draft: Draft = {
  seen: 'abc',
  stops: [{ mine: 'm\n', theirs: 't\n', base: '' }],
  pieces: [{ stop: null, text: 'a\r\n' }, { stop: 0, choice: 'edited', text: 'own "text"\u0000\n' }, { stop: 1, choice: null, text: '' }],
};

describe('a draft', () => {
  it('comes back as it was', () => {
    expect(readDraft(writeDraft(draft))).toEqual(draft);
    expect(readDraft(writeDraft({ ...draft, older: 'what I wrote' }))).toEqual({ ...draft, older: 'what I wrote' });
  });

  it('that something else wrote is kept as one text', () => {
    const strange = ['plain text\n', '', '{"a": 1}', '{', '{"tidemark_draft":1,"seen":"x","stops":[],"pieces":[{"stop":0,"choice":"eat","text":""}]}'];
    for (const text of strange) expect(readDraft(text).pieces).toEqual([{ stop: null, text }]);
  });
});
