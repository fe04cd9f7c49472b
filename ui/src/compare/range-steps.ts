/** Where a key leads on a scale of 0 to 100: arrows one, Page Up and Down ten, Home and End to the ends; null: not its key. */
export function stepped(value: number, key: string, rtl = false): number | null {
  const sideways = rtl ? -1 : 1;
  const by = { ArrowUp: 1, ArrowDown: -1, ArrowRight: sideways, ArrowLeft: -sideways, PageUp: 10, PageDown: -10 }[key];
  if (key === 'Home') return 0;
  if (key === 'End') return 100;
  return by === undefined ? null : Math.max(0, Math.min(100, Math.round(value) + by));
}
