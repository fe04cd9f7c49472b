import { control } from '../../control';

/** Unless a pair says otherwise. */
const DAYS = 30;

/** For how many days each pair keeps what was replaced. */
class KeptFor {
  days = $state.raw<Record<string, number>>({});

  async load(): Promise<void> {
    try {
      const pairs = await control.call('pairs', {});
      this.days = Object.fromEntries(pairs.map((pair) => [pair.name, pair.keep_days]));
    } catch {
      // The shorter promise is made until it is known.
    }
  }

  of(pair: string): number {
    return this.days[pair] ?? DAYS;
  }

  /** What can be promised for all of them. */
  shortest(pairs: string[]): number {
    return pairs.length === 0 ? DAYS : Math.min(...pairs.map((pair) => this.of(pair)));
  }
}

export const keptFor = new KeptFor();
