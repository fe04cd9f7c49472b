import * as format from '../format';

export const nav = {
  label: 'Screens',
  open: 'Show the screens',
  overview: 'Overview',
  conflicts: 'Conflicts',
  problems: 'Problems',
  activity: 'Activity',
  versions: 'Versions',
  kept: 'Kept files',
  accounts: 'Accounts',
  settings: 'Settings',
  waiting: (count: number) => `${format.number(count)} waiting`,
};

export const connection = {
  unreachable: 'Tidemark isn’t answering on this computer. Your files stay as they are.',
  signedOut: 'This page is signed out.',
  strangeAnswer: (status: number) => `Tidemark answered with something unexpected (HTTP ${status}). Nothing was changed.`,
  awayTitle: 'Tidemark isn’t answering',
  away: 'It may have been stopped or restarted. Your files stay as they are; this page connects again by itself.',
  signedOutTitle: 'This page is signed out',
  signedOutText: 'Syncing goes on. To sign in again, run `tidemark serve --open` on this computer.',
  lastSeen: (time: string) => `Not connected to Tidemark. What you see is from ${time}.`,
  back: 'Connected again.',
  connecting: 'Connecting to Tidemark…',
};

export const shell = {
  name: 'Tidemark',
  skip: 'Skip to the content',
  state: 'State',
  notBuilt: 'This screen isn’t here yet',
  notBuiltText: 'Nothing of yours depends on it: syncing goes on, and the command line has it.',
  screenFailed: 'This screen couldn’t be loaded',
  screenFailedText: 'The page may have been updated meanwhile. Load it again; nothing is lost.',
  reload: 'Load the page again',
  dismissWarning: 'Put this notice away',
  line: {
    none: 'Nothing is set up yet.',
    held: (pair: string, deletes: number) =>
      `“${pair}” waits for your word: ${format.count(deletes, 'deletion is', 'deletions are')} held, and nothing was deleted.`,
    rootMissing: (pair: string) => `The folder of “${pair}” isn’t there. Nothing was deleted.`,
    signIn: (account: string) => `Sign in to “${account}” again. Your files are safe.`,
    failed: (pair: string) => `“${pair}” couldn’t sync. Your files are safe.`,
    conflicts: (count: number) => `${format.count(count, 'file waits', 'files wait')} for your decision. All versions are safe.`,
    problems: (count: number) => `${format.count(count, 'file has', 'files have')} a problem. Everything else is in step.`,
    looking: (pair: string, looked: number) => `Looking for changes in “${pair}”: ${format.count(looked, 'item', 'items')} so far.`,
    working: (done: number, all: number) => `Syncing: ${format.number(done)} of ${format.count(all, 'change', 'changes')} done.`,
    waiting: (why: string) => why,
    paused: (count: number) => (count === 1 ? 'Paused.' : `All ${format.number(count)} pairs are paused.`),
    idle: (time: string) => `Up to date. Checked at ${time}.`,
    fresh: 'Ready for the first sync.',
  },
};
