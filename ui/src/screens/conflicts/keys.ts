/** What single keys do. Letters count in either case; where keys are switched off, none of them does anything. */

export type ListAct = 'here' | 'there' | 'both' | 'merge' | 'open' | 'undo' | 'kind' | 'help';
export type DetailAct = 'stop-here' | 'stop-there' | 'stop-both' | 'as-before' | 'base' | 'undo' | 'help' | 'next' | 'previous';

export type Pressed = {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
};

export const LIST_KEYS: { key: string; act: ListAct }[] = [
  { key: '1', act: 'here' },
  { key: '2', act: 'there' },
  { key: '3', act: 'both' },
  { key: 'm', act: 'merge' },
  { key: 'u', act: 'undo' },
  { key: '*', act: 'kind' },
  { key: '?', act: 'help' },
];

export const DETAIL_KEYS: { key: string; act: DetailAct }[] = [
  { key: '1', act: 'stop-here' },
  { key: '2', act: 'stop-there' },
  { key: '3', act: 'stop-both' },
  { key: '4', act: 'as-before' },
  { key: 'b', act: 'base' },
  { key: 'u', act: 'undo' },
  { key: '?', act: 'help' },
];

export function listAct(pressed: Pressed, on: boolean): ListAct | null {
  return on ? single(pressed, LIST_KEYS) : null;
}

/** F7 and Shift+F7 are no single characters: they work when those are off, and in text fields. */
export function detailAct(pressed: Pressed, on: boolean, typing: boolean): DetailAct | null {
  if (pressed.key === 'F7' && !pressed.ctrlKey && !pressed.altKey && !pressed.metaKey) {
    return pressed.shiftKey ? 'previous' : 'next';
  }
  return on && !typing ? single(pressed, DETAIL_KEYS) : null;
}

function single<A>(pressed: Pressed, keys: { key: string; act: A }[]): A | null {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  return keys.find(({ key }) => key === pressed.key.toLowerCase())?.act ?? null;
}

/** True where a key is a letter of a text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog[open], [role=menu]')) return true;
  const inner = target.shadowRoot?.activeElement;
  if (inner instanceof HTMLElement && inner.isContentEditable) return true;
  return target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=range], [type=button])');
}
