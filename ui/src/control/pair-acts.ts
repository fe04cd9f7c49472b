import type { PairView } from '../generated/control';
import { toasts } from '../parts/toasts.svelte';
import { format, t } from '../texts';
import { asControlError } from './control-error';
import { live } from './live.svelte';
import { control } from '.';

/** What people do with a pair. Each says what it did, or why it couldn't. */

export async function syncNow(pairs: string[]): Promise<void> {
  await attempt(t.overview.notSynced, () => control.call('sync', { pairs, confirm_deletes: false }));
}

export async function pause(pair: string, untilNs: number | null): Promise<void> {
  let paused: (PairView) | null = null;
  await attempt(t.overview.notPaused(pair), async () => {
    paused = await control.call('pair-pause', { name: pair, until_ns: untilNs });
  });
  if (paused === null) return;
  // What is said is what the daemon has noted, not what was asked for.
  const end = (paused as PairView).paused_until_ns;
  const until = end === null ? null : format.moment(end, Date.now() * 1e6);
  toasts.show(t.overview.pausedToast(pair, until), {
    action: { label: t.overview.resume, run: () => resume(pair) },
  });
}

export async function resume(pair: string): Promise<void> {
  const done = await attempt(t.overview.notResumed(pair), () => control.call('pair-resume', { name: pair }));
  if (done) toasts.show(t.overview.resumedToast(pair));
}

export async function bringBack(pair: string): Promise<boolean> {
  const done = await attempt(t.overview.hold.notRestored, () => control.call('hold-restore', { pair }));
  if (done) toasts.show(t.overview.hold.restored(pair));
  return done;
}

export async function deleteOnBothSides(pair: string): Promise<boolean> {
  const done = await attempt(t.overview.hold.notDeleted, () =>
    control.call('sync', { pairs: [pair], confirm_deletes: true }),
  );
  if (done) toasts.show(t.overview.hold.deleted(pair));
  return done;
}

/** Runs it and refreshes the overview; a failure becomes a message that says what didn't happen. */
async function attempt(failed: string, run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (thrown) {
    const error = asControlError(thrown);
    toasts.show(failed, { tone: 'bad', detail: [error.message, error.hintHere].filter(Boolean).join('. ') });
    return false;
  } finally {
    live.refresh();
  }
}
