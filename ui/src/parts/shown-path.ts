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

/**
 * A path in three: its folder and the start of its name, which are cut where there's no room, and the tail, which stays (the
 * name, or the end of a long one).
 */
export function threeParts(path: string): { folder: string; start: string; tail: string } {
  const cut = path.lastIndexOf('/', path.length - 2) + 1;
  const name = [...path.slice(cut)];
  const kept = name.length <= 32 ? name.length : 20;
  return { folder: path.slice(0, cut), start: name.slice(0, name.length - kept).join(''), tail: name.slice(name.length - kept).join('') };
}

function escaped(c: string): string {
  return `‹${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;
}
