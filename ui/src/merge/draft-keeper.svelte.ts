import { control } from '../control';
import { writeDraft } from './draft';
import type { MergeWork } from './merge-work.svelte';

const QUIET_MS = 700;

/** Keeps what a person made of a merge at the daemon, a moment after each change. */
export class DraftKeeper {
  /** When the draft was kept last. */
  keptNs = $state<number | null>(null);
  failed = $state(false);
  /** The text of an older draft, which is kept along. */
  readonly older: string | null;
  readonly #id: number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #wanted: string | null = null;
  #sending: Promise<void> | null = null;

  constructor(id: number, older: string | null) {
    this.#id = id;
    this.older = older;
  }

  soon(work: MergeWork): void {
    this.#wanted = writeDraft({ ...work.draft, ...(this.older === null ? {} : { older: this.older }) });
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), QUIET_MS);
  }

  /** Sends what isn't kept yet. */
  async now(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#sending !== null) await this.#sending;
    const text = this.#wanted;
    if (text === null) return;
    this.#wanted = null;
    this.#sending = this.#send(text);
    await this.#sending;
  }

  /** Nothing more is kept, and what is kept is forgotten. */
  async forget(): Promise<void> {
    this.drop();
    while (this.#sending !== null) await this.#sending;
    this.keptNs = null;
    await control.call('conflict-draft', { id: this.#id, text: null }).catch(() => {});
  }

  /** What isn't kept yet is dropped: the conflict is settled. */
  drop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#wanted = null;
  }

  async #send(text: string): Promise<void> {
    try {
      await control.call('conflict-draft', { id: this.#id, text });
      this.keptNs = Date.now() * 1e6;
      this.failed = false;
    } catch {
      this.failed = true;
      // A newer text wins; otherwise this one is tried again.
      this.#wanted ??= text;
      this.#timer ??= setTimeout(() => void this.now(), 5_000);
    } finally {
      this.#sending = null;
    }
  }
}
