/** Nanoseconds and bytes of one look at a running sync. */
type Sample = { atMs: number; done: number };

const HALF_LIFE_MS = 15_000;
const SAMPLES_NEEDED = 3;
const LONGEST_S = 30 * 24 * 3600;

/** What is left to tell of a running sync: seconds, or that the rate has changed so much that they are worked out anew. */
export type Left = { seconds: number } | 'recalculating' | null;

/**
 * How long it will still take. Silent until it has seen three steps forward; never NaN, infinite or negative; an estimate
 * that more than doubles is announced as `recalculating` once before it is believed.
 */
export class Estimate {
  #last: Sample | null = null;
  #rate = 0;
  #samples = 0;
  #shown: number | null = null;

  /** A look: bytes done so far and the time. Bytes that go back begin a new estimate. */
  look(done: number, atMs: number): void {
    if (!Number.isFinite(done) || !Number.isFinite(atMs)) return;
    if (this.#last === null || done < this.#last.done) {
      this.#reset({ atMs, done });
      return;
    }
    const elapsed = atMs - this.#last.atMs;
    if (elapsed < 200) return;
    const rate = ((done - this.#last.done) * 1000) / elapsed;
    const weight = 1 - 0.5 ** (elapsed / HALF_LIFE_MS);
    this.#rate = this.#samples === 0 ? rate : this.#rate + (rate - this.#rate) * Math.max(weight, 1 / (this.#samples + 1));
    this.#samples += 1;
    this.#last = { atMs, done };
  }

  /** What is left of `total` bytes. */
  left(total: number): Left {
    const done = this.#last?.done ?? 0;
    if (this.#samples < SAMPLES_NEEDED || !(this.#rate > 0) || !Number.isFinite(total)) return null;
    const seconds = Math.max(0, total - done) / this.#rate;
    if (!Number.isFinite(seconds) || seconds > LONGEST_S) return null;
    const grew = this.#shown !== null && seconds > 2 * this.#shown && seconds - this.#shown > 10;
    this.#shown = seconds;
    return grew ? 'recalculating' : { seconds };
  }

  #reset(sample: Sample): void {
    this.#last = sample;
    this.#rate = 0;
    this.#samples = 0;
    this.#shown = null;
  }
}
