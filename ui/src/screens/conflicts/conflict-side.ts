import { live } from '../../control/live.svelte';
import { services } from '../../control/services.svelte';
import type { ConflictKind, Keep } from '../../generated/control';
import { t } from '../../texts';

/** What the other side of a pair is called; "the service" until it is known. */
export function serviceOf(pair: string): string {
  const found = live.pair(pair);
  if (found === undefined) return t.conflicts.theService;
  return services.side(found.provider, found.status.remote.split(':', 1)[0] ?? '');
}

/** The same for several pairs: the name where they share it. */
export function sharedService(pairs: string[]): string {
  const names = new Set(pairs.map(serviceOf));
  return names.size === 1 ? ([...names][0] ?? t.conflicts.theService) : t.conflicts.theService;
}

/** The last part of a path, in quotation marks. */
export function nameOf(path: string): string {
  return `“${path.slice(path.lastIndexOf('/', path.length - 2) + 1)}”`;
}

/** The choice that was made, where "kept a version" would say too little: one side has none, or it was moved. */
export function specialChoice(kind: ConflictKind, keep: Keep, service: string): string | null {
  if (kind === 'both-changed' || kind === 'both-created' || kind === 'overtaken') return null;
  return t.conflicts.ways[kind][keep]?.label(service) ?? null;
}
