import type { ActivityLine } from '../../generated/control';

const COLUMNS = ['time', 'pair', 'action', 'path', 'bytes', 'result', 'reason'] as const;

/** A table that spreadsheets open: RFC 4180, UTF-8 with its mark. */
export function csvOf(lines: ActivityLine[]): string {
  const rows = lines.map((line) => [
    isoTime(line.time_ns), line.pair, line.action, line.path, String(line.bytes), line.ok ? 'worked' : 'failed', line.reason,
  ]);
  return `\uFEFF${[[...COLUMNS], ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** A cell. What a spreadsheet would take for a formula begins with an apostrophe: names of files come from anybody. */
export function csvCell(text: string): string {
  const safe = /^[\s\u0000-\u001f]*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function jsonOf(lines: ActivityLine[]): string {
  return `${JSON.stringify(lines.map((line) => ({ time: isoTime(line.time_ns), ...line })), null, 2)}\n`;
}

/** A line as people send it to each other. */
export function textOf(line: ActivityLine): string {
  const size = line.bytes > 0 ? `, ${line.bytes} bytes` : '';
  return `${isoTime(line.time_ns)} ${line.pair}: ${line.action} "${line.path}"${size}${line.ok ? '' : ' (failed)'}: ${line.reason}`;
}

function isoTime(ns: number): string {
  return new Date(ns / 1e6).toISOString();
}
