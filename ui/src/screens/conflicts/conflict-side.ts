import { live } from '../../control/live.svelte';
import { services } from '../../control/services.svelte';
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
