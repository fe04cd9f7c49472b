/** Numbers, bytes, times and plurals, the way the reader's locale writes them. */

const language = navigatorLanguage();
const NS_PER_MS = 1_000_000;

function navigatorLanguage(): string {
  const wanted = typeof navigator === 'undefined' ? [] : [...(navigator.languages ?? [])];
  return wanted.find((tag) => tag.startsWith('en')) ?? 'en-GB';
}

const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const three = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
const two = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
const plurals = new Intl.PluralRules('en');
const lists = new Intl.ListFormat('en', { type: 'conjunction' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayOfYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
const wholeDay = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });
const dayAndYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });
const exact = new Intl.DateTimeFormat(language, {
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
  timeZoneName: 'short',
});

export function number(value: number): string {
  return Number.isFinite(value) ? whole.format(value) : '–';
}

export function percent(share: number): string {
  return Number.isFinite(share) ? percents.format(share) : '–';
}

/** With so many digits after the point. */
export function percentWith(share: number, digits: number): string {
  if (!Number.isFinite(share)) return '–';
  return new Intl.NumberFormat(language, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(share);
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

export function bytes(value: number): string {
  if (!Number.isFinite(value) || value < 0) return '–';
  const power = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3 + 1e-9), UNITS.length - 1);
  const scaled = value / 1000 ** power;
  // 999.95 kB would be shown as 1,000 kB.
  if (power < UNITS.length - 1 && Number(scaled.toPrecision(3)) >= 1000) return `1 ${UNITS[power + 1]}`;
  return `${three.format(scaled)} ${UNITS[power]}`;
}

/** Two amounts in the unit of the larger: "1.2 of 4.8 GB". */
export function bytesOf(done: number, total: number): { done: string; total: string } {
  const shown = bytes(total);
  const unit = shown.slice(shown.indexOf(' ') + 1);
  const power = Math.max(0, UNITS.indexOf(unit));
  const capped = Math.max(0, Math.min(done, total));
  return { done: two.format(capped / 1000 ** power), total: shown };
}

export function rate(perSecond: number): string {
  return `${bytes(perSecond)}/s`;
}

/** "1 file", "2 files". */
export function count(value: number, one: string, other: string): string {
  return `${number(value)} ${plurals.select(value) === 'one' ? one : other}`;
}

export function list(items: string[]): string {
  return lists.format(items);
}

/** "about 4 minutes"; never less than a second. */
export function duration(seconds: number): string {
  const s = Math.max(1, Math.round(Number.isFinite(seconds) ? seconds : 1));
  if (s < 60) return count(s, 'second', 'seconds');
  if (s < 3600) return count(Math.round(s / 60), 'minute', 'minutes');
  if (s < 36 * 3600) return count(Math.round(s / 3600), 'hour', 'hours');
  return count(Math.round(s / 86400), 'day', 'days');
}

/** "today 14:02" without the word today; "yesterday 14:02"; "20 Nov 14:02"; with the year where it is another one. */
export function moment(ns: number, nowNs: number): string {
  const then = new Date(ns / NS_PER_MS);
  const now = new Date(nowNs / NS_PER_MS);
  const time = clock.format(then);
  const days = Math.round((midnight(now) - midnight(then)) / 86_400_000);
  if (days === 0) return time;
  if (days === 1 || days === -1) return `${relative.format(-days, 'day')} ${time}`;
  const date = then.getFullYear() === now.getFullYear() ? dayOfYear.format(then) : dayAndYear.format(then);
  return `${date}, ${time}`;
}

/** "Sat 21 November 2026". */
export function day(ns: number): string {
  return wholeDay.format(new Date(ns / NS_PER_MS));
}

/** "5 minutes ago", "in 2 hours". */
export function ago(ns: number, nowNs: number): string {
  const seconds = (ns - nowNs) / 1e9;
  const size = Math.abs(seconds);
  if (size < 45) return relative.format(0, 'second');
  if (size < 3600 * 0.9) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400 * 0.9) return relative.format(Math.round(seconds / 3600), 'hour');
  if (size < 86_400 * 45) return relative.format(Math.round(seconds / 86_400), 'day');
  if (size < 86_400 * 500) return relative.format(Math.round(seconds / (86_400 * 30.44)), 'month');
  return relative.format(Math.round(seconds / (86_400 * 365.25)), 'year');
}

/** With date, zone and milliseconds. */
export function exactly(ns: number): string {
  const date = new Date(ns / NS_PER_MS);
  return Number.isNaN(date.getTime()) ? '–' : exact.format(date);
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
