import { EditorView } from '@codemirror/view';

/** How texts look in the editors; the colours come in from the page, by its custom properties. */
export const editorTheme = EditorView.theme({
  '&': { maxHeight: 'var(--editor-height, 20rem)', color: 'var(--ink)', backgroundColor: 'var(--raised)', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { padding: '0.25rem 0', caretColor: 'var(--sea)' },
  '.cm-cursor': { borderLeftColor: 'var(--sea)' },
  '.cm-line': { padding: '0 0.75rem 0 0.5rem' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--call)' },
  '.cm-stop-gutter .cm-gutterElement': { minWidth: '1.5rem', padding: '0 0.25rem', textAlign: 'center', fontWeight: '600' },
  '.cm-stop': { backgroundColor: 'var(--sunken)' },
  '.cm-stop.cm-stop-current': { backgroundColor: 'var(--sea-wash)' },
  '.cm-differs': { backgroundColor: 'var(--water-strong)', borderRadius: '2px', textDecoration: 'underline 1px', textUnderlineOffset: '0.2em' },
  '.cm-specialChar': { color: 'var(--call)' },
  '.cm-stop-line': {
    display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '0.1rem 0.6rem', padding: '0.15rem 0.75rem 0.15rem 0.5rem',
    borderTop: '1px solid var(--line)', backgroundColor: 'var(--sunken)', color: 'var(--ink-soft)',
    fontFamily: 'var(--sans)', lineHeight: '1.4',
  },
  '.cm-stop-line.cm-stop-current': { backgroundColor: 'var(--sea-wash)', color: 'var(--ink)', boxShadow: 'inset 3px 0 0 var(--sea)' },
  '.cm-stop-title': { fontWeight: '600' },
  '.cm-stop-current .cm-stop-title::before': { content: '"▸ "' },
  '.cm-stop-open .cm-stop-title': { color: 'var(--call)' },
  '.cm-stop-nothing': { fontStyle: 'italic' },
  '.cm-stop-line .cm-button': { marginInlineStart: 'auto' },
  '.cm-button': {
    minHeight: '24px', padding: '0.05rem 0.5rem', border: '1px solid var(--line-strong)', borderRadius: 'var(--radius)',
    backgroundColor: 'var(--raised)', backgroundImage: 'none', color: 'var(--ink)', font: '500 0.8125rem/1.3 var(--sans)', cursor: 'pointer',
  },
  '.cm-button:hover': { borderColor: 'var(--sea)', backgroundColor: 'var(--sea-wash)' },
  '.cm-button:focus-visible': { outline: '2px solid var(--focus)', outlineOffset: '1px' },
  '.cm-fold': { padding: '0.1rem 0.5rem', borderBlock: '1px dashed var(--line)', backgroundColor: 'var(--paper)' },
  '.cm-fold .cm-button': { border: 'none', backgroundColor: 'transparent', color: 'var(--ink-soft)', fontWeight: '400' },
  '.cm-fold .cm-button:hover': { color: 'var(--sea-deep)', textDecoration: 'underline' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, ::selection': { backgroundColor: 'var(--water-strong)' },
});
