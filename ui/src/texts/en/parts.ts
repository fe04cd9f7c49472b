import * as format from '../format';

export const parts = {
  close: 'Close',
  dismiss: 'Put this message away',
  messages: 'Messages (F8 leads here)',
  copy: 'Copy',
  copyPath: 'Copy the path',
  copied: 'Copied.',
  notCopied: 'The browser didn’t allow copying.',
  unknownSize: 'size not known',
  unknownTime: 'not known',
  exactBytes: (value: number) => format.count(value, 'byte', 'bytes'),
  differs: 'differs',
  select: (name: string) => `Select ${name}`,
  selectAll: 'Select all',
  optional: 'optional',
  loading: 'Loading…',
  tryAgain: 'Try again',
  copyDetails: 'Copy the details',
  /** What somebody else wrote, as a sentence. */
  sentence: (text: string) => {
    // An address or a name stays as it is written.
    const begun = /^\p{Ll}[\p{L}’']*[\s,;:]\s?(?!\/)/u.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
    return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
  },
  notLoaded: (message: string) => `This couldn’t be shown: ${message}`,
};
