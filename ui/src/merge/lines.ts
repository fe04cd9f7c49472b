/** A text in lines, each with its own end: `\n`, `\r\n` or `\r`; the last one may have none. Joined, they are the text again. */
export function splitLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

/** How many lines a text has; one without an end counts. */
export function lineCount(text: string): number {
  return splitLines(text).length;
}

/** True when nothing can follow on the same line: an empty text, or one whose last line has an end. */
export function endsLine(text: string): boolean {
  return text === '' || /[\r\n]$/.test(text);
}

/** One text after the other, each beginning on a line of its own. */
export function joined(first: string, second: string): string {
  if (second === '' || endsLine(first)) return first + second;
  const end = /\r\n|\n|\r/.exec(second)?.[0] ?? '\n';
  return first + end + second;
}
