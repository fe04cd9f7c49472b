/** A piece of a name as it may be shown: plain, or the code of a character that would deceive or vanish. */
export type Piece = { text: string; code: boolean };

/** Control characters, bidi controls, zero-width and other characters that can't be seen. */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u;

/** Cuts a text at its unseen characters. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  for (const c of text) {
    const code = UNSEEN.test(c);
    const last = out.at(-1);
    if (code) out.push({ text: escaped(c), code });
    else if (last && !last.code) last.text += c;
    else out.push({ text: c, code });
  }
  return out;
}

/** The text on one line with nothing unseen in it: for titles and labels. */
export function plain(text: string): string {
  return pieces(text).map((piece) => piece.text).join('');
}

/** Head and tail of a path: the tail (the name, at most 32 characters) always stays, the head is cut where there's no room. */
export function headAndTail(path: string): { head: string; tail: string } {
  const cut = path.lastIndexOf('/', path.length - 2) + 1;
  const name = [...path.slice(cut)];
  if (name.length <= 32) return { head: path.slice(0, cut), tail: name.join('') };
  const kept = name.slice(-20).join('');
  return { head: path.slice(0, path.length - kept.length), tail: kept };
}

function escaped(c: string): string {
  return `‹${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;
}
