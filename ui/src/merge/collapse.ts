/** Lines of a text that is shown around stops; beyond them it is collapsed. */
export const CONTEXT = 3;
/** Fewer lines than this aren't worth a fold. */
const WORTH = 4;

/** What to collapse of a text that is merged: from and to in characters, and how many lines; null: show all of it. */
export function fold(text: string, isFirst: boolean, isLast: boolean): { from: number; to: number; lines: number } | null {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0 && i + 1 < text.length; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  const head = isFirst ? 0 : CONTEXT;
  const tail = isLast ? 0 : CONTEXT;
  const lines = starts.length - head - tail;
  if (text === '' || lines < WORTH) return null;
  const from = starts[head] ?? 0;
  const end = tail === 0 ? text.length : (starts[starts.length - tail] ?? text.length);
  // The line break before what follows stays: a fold takes whole lines.
  return { from, to: text[end - 1] === '\n' ? end - 1 : end, lines };
}
