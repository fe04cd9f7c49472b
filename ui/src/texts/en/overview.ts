import type { Left } from '../../control/estimate';
import * as format from '../format';

type Working = {
  ups: number;
  downs: number;
  done: number;
  all: number;
  bytes: { done: string; total: string } | null;
  left: Left;
};

const waiting = (changes: number) =>
  changes > 0 ? ` ${format.count(changes, 'change is', 'changes are')} waiting.` : '';

export const overview = {
  title: 'Overview',
  pairs: 'Pairs',
  quoted: (name: string) => `“${name}”`,
  thisComputer: 'This computer',
  sync: 'Sync now',
  syncAll: 'Sync all now',
  add: 'Set up a pair',
  tryNow: 'Try now',
  signIn: 'Sign in',
  compare: 'Compare',
  decide: 'Decide',
  seeProblems: 'See problems',
  details: 'Details',
  resume: 'Resume',
  more: (pair: string) => `More for ${pair}`,
  remove: 'Remove this pair…',
  files: (count: number) => `${format.count(count, 'file', 'files')} in step`,
  progress: (pair: string) => `Progress of ${pair}`,
  failedSoFar: (count: number) => `${format.count(count, 'change', 'changes')} didn’t work and will be tried again.`,
  rates: (up: string, down: string) => `↑ ${up}  ↓ ${down}`,
  attention: 'Needs you',
  empty: {
    title: 'Keep a folder in step with a service',
    text: 'Choose an account, a place there and a folder here. You see what would be done before anything is done, and the first sync deletes nothing.',
  },
  notLoaded: 'The pairs couldn’t be shown.',
  notSynced: 'The sync didn’t begin. Nothing was changed.',
  notPaused: (pair: string) => `“${pair}” isn’t paused.`,
  notResumed: (pair: string) => `“${pair}” is paused still.`,
  pausedToast: (pair: string, until: string | null) =>
    until === null ? `“${pair}” is paused until you resume it.` : `“${pair}” is paused until ${until}.`,
  resumedToast: (pair: string) => `“${pair}” goes on.`,
  pause: {
    menu: 'Pause',
    'half-hour': 'Pause for 30 minutes',
    'two-hours': 'Pause for 2 hours',
    tomorrow: 'Pause until tomorrow',
    open: 'Pause until I resume it',
    until: (time: string) => `until ${time}`,
  },
  sentence: {
    idle: (checked: string) => `Up to date. Checked at ${checked}.`,
    fresh: 'Ready for the first sync.',
    looking: (looked: number, about: number) =>
      about > looked
        ? `Looking for changes: ${format.number(looked)} of about ${format.count(about, 'item', 'items')}.`
        : `Looking for changes: ${format.count(looked, 'item', 'items')} so far.`,
    planning: (looked: number) => `Comparing both sides: ${format.count(looked, 'item', 'items')}.`,
    working: ({ ups, downs, done, all, bytes, left }: Working) => {
      const verb = ups > 0 && downs === 0 ? 'Uploading' : downs > 0 && ups === 0 ? 'Downloading' : 'Syncing';
      const amount = bytes === null ? '' : ` (${bytes.done} of ${bytes.total})`;
      const time =
        left === null ? '' : left === 'recalculating' ? ', working out the time left' : `, about ${format.duration(left.seconds)} left`;
      return `${verb}: ${format.number(done)} of ${format.count(all, 'change', 'changes')} done${amount}${time}.`;
    },
    waiting: (why: string, changes: number) => `${why}${waiting(changes)}`,
    paused: (until: string | null, changes: number) =>
      `${until === null ? 'Paused until you resume it.' : `Paused until ${until}.`}${waiting(changes)}`,
    signIn: (account: string, why: string, changes: number) =>
      `Sign in to “${account}” again: ${stop(why)} Your files are safe.${waiting(changes)}`,
    away: (service: string, why: string, changes: number) =>
      `${service} isn’t answering: ${stop(why)} It goes on by itself when it is back.${waiting(changes)}`,
    failed: (why: string, changes: number) => `The last sync failed: ${stop(why)}${waiting(changes)}`,
    undecided: (conflicts: number, problems: number, checked: string | null) => {
      const parts = [
        ...(conflicts > 0 ? [`${format.count(conflicts, 'file waits', 'files wait')} for your decision`] : []),
        ...(problems > 0 ? [`${format.count(problems, 'file has', 'files have')} a problem`] : []),
      ];
      return `${format.list(parts)}; everything else is up to date.${checked === null ? '' : ` Checked at ${checked}.`}`;
    },
  },
  hold: {
    titleMass: (pair: string, count: number) => `${format.count(count, 'deletion waits', 'deletions wait')} for your word in “${pair}”`,
    titleMissing: (pair: string) => `The folder of “${pair}” isn’t there`,
    share: (deletes: number, of: number) => `${format.percent(deletes / of)} of the files that were in step.`,
    goesOn: 'Everything else goes on syncing, and this waits for as long as you need.',
    restore: 'Restore them',
    deleteBoth: 'Delete on both sides…',
    review: 'Review',
    lookAgain: 'Look again',
    restored: (pair: string) => `What was missing in “${pair}” is being brought back.`,
    deleted: (pair: string) => `The deletions in “${pair}” are being carried out. Deleted files are kept for a while and can be restored.`,
    notRestored: 'Nothing was brought back.',
    notDeleted: 'Nothing was deleted.',
    confirmTitle: (count: number) => `Delete ${format.count(count, 'file', 'files')} on both sides?`,
    confirmText: (count: number, pair: string, service: string, loses: 'here' | 'there' | null) => {
      const files = `${format.count(count, 'file', 'files')} of “${pair}”`;
      const is = count === 1 ? 'is' : 'are';
      if (loses === 'there') return `${files} ${is} missing on this computer. They will be deleted in ${service} too.`;
      if (loses === 'here') return `${files} ${is} missing in ${service}. They will be deleted on this computer too.`;
      return `${files} that ${is} missing on one side will be deleted on the other one too, on this computer or in ${service}.`;
    },
    confirmSafe: 'What is deleted is kept first, on this computer or in the service’s own history, and can be brought back from Kept files and Versions.',
    typeNumber: (count: number) => `To go on, type the number of files: ${count}`,
    keep: 'Keep the files',
    delete: (count: number) => `Delete ${format.count(count, 'file', 'files')}`,
  },
  removal: {
    title: (pair: string) => `Remove the pair “${pair}”?`,
    text: (local: string, remote: string) =>
      `Tidemark stops syncing “${local}” with “${remote}”. The files of both sides stay where they are, and so does what was kept.`,
    keep: 'Keep the pair',
    remove: 'Remove the pair',
    removed: (pair: string) => `“${pair}” is removed. Its files stay on both sides.`,
    keptAt: (path: string) => `What was kept is in ${path}`,
    notRemoved: (pair: string) => `“${pair}” wasn’t removed.`,
  },
};

/** A sentence with its full stop. */
function stop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
