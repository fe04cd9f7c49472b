import { asControlError, type ControlError } from '../../control/control-error';
import type { Transport } from '../../control/transport';
import type { Activity, ActivityLine } from '../../generated/control';

const PAGE = 100;
const EXPORT_PAGE = 20_000;

type Question = Omit<Activity, 'skip' | 'limit'>;

/** The lines that a filter lets through; of many, only the pages that were looked at. */
export class ActivityLog {
  /** As long as there are lines; holes are lines that aren't loaded yet. */
  lines = $state.raw<ActivityLine[]>([]);
  total = $state<number | null>(null);
  error = $state.raw<ControlError | null>(null);
  busy = $state(false);
  readonly #transport: Transport;
  #question: Question | null = null;
  #asked = new Set<number>();
  #turn = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Asks anew; the old lines stay until the first new ones are there. */
  async open(question: Question): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const page = await this.#page(question, 0, PAGE);
      if (turn !== this.#turn) return;
      this.#question = question;
      this.#asked = new Set([0]);
      this.total = page.total;
      this.error = null;
      const lines: ActivityLine[] = [];
      lines.length = page.total;
      this.lines = put(lines, 0, page.lines);
    } catch (thrown) {
      if (turn === this.#turn) this.error = asControlError(thrown);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** These lines are looked at: loads the pages that they are on. */
  look(from: number, to: number): void {
    const question = this.#question;
    if (question === null) return;
    for (let page = Math.floor(from / PAGE); page * PAGE < Math.min(to, this.lines.length); page++) {
      if (!this.#asked.has(page)) void this.#load(question, page);
    }
  }

  /** Every line of the present question. */
  async all(told: (done: number) => void): Promise<ActivityLine[]> {
    const question = this.#question;
    if (question === null) return [];
    const lines: ActivityLine[] = [];
    for (;;) {
      const page = await this.#page(question, lines.length, EXPORT_PAGE);
      lines.push(...page.lines);
      told(lines.length);
      if (page.lines.length === 0 || lines.length >= page.total) return lines;
    }
  }

  async #load(question: Question, page: number): Promise<void> {
    const asked = this.#asked;
    asked.add(page);
    try {
      const { lines } = await this.#page(question, page * PAGE, PAGE);
      if (asked === this.#asked) this.lines = put(this.lines.slice(), page * PAGE, lines);
    } catch (thrown) {
      asked.delete(page);
      if (asked === this.#asked) this.error = asControlError(thrown);
    }
  }

  #page(question: Question, skip: number, limit: number) {
    return this.#transport.call('activity', { ...question, skip, limit });
  }
}

function put(all: ActivityLine[], at: number, lines: ActivityLine[]): ActivityLine[] {
  lines.forEach((line, i) => {
    if (at + i < all.length) all[at + i] = line;
  });
  return all;
}
