import { control } from '../control';
import { asControlError } from '../control/control-error';
import { live } from '../control/live.svelte';
import type { Restored, VersionLine } from '../generated/control';
import { toasts } from '../parts/toasts.svelte';
import { t } from '../texts';

/** A version that somebody wants back. */
export type Wanted = { pair: string; path: string; version: string; source: 'service' | 'kept'; size: number | null };

/**
 * The newest of the kept versions that wasn't there before: what a restore put aside. Restoring it undoes the restore.
 */
export function putAside(before: VersionLine[], now: VersionLine[]): VersionLine | null {
  const known = new Set(before.map((line) => line.id));
  const fresh = now.filter((line) => line.source === 'kept' && !known.has(line.id));
  return fresh.toSorted((a, b) => (b.time_ns ?? 0) - (a.time_ns ?? 0))[0] ?? null;
}

/** Brings it back, in its place or to another one, and says so, with an Undo where something was put aside. */
export async function restore(wanted: Wanted, to: string | null, occupied: boolean): Promise<boolean> {
  const { pair, path, version } = wanted;
  const history = () => control.call('history', { pair, path }).catch((): VersionLine[] => []);
  try {
    const before = to === null && occupied ? await history() : [];
    // What was kept is put where nothing is, or not at all: nobody's newer file is in its way unseen.
    const done: Restored =
      to === null && !occupied && wanted.source === 'kept'
        ? await control.call('kept-restore', { id: version })
        : await control.call('restore', { pair, path, version, to });
    const aside = to === null && occupied ? putAside(before, await history()) : null;
    toasts.show(to === null ? t.restore.done(path) : t.restore.doneTo(done.to), {
      detail: to !== null ? null : aside ? t.restore.asideKept : t.restore.next,
      action: aside && { label: t.restore.undo, run: () => undo(wanted, aside.id) },
    });
    live.revision.activity += 1;
    live.refresh();
    return true;
  } catch (thrown) {
    const error = asControlError(thrown);
    toasts.show(t.restore.failed(path), { tone: 'bad', detail: [error.message, error.hintHere].filter(Boolean).join('. ') });
    return false;
  }
}

async function undo({ pair, path }: Wanted, version: string): Promise<void> {
  try {
    await control.call('restore', { pair, path, version, to: null });
    toasts.show(t.restore.undone(path));
    live.revision.activity += 1;
    live.refresh();
  } catch (thrown) {
    toasts.show(t.restore.notUndone(path), { tone: 'bad', detail: asControlError(thrown).message });
  }
}
