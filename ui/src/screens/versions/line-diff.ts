/** A run of lines: in both texts, only in the older one, or only in the newer one. */
export type Run = { kind: 'same' | 'removed' | 'added'; lines: string[] };

/** Lines that differ at most, for the search of the shortest way; above, what differs is shown as a whole. */
const MOST_STEPS = 2_000;

/** What changed from one text to another, by lines: the shortest way (Myers), for texts that aren't too different. */
export function lineDiff(older: string, newer: string): Run[] {
  const [a, b] = [split(older), split(newer)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const runs: Run[] = [];
  add(runs, 'same', a.slice(0, start));
  for (const run of middle(a.slice(start, a.length - end), b.slice(start, b.length - end))) add(runs, run.kind, run.lines);
  add(runs, 'same', a.slice(a.length - end));
  return runs;
}

/** Runs of the same lines are cut to a few around what changed; `skipped` counts the others. */
export type Fold = Run | { kind: 'skipped'; count: number };

export function folded(runs: Run[], around = 3): Fold[] {
  return runs.flatMap((run, i): Fold[] => {
    if (run.kind !== 'same') return [run];
    const head = i === 0 ? 0 : around;
    const tail = i === runs.length - 1 ? 0 : around;
    if (run.lines.length <= head + tail + 1) return [run];
    const cut = run.lines.length - head - tail;
    const parts: Fold[] = [
      { kind: 'same', lines: run.lines.slice(0, head) },
      { kind: 'skipped', count: cut },
      { kind: 'same', lines: run.lines.slice(head + cut) },
    ];
    return parts.filter((part) => part.kind === 'skipped' || part.lines.length > 0);
  });
}

function split(text: string): string[] {
  return text === '' ? [] : text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
}

function add(runs: Run[], kind: Run['kind'], lines: string[]): void {
  if (lines.length === 0) return;
  const last = runs.at(-1);
  if (last?.kind === kind) last.lines.push(...lines);
  else runs.push({ kind, lines: [...lines] });
}

function middle(a: string[], b: string[]): Run[] {
  const whole: Run[] = [{ kind: 'removed', lines: a }, { kind: 'added', lines: b }];
  if (a.length === 0 || b.length === 0) return whole;
  const limit = Math.min(a.length + b.length, MOST_STEPS);
  const reach = new Map<number, number>([[1, 0]]);
  const trail: Map<number, number>[] = [];
  for (let d = 0; d <= limit; d++) {
    trail.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach.set(k, x);
      if (x >= a.length && x - k >= b.length) return back(a, b, trail, d);
    }
    if (d * d > 4_000_000) break;
  }
  return whole;
}

function back(a: string[], b: string[], trail: Map<number, number>[], steps: number): Run[] {
  const out: Run[] = [];
  let [x, y] = [a.length, b.length];
  for (let d = steps; d >= 0; d--) {
    const reach = trail[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const fromX = d === 0 ? 0 : (reach.get(down ? k + 1 : k - 1) ?? 0);
    const fromY = d === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) {
      out.push({ kind: 'same', lines: [a[--x]!] });
      y--;
    }
    if (d > 0) out.push(down ? { kind: 'added', lines: [b[--y]!] } : { kind: 'removed', lines: [a[--x]!] });
  }
  return out.reverse();
}
