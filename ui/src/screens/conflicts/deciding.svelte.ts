import { control } from '../../control';
import { asControlError } from '../../control/control-error';
import { live } from '../../control/live.svelte';
import type { ConflictView, Keep, ResolutionView } from '../../generated/control';
import { announce } from '../../parts/announcer.svelte';
import { plain } from '../../parts/shown-path';
import { toasts } from '../../parts/toasts.svelte';
import { t } from '../../texts';
import { nameOf, sharedService, specialChoice } from './conflict-side';

const MOST = 50;

/** What was decided, newest first, and the ways to decide and to take it back. */
class Deciding {
  lately = $state.raw<ResolutionView[] | null>(null);
  latelyFailed = $state.raw<string | null>(null);
  busy = $state(false);
  /** Rises when something was decided or undone here: lists are loaded again. */
  revision = $state(0);

  async loadLately(): Promise<void> {
    try {
      this.lately = await control.call('resolutions', { limit: MOST });
      this.latelyFailed = null;
    } catch (thrown) {
      this.latelyFailed = asControlError(thrown).message;
    }
  }

  /** Decides for all of them at once; true when it was done, for all or some. */
  async keep(conflicts: ConflictView[], keep: Keep): Promise<boolean> {
    return this.#act(t.conflicts.done.notDecided, async () => {
      const { resolutions } = await control.call('resolve', { ids: conflicts.map((one) => one.id), keep });
      const service = sharedService([...new Set(conflicts.map((one) => one.pair))]);
      const words = t.conflicts.done;
      const [first] = conflicts;
      if (resolutions.length === 0) toasts.show(words.none, { tone: 'bad' });
      else if (resolutions.length < conflicts.length) this.#show(words.some(resolutions.length, conflicts.length), resolutions);
      else if (first !== undefined && conflicts.length === 1) {
        const name = plain(nameOf(first.path));
        const choice = specialChoice(first.kind, keep, service);
        this.#show(choice === null ? words[keep](name, service) : words.chosen(name, choice), resolutions);
      } else this.#show(words.many(keep, conflicts.length), resolutions);
      return resolutions.length > 0;
    });
  }

  /** Says that a merged file was saved. */
  merged(conflict: ConflictView, resolutions: ResolutionView[]): void {
    this.#show(t.conflicts.done.merged(plain(nameOf(conflict.path))), resolutions);
    this.#changed();
  }

  async undo(resolutions: ResolutionView[]): Promise<boolean> {
    return this.#act(t.conflicts.done.notUndone, async () => {
      const ids = resolutions.map((one) => one.id);
      // A message that offers what was just done is stale.
      for (const one of resolutions) toasts.dismiss(this.#toasts.get(this.#batchOf(one)) ?? -1);
      await control.call('undo', { ids });
      const text = t.conflicts.done.undone(ids.length);
      toasts.show(text);
      announce(text);
      return true;
    });
  }

  /** Takes the newest decision back that can be. */
  async undoLast(): Promise<void> {
    if (this.lately === null) await this.loadLately();
    const last = this.lately?.find((one) => one.undoable && one.undone_ns === null);
    if (last === undefined) return void announce(t.conflicts.lately.none);
    // What was decided together is taken back together.
    const batch = this.lately?.filter((one) => one.undoable && one.undone_ns === null && this.#batchOf(one) === this.#batchOf(last));
    await this.undo(batch ?? [last]);
  }

  #batches = new Map<number, number>();
  #toasts = new Map<number, number>();
  #nextBatch = -1;

  #batchOf(resolution: ResolutionView): number {
    return this.#batches.get(resolution.id) ?? resolution.id;
  }

  #show(text: string, resolutions: ResolutionView[]): void {
    const batch = this.#nextBatch--;
    for (const one of resolutions) this.#batches.set(one.id, batch);
    const undoable = resolutions.filter((one) => one.undoable);
    const action = { label: t.conflicts.done.undo, run: async () => void (await this.undo(undoable)) };
    this.#toasts.set(batch, toasts.show(text, undoable.length > 0 ? { action } : {}));
  }

  async #act(failed: string, run: () => Promise<boolean>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      return await run();
    } catch (thrown) {
      const error = asControlError(thrown);
      const detail = [error.message, error.hintHere].filter((text) => text !== null).map(t.parts.sentence).join(' ');
      toasts.show(failed, { tone: 'bad', detail });
      return false;
    } finally {
      this.busy = false;
      this.#changed();
    }
  }

  #changed(): void {
    this.revision += 1;
    live.refresh();
    void this.loadLately();
  }
}

export const deciding = new Deciding();
