import type { Transfer } from '../../generated/control';

type Seen = { done: number; atMs: number; rate: number; steps: number };

/** Bytes a second of each file that travels, smoothed; null until it was seen to move twice. */
export class Rates {
  #seen = new Map<string, Seen>();

  look(transfers: Transfer[], nowMs: number): Map<string, number | null> {
    const next = new Map<string, Seen>();
    for (const transfer of transfers) {
      const key = keyOf(transfer);
      next.set(key, step(this.#seen.get(key), transfer.done, nowMs));
    }
    this.#seen = next;
    return new Map([...next].map(([key, seen]) => [key, seen.steps < 2 ? null : Math.max(0, seen.rate)]));
  }
}

export function keyOf(transfer: Transfer): string {
  return `${transfer.up ? 'up' : 'down'}:${transfer.path}`;
}

function step(before: Seen | undefined, done: number, atMs: number): Seen {
  if (before === undefined || done < before.done) return { done, atMs, rate: 0, steps: 0 };
  const elapsed = atMs - before.atMs;
  if (elapsed < 500) return before;
  const rate = ((done - before.done) * 1000) / elapsed;
  const smooth = before.steps === 0 ? rate : before.rate + (rate - before.rate) * 0.3;
  return { done, atMs, rate: smooth, steps: before.steps + 1 };
}
