import { createSubscriber } from 'svelte/reactivity';

const NS_PER_MS = 1_000_000;

class Clock {
  readonly #subscribe: () => void;

  constructor(everyMs: number) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, everyMs);
      return () => clearInterval(timer);
    });
  }

  /** Nanoseconds since the epoch; what reads it is worked out anew at each tick, and nothing ticks while nobody reads. */
  get nowNs(): number {
    this.#subscribe();
    return Date.now() * NS_PER_MS;
  }
}

/** For what moves: transfers, waits. */
export const everySecond = new Clock(1_000);

/** For ages: "5 minutes ago". */
export const everyHalfMinute = new Clock(30_000);
