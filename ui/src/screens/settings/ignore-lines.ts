export const PRESETS = ['os-junk', 'build-output', 'temporary'] as const;
export type Preset = (typeof PRESETS)[number];

export const PATTERNS: Record<Preset, string[]> = {
  'os-junk': ['.DS_Store', '._*', 'Thumbs.db', 'desktop.ini', '.directory', '.Trash-*/', '$RECYCLE.BIN/'],
  'build-output': ['node_modules/', 'target/', 'build/', 'dist/', '__pycache__/', '*.o', '*.pyc'],
  temporary: ['*.tmp', '*.temp', '*.swp', '~$*', '.~lock.*#', '*.part', '*.crdownload'],
};

const MARKS: Record<Preset, string> = {
  'os-junk': '# Preset: leftovers of operating systems',
  'build-output': '# Preset: build output',
  temporary: '# Preset: temporary files',
};

/** A preset is on when every pattern of it is there, whoever wrote it. */
export function presetState(lines: string[], preset: Preset): 'on' | 'partly' | 'off' {
  const there = new Set(lines.map((line) => line.trim()));
  const found = PATTERNS[preset].filter((pattern) => there.has(pattern)).length;
  return found === PATTERNS[preset].length ? 'on' : found === 0 ? 'off' : 'partly';
}

/** Adds what is missing of a preset below its mark. Every line of the person's own stays as and where it is. */
export function presetOn(lines: string[], preset: Preset): string[] {
  const there = new Set(lines.map((line) => line.trim()));
  const missing = PATTERNS[preset].filter((pattern) => !there.has(pattern));
  if (missing.length === 0) return lines;
  const mark = lines.findIndex((line) => line.trim() === MARKS[preset]);
  if (mark >= 0) return [...lines.slice(0, mark + 1), ...missing, ...lines.slice(mark + 1)];
  return [...lines, MARKS[preset], ...missing];
}

/**
 * Takes a preset away: its mark and the patterns that follow it. Where there is no mark, the person wrote its patterns, and
 * means those. Comments and other lines stay.
 */
export function presetOff(lines: string[], preset: Preset): string[] {
  const own = new Set(PATTERNS[preset]);
  const mark = lines.findIndex((line) => line.trim() === MARKS[preset]);
  if (mark < 0) return lines.filter((line) => !own.has(line.trim()));
  let end = mark + 1;
  while (end < lines.length && own.has((lines[end] ?? '').trim())) end++;
  return [...lines.slice(0, mark), ...lines.slice(end)];
}

/** The pattern that leaves out this path. A comma, which would divide it, is any letter. */
export function patternOf(path: string): string {
  const escaped = path.replace(/[\\*?[\]!#]/g, '\\$&').replace(/ $/, '\\ ').replaceAll(',', '?');
  return `/${escaped}`;
}

/** Lines of a text; the last line break ends a line and begins none. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** What `pair-set` takes for these lines: one change a line. It drops empty ones; no lines at all are an empty value. */
export function ignoreChanges(lines: string[]): [string, string][] {
  const kept = lines.map((line) => commentOf(line) ?? line.trimEnd()).filter((line) => line.trim() !== '');
  return kept.length === 0 ? [['ignore', '']] : kept.map((line) => ['ignore', line]);
}

/** Numbers of the lines, from 1, whose pattern has a comma: the daemon would take it for two patterns. */
export function commaLines(lines: string[]): number[] {
  return lines.flatMap((line, i) => (commentOf(line) === null && line.includes(',') ? [i + 1] : []));
}

/** A comment as it can be stored: a comma would end it, and what follows would become a pattern. */
function commentOf(line: string): string | null {
  return line.startsWith('#') ? line.replaceAll(',', ';').trimEnd() : null;
}
