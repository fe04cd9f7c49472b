import { defaultKeymap, history, historyKeymap, invertedEffects } from '@codemirror/commands';
import { diff } from '@codemirror/merge';
import {
  EditorState, RangeSet, StateEffect, StateField, type Extension, type Range, type Text, type Transaction,
} from '@codemirror/state';
import {
  Decoration, EditorView, GutterMarker, gutter, highlightSpecialChars, keymap, WidgetType, type DecorationSet,
} from '@codemirror/view';
import { fold } from './collapse';
import { editorTheme } from './editor-theme';
import { namedChoice, type Choice, type Piece, type Stop } from './merge-model';

/** What an editor says; the texts come from the catalogue. */
export type EditorWords = {
  label: string;
  /** The line over a stop. */
  stop: (at: number, choice: Choice | null) => string;
  /** Under it, where a side has no text there. */
  nothing: (at: number, choice: Choice | null) => string;
  /** The button over a stop, in a pane. */
  use: string | null;
  folded: (lines: number) => string;
};

export type EditorOptions = {
  words: EditorWords;
  pieces: Piece[];
  stops: Stop[];
  at: number | null;
  /** A result, that can be edited: hears of every edit. */
  onedit?: (pieces: Piece[]) => void;
  onlook: (stop: number) => void;
  onuse?: (stop: number) => void;
  /** The other side's text of a stop, to mark what differs in it. */
  against?: (stop: number) => string;
};

export type MergeEditor = {
  show: (pieces: Piece[], at: number | null) => void;
  reveal: (stop: number) => void;
  close: () => void;
};

type Span = { stop: number; choice: Choice | null; from: number; to: number };
type Fold = { from: number; to: number; lines: number };
type Model = { spans: Span[]; folds: Fold[]; at: number | null };

/** What is seen above a stop that was gone to. */
const ABOVE_PX = 44;

const setSpans = StateEffect.define<Span[]>();
const setAt = StateEffect.define<number | null>();
const unfold = StateEffect.define<number>();

/** Opens an editor in a shadow root of its own: there its style sheets are adopted ones, which every policy lets in. */
export function openEditor(host: HTMLElement, options: EditorOptions): MergeEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const model = modelField(options);
  const state = EditorState.create({
    doc: options.pieces.map((piece) => piece.text).join(''),
    extensions: [
      EditorState.lineSeparator.of('\n'),
      model,
      decorations(model, options),
      stopGutter(model),
      highlightSpecialChars(),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': options.words.label, spellcheck: 'false', tabindex: '0' }),
      editorTheme,
      looks(model, options),
      options.onedit ? editable(model, options) : [EditorState.readOnly.of(true), EditorView.editable.of(false)],
      keymap.of([...historyKeymap, ...defaultKeymap.filter((binding) => binding.key !== 'Mod-/' && binding.key !== 'Escape')]),
    ],
  });
  const view = new EditorView({ state, parent: root, root });
  let shown = options.pieces;

  return {
    show(pieces, at) {
      if (pieces !== shown) {
        shown = pieces;
        replacePieces(view, model, pieces);
      }
      if (view.state.field(model).at !== at) view.dispatch({ effects: setAt.of(at) });
    },
    reveal(stop) {
      const span = view.state.field(model).spans.find((one) => one.stop === stop);
      if (span === undefined) return;
      // The editor alone is scrolled; where it stands on the page is the page's affair.
      view.requestMeasure({
        read: () => view.lineBlockAt(span.from).top,
        write: (top) => (view.scrollDOM.scrollTop = Math.max(0, top - ABOVE_PX)),
      });
    },
    close: () => view.destroy(),
  };

  function editable(field: StateField<Model>, own: EditorOptions): Extension {
    return [
      history(),
      invertedEffects.of((transaction) =>
        transaction.docChanged ? [setSpans.of(transaction.startState.field(field).spans)] : [],
      ),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged || update.transactions.some((transaction) => transaction.isUserEvent('choose'))) return;
        shown = piecesOf(update.state.doc, update.state.field(field).spans);
        own.onedit?.(shown);
      }),
    ];
  }
}

/** Where stops, folds and the stop that is looked at are; all of it goes along with edits. */
function modelField(options: EditorOptions): StateField<Model> {
  return StateField.define<Model>({
    create: () => ({ spans: spansOf(options.pieces), folds: foldsOf(options.pieces), at: options.at }),
    update(was, transaction) {
      let { spans, folds, at } = was;
      if (transaction.docChanged) {
        spans = mappedSpans(spans, transaction, options.stops);
        folds = folds
          .map((one) => ({ ...one, from: transaction.changes.mapPos(one.from, 1), to: transaction.changes.mapPos(one.to, -1) }))
          .filter((one) => one.from < one.to && !transaction.changes.touchesRange(one.from, one.to));
      }
      for (const effect of transaction.effects) {
        if (effect.is(setSpans)) spans = effect.value;
        else if (effect.is(setAt)) at = effect.value;
        else if (effect.is(unfold)) folds = folds.filter((one) => one.from !== effect.value);
      }
      return spans === was.spans && folds === was.folds && at === was.at ? was : { spans, folds, at };
    },
  });
}

function mappedSpans(spans: Span[], transaction: Transaction, stops: Stop[]): Span[] {
  return spans.map((span) => {
    const from = transaction.changes.mapPos(span.from, -1);
    const to = Math.max(from, transaction.changes.mapPos(span.to, span.from === span.to ? 1 : -1));
    const text = transaction.newDoc.sliceString(from, to);
    if (text === transaction.startState.doc.sliceString(span.from, span.to)) return { ...span, from, to };
    return { ...span, from, to, choice: namedChoice(stops[span.stop], text, span.choice) };
  });
}

function spansOf(pieces: Piece[]): Span[] {
  let from = 0;
  return pieces.flatMap((piece) => {
    const to = from + piece.text.length;
    const span = piece.stop === null ? [] : [{ stop: piece.stop, choice: piece.choice, from, to }];
    from = to;
    return span;
  });
}

function foldsOf(pieces: Piece[]): Fold[] {
  let start = 0;
  return pieces.flatMap((piece, i) => {
    const found = piece.stop === null ? fold(piece.text, i === 0, i === pieces.length - 1) : null;
    const at = start;
    start += piece.text.length;
    return found ? [{ ...found, from: at + found.from, to: at + found.to }] : [];
  });
}

function piecesOf(doc: Text, spans: Span[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const span of spans) {
    if (span.from > at) pieces.push({ stop: null, text: doc.sliceString(at, span.from) });
    pieces.push({ stop: span.stop, choice: span.choice, text: doc.sliceString(span.from, span.to) });
    at = span.to;
  }
  if (at < doc.length) pieces.push({ stop: null, text: doc.sliceString(at) });
  return pieces;
}

/** Puts other pieces in, changing only what differs, so that folds and the place in the text stay. */
function replacePieces(view: EditorView, model: StateField<Model>, pieces: Piece[]) {
  const now = piecesOf(view.state.doc, view.state.field(model).spans);
  const wanted = pieces.filter((piece) => piece.stop !== null || piece.text !== '');
  const alike = now.length === wanted.length && now.every((piece, i) => piece.stop === wanted[i]?.stop);
  const changes: { from: number; to: number; insert: Text }[] = [];
  let at = 0;
  for (const [i, piece] of (alike ? now : []).entries()) {
    const text = wanted[i]?.text ?? '';
    if (text !== piece.text) changes.push({ from: at, to: at + piece.text.length, insert: view.state.toText(text) });
    at += piece.text.length;
  }
  const whole = { from: 0, to: view.state.doc.length, insert: view.state.toText(wanted.map((piece) => piece.text).join('')) };
  view.dispatch({ changes: alike ? changes : whole, effects: setSpans.of(spansOf(pieces)), userEvent: 'choose' });
}

function decorations(model: StateField<Model>, options: EditorOptions): Extension {
  const parts = StateField.define<DecorationSet>({
    create: (state) => decorated(state, state.field(model), options),
    update: (was, transaction) =>
      transaction.docChanged || transaction.state.field(model) !== transaction.startState.field(model)
        ? decorated(transaction.state, transaction.state.field(model), options)
        : was,
    provide: (field) => EditorView.decorations.from(field),
  });
  return parts;
}

function decorated(state: EditorState, model: Model, options: EditorOptions): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const span of model.spans) {
    const current = span.stop === model.at;
    const line = state.doc.lineAt(span.from);
    const widget = new StopLine(span.stop, span.choice, span.from === span.to, current, options);
    ranges.push(Decoration.widget({ widget, block: true, side: line.from === span.from ? -1 : 1 }).range(span.from));
    const cls = current ? 'cm-stop cm-stop-current' : 'cm-stop';
    for (let at = line; at.from < span.to; at = state.doc.line(at.number + 1)) {
      ranges.push(Decoration.line({ class: cls }).range(at.from));
      if (at.to + 1 > state.doc.length) break;
    }
    const other = options.against?.(span.stop);
    if (other !== undefined && other !== '') {
      for (const change of diff(state.doc.sliceString(span.from, span.to), other, { scanLimit: 500 })) {
        if (change.toA > change.fromA) {
          ranges.push(Decoration.mark({ class: 'cm-differs' }).range(span.from + change.fromA, span.from + change.toA));
        }
      }
    }
  }
  for (const one of model.folds) {
    ranges.push(Decoration.replace({ widget: new FoldLine(one, options.words), block: true }).range(one.from, one.to));
  }
  return Decoration.set(ranges, true);
}

/** The line over a stop: its number, what stands there, and in a pane the button that takes it. */
class StopLine extends WidgetType {
  constructor(
    private readonly stop: number,
    private readonly choice: Choice | null,
    private readonly empty: boolean,
    private readonly current: boolean,
    private readonly options: EditorOptions,
  ) {
    super();
  }

  override eq(other: StopLine): boolean {
    return this.stop === other.stop && this.choice === other.choice && this.empty === other.empty && this.current === other.current;
  }

  override toDOM(): HTMLElement {
    const { words, onuse } = this.options;
    const line = element('div', `cm-stop-line${this.current ? ' cm-stop-current' : ''}${this.choice === null && !onuse ? ' cm-stop-open' : ''}`);
    const title = element('span', 'cm-stop-title', words.stop(this.stop, this.choice));
    line.append(title);
    if (this.empty) line.append(element('span', 'cm-stop-nothing', words.nothing(this.stop, this.choice)));
    if (words.use !== null && onuse) {
      const button = element('button', 'cm-button', words.use) as HTMLButtonElement;
      button.type = 'button';
      button.onclick = () => onuse(this.stop);
      line.append(button);
    }
    return line;
  }

  override ignoreEvent(event: Event): boolean {
    return event.target instanceof HTMLElement && event.target.tagName === 'BUTTON';
  }
}

/** In place of lines that are merged already. */
class FoldLine extends WidgetType {
  constructor(
    private readonly fold: Fold,
    private readonly words: EditorWords,
  ) {
    super();
  }

  override eq(other: FoldLine): boolean {
    return this.fold.from === other.fold.from && this.fold.to === other.fold.to;
  }

  override toDOM(view: EditorView): HTMLElement {
    const line = element('div', 'cm-fold');
    const button = element('button', 'cm-button', this.words.folded(this.fold.lines)) as HTMLButtonElement;
    button.type = 'button';
    button.onclick = () => {
      view.dispatch({ effects: unfold.of(this.fold.from) });
      view.focus();
    };
    line.append(button);
    return line;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

class StopNumber extends GutterMarker {
  constructor(private readonly number: number) {
    super();
  }

  override eq(other: StopNumber): boolean {
    return this.number === other.number;
  }

  override toDOM(): Node {
    return document.createTextNode(String(this.number));
  }
}

/** The number of its stop before each of its lines: what isn't told by colour alone. */
function stopGutter(model: StateField<Model>): Extension {
  return gutter({
    class: 'cm-stop-gutter',
    // As wide without numbers as with them.
    initialSpacer: () => new StopNumber(1),
    markers: (view) => {
      const { doc } = view.state;
      const ranges: Range<GutterMarker>[] = [];
      for (const span of view.state.field(model).spans) {
        const marker = new StopNumber(span.stop + 1);
        for (let line = doc.lineAt(span.from); line.from < span.to; line = doc.line(line.number + 1)) {
          ranges.push(marker.range(line.from));
          if (line.number === doc.lines) break;
        }
      }
      return RangeSet.of(ranges, true);
    },
  });
}

/** The stop under the cursor is the one that is looked at. */
function looks(model: StateField<Model>, options: EditorOptions): Extension {
  return EditorView.updateListener.of((update) => {
    if (!update.selectionSet || !update.transactions.some((one) => one.isUserEvent('select'))) return;
    const { head } = update.state.selection.main;
    const span = update.state.field(model).spans.find((one) => one.from <= head && (head < one.to || one.from === one.to && head === one.to));
    if (span && span.stop !== update.state.field(model).at) options.onlook(span.stop);
  });
}

function element(tag: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
