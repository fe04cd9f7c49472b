import type { PairView } from '../../generated/control';

/** The rules of a pair, by the keys under which the daemon changes them. */
export type PairKey =
  | 'direction' | 'on-conflict' | 'keep-days' | 'upload-limit' | 'download-limit' | 'poll-seconds' | 'max-delete-percent'
  | 'max-deletes' | 'verify';

/** What `pair-set` takes to make a rule what it is now: with it a change is undone. */
export function valueOf(pair: PairView, key: PairKey | string): string {
  switch (key) {
    case 'direction':
      return pair.direction;
    case 'on-conflict':
      return pair.on_conflict;
    case 'keep-days':
      return String(pair.keep_days);
    case 'upload-limit':
      return optional(pair.upload_limit);
    case 'download-limit':
      return optional(pair.download_limit);
    case 'poll-seconds':
      return optional(pair.poll_seconds);
    case 'max-delete-percent':
      return String(pair.max_delete_percent);
    case 'max-deletes':
      return String(pair.max_deletes);
    case 'verify':
      return pair.verify;
    default:
      return pair.settings[key] ?? 'none';
  }
}

const LIMITS: Record<string, [least: number, most: number]> = {
  'keep-days': [1, 36_500],
  'poll-seconds': [1, 86_400],
  'max-delete-percent': [0, 100],
  'max-deletes': [0, Number.MAX_SAFE_INTEGER],
};

export function rangeOf(key: string): [least: number, most: number] {
  return LIMITS[key] ?? [0, Number.MAX_SAFE_INTEGER];
}

/** A number as typed, as `pair-set` takes it; null: it can't be. Empty is `none` where that can be. */
export function numberTyped(key: string, text: string): string | null {
  const typed = text.trim();
  if (typed === '') return key === 'poll-seconds' ? 'none' : null;
  const [least, most] = rangeOf(key);
  const value = /^\d+$/.test(typed) ? Number(typed) : NaN;
  return value >= least && value <= most ? String(value) : null;
}

const FACTORS: Record<string, number> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** "2 MB/s", "1.5M", "500k", "800": bytes a second as `pair-set` takes them; empty: `none`; null: it can't be. */
export function rateTyped(text: string): string | null {
  const typed = text.trim().toLowerCase();
  if (typed === '' || typed === 'none') return 'none';
  const parts = /^(\d+(?:[.,]\d+)?)\s*([kmg]?)(?:b(?:\/s)?)?$/.exec(typed);
  if (parts === null) return null;
  const bytes = Math.round(Number((parts[1] ?? '').replace(',', '.')) * (FACTORS[parts[2] ?? ''] ?? 1));
  return bytes >= 1 && Number.isSafeInteger(bytes) ? String(bytes) : null;
}

/** A limit as people type it: "1.5 MB/s"; none: empty. Reads as the same number of bytes. */
export function rateShown(bytes: number | null): string {
  if (bytes === null) return '';
  for (const [unit, factor] of [['G', 1e9], ['M', 1e6], ['k', 1e3]] as const) {
    const shown = String(bytes / factor);
    if (bytes >= factor && shown.length <= 6) return `${shown} ${unit}B/s`;
  }
  return `${bytes} B/s`;
}

function optional(value: number | null): string {
  return value === null ? 'none' : String(value);
}
