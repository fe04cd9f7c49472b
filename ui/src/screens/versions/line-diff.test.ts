import { describe, expect, it } from 'vitest';
import { folded, lineDiff, type Run } from './line-diff';

const shown = (runs: Run[]) => runs.flatMap(({ kind, lines }) => lines.map((line) => ({ same: ' ', removed: '-', added: '+' })[kind] + line));
const side = (runs: Run[], without: Run['kind']) => runs.filter(({ kind }) => kind !== without).flatMap(({ lines }) => lines).join('\n');

describe('what changed between two versions', () => {
  it('is the shortest way', () => {
    expect(shown(lineDiff('a\nb\nc\n', 'a\nx\nc\nd\n'))).toEqual([' a', '-b', '+x', ' c', '+d']);
    expect(shown(lineDiff('', 'a\n'))).toEqual(['+a']);
    expect(shown(lineDiff('a', ''))).toEqual(['-a']);
    expect(lineDiff('a\r\nb\r\n', 'a\nb\n')).toEqual([{ kind: 'same', lines: ['a', 'b'] }]);
    expect(lineDiff('', '')).toEqual([]);
  });

  it('holds every line of both, whatever they are', () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 200; round++) {
      const text = () => Array.from({ length: random(12) }, () => 'abcd'[random(4)]).join('\n');
      const [a, b] = [text(), text()];
      const runs = lineDiff(a, b);
      expect(side(runs, 'added'), JSON.stringify([a, b])).toBe(a);
      expect(side(runs, 'removed'), JSON.stringify([a, b])).toBe(b);
    }
  });

  it('is shown as a whole where nothing is alike, and soon', () => {
    const many = (letter: string) => Array.from({ length: 20_000 }, (_, i) => `${letter}${i}`).join('\n');
    const begun = performance.now();
    expect(lineDiff(many('a'), many('b')).map(({ kind, lines }) => [kind, lines.length])).toEqual([['removed', 20_000], ['added', 20_000]]);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });

  it('leaves out what is the same far from any change', () => {
    const same = Array.from({ length: 20 }, (_, i) => `l${i}`).join('\n');
    expect(folded(lineDiff(`${same}\nold\n${same}`, `${same}\nnew\n${same}`)).map((run) => (run.kind === 'skipped' ? run.count : run.lines.length))).toEqual([17, 3, 1, 1, 3, 17]);
  });
});
