const HOUR_NS = 3_600e9;

export type PauseFor = 'half-hour' | 'two-hours' | 'tomorrow' | 'open';

/** When a pause that begins now ends; null: when somebody ends it. Tomorrow begins at eight. */
export function pauseEnd(how: PauseFor, nowNs: number): number | null {
  switch (how) {
    case 'half-hour':
      return nowNs + HOUR_NS / 2;
    case 'two-hours':
      return nowNs + 2 * HOUR_NS;
    case 'tomorrow': {
      const now = new Date(nowNs / 1e6);
      return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8).getTime() * 1e6;
    }
    case 'open':
      return null;
  }
}
