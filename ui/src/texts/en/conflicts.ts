import type { ConflictKind } from '../../generated/control';
import type { Choice } from '../../merge/merge-model';
import type { Way } from '../../screens/conflicts/ways';
import * as format from '../format';

/** What a choice is called, and what happens when it is made: `service` is the other side's name. */
type WayWords = { label: (service: string) => string; then: (service: string, days: string) => string };

const keepHere = () => 'Keep this computer’s version';
const keepThere = (service: string) => `Keep ${of(service)} version`;
const keepBoth = () => 'Keep both';

const hereWins: WayWords = {
  label: keepHere,
  then: (service) => `This computer’s version replaces the one in ${service}. The one in ${service} can be brought back from Versions.`,
};
const thereWins: WayWords = {
  label: keepThere,
  then: (service, days) => `${of(service)} version replaces yours. Yours stays in Kept files for ${days}.`,
};
const bothStay: WayWords = {
  label: keepBoth,
  then: (service) => `${of(service)} version keeps the name. Yours is saved beside it under a name that says so, and is sent to ${service} too. Nothing is replaced.`,
};
const merge: WayWords = {
  label: () => 'Merge',
  then: (service) => `You put the two texts together. The merged file goes to both sides, and both versions can be brought back from Versions. Until you save it, neither this computer nor ${service} is changed.`,
};

/** "Work’s"; a name in quotation marks loses them: two kinds of marks in a row can't be read. */
function of(service: string): string {
  return `${service.replace(/^“(.*)”$/u, '$1')}’s`;
}

const choice: Record<Choice, (service: string) => string> = {
  mine: () => 'This computer’s',
  theirs: of,
  'mine-theirs': () => 'Both, this computer’s first',
  'theirs-mine': (service) => `Both, ${of(service)} first`,
  base: () => 'As it was before',
  edited: () => 'Your own text',
};

const files = (count: number) => format.count(count, 'file', 'files');
const quoted = (names: string[]) => format.list(names.map((name) => `‘${name}’`));

export const conflicts = {
  title: 'Conflicts',
  intro: 'These files have two versions. Both are safe, and nothing happens to them until you decide. Everything else goes on syncing.',
  thisComputer: 'This computer',
  theService: 'the service',
  of,
  loading: 'Loading the conflicts…',
  notLoaded: 'The conflicts couldn’t be shown. Nothing was changed.',
  back: 'All conflicts',
  empty: {
    title: 'Nothing waits for you',
    text: 'Where a file is changed on both sides before they could be brought in step, both versions are kept and the file is listed here until you decide.',
    filtered: 'No conflict fits the filter.',
    showAll: 'Show all',
  },
  list: {
    label: 'Conflicts that wait for you',
    path: 'File or folder',
    kind: 'What happened',
    here: 'This computer',
    there: 'Service',
    suggestion: 'Suggestion',
    found: 'Since',
    pair: 'Pair',
    allPairs: 'All pairs',
    allKinds: 'All kinds',
    kindFilter: 'What happened',
    pairFilter: 'Pair',
    counted: (shown: number, all: number) => (shown === all ? format.count(all, 'conflict', 'conflicts') : `${format.number(shown)} of ${format.count(all, 'conflict', 'conflicts')}`),
    selected: (count: number) => `${format.number(count)} selected`,
    clear: 'Clear the selection',
    open: 'Compare',
    openRow: (path: string) => `Compare ${path}`,
    none: 'none',
    folder: 'a folder',
    deleted: 'deleted',
    unknown: 'not known',
    keys: 'Keys',
    sameKind: (count: number) => `All of this kind are selected: ${format.number(count)}.`,
    keepHere: 'Keep this computer’s',
    keepThere: (service: string) => `Keep ${of(service)}`,
    keepBoth: 'Keep both',
    bulk: 'Decide for the selected conflicts',
  },
  kind: {
    'both-changed': 'Changed on both sides',
    'both-created': 'New on both sides, with different content',
    'edit-delete': 'Changed here, deleted there',
    'delete-edit': 'Deleted here, changed there',
    'file-folder': 'A file on one side, a folder on the other',
    'move-move': 'Moved to different places',
    unreadable: 'Changed there, where it can’t be read back',
    overtaken: 'Changed there while yours was being sent',
  } satisfies Record<ConflictKind, string>,
  /** What happened, in whole sentences, with who and where. */
  story: {
    'both-changed': (service: string) => `It was changed on this computer and in ${service} since both were last in step.`,
    'both-created': (service: string) => `It was made on this computer and in ${service}, with different content.`,
    'edit-delete': (service: string) => `It was changed on this computer and deleted in ${service}.`,
    'delete-edit': (service: string) => `It was deleted on this computer and changed in ${service}.`,
    'file-folder': (service: string) => `On one side it is a file, on the other one a folder of the same name. This computer and ${service} can’t both be right.`,
    'move-move': (service: string) => `It was moved on this computer and in ${service}, to different places. Its content is the same.`,
    unreadable: (service: string) => `It was changed in ${service}, which never gives this content back: there is nothing to compare and nothing to fetch. Your file is as it was.`,
    overtaken: (service: string) => `Somebody changed it in ${service} while this computer’s version was being sent. Yours is the newest there, theirs is in the history.`,
  } satisfies Record<ConflictKind, (service: string) => string>,
  safe: 'Both versions are safe until you decide.',
  ways: {
    'both-changed': { local: hereWins, remote: thereWins, both: bothStay, merge },
    'both-created': { local: hereWins, remote: thereWins, both: bothStay, merge },
    'edit-delete': {
      local: {
        label: () => 'Keep the changed file',
        then: (service) => `The file stays on this computer and goes to ${service} again. Nothing is deleted.`,
      },
      remote: {
        label: () => 'Accept the deletion',
        then: (_service, days) => `The file is deleted on this computer too. Your version stays in Kept files for ${days}.`,
      },
    },
    'delete-edit': {
      remote: {
        label: () => 'Bring the changed file back',
        then: (service) => `${of(service)} version comes back to this computer. Nothing is deleted.`,
      },
      local: {
        label: (service) => `Delete it in ${service} too`,
        then: (service) => `The file is deleted in ${service}. Its last version there can be brought back from Versions.`,
      },
    },
    'file-folder': {
      local: {
        label: () => 'Keep what this computer has',
        then: (service) => `What this computer has takes the place of what is in ${service}. Files that make way there can be brought back from Versions.`,
      },
      remote: {
        label: (service) => `Keep what ${service} has`,
        then: (service, days) => `What ${service} has takes the place of what is on this computer. Files that make way here stay in Kept files for ${days}.`,
      },
      both: {
        label: () => 'Keep both, under two names',
        then: (service) => `Your file gets a name that says so, and is sent to ${service}. The folder keeps the name. Nothing is replaced.`,
      },
    },
    'move-move': {
      local: {
        label: () => 'Use this computer’s place',
        then: (service) => `It is moved in ${service} to where it is on this computer. Its content stays as it is.`,
      },
      remote: {
        label: (service) => `Use ${of(service)} place`,
        then: (service) => `It is moved on this computer to where it is in ${service}. Its content stays as it is.`,
      },
    },
    unreadable: {
      local: {
        label: () => 'Send this computer’s version',
        then: (service) => `Your version is written over the one in ${service}. Tidemark can’t fetch that one first, so it can be had only from ${service} itself.`,
      },
      remote: {
        label: () => 'Leave both as they are',
        then: (service) => `Nothing is sent and nothing is changed. When your file changes next, it is sent to ${service}.`,
      },
    },
    overtaken: {
      local: {
        label: keepHere,
        then: (service) => `Yours is the newest in ${service} already and stays. The other one stays in the history there.`,
      },
      remote: {
        label: () => 'Bring back the other version',
        then: (service, days) => `The version that was overtaken becomes the newest in ${service} and on this computer. Yours stays in Kept files for ${days}.`,
      },
      both: {
        label: keepBoth,
        then: () => `Yours keeps the name. The other version is fetched and saved beside it under a name that says so. Nothing is replaced.`,
      },
    },
  } satisfies Record<ConflictKind, Partial<Record<Way, WayWords>>> as Record<ConflictKind, Partial<Record<Way, WayWords>>>,
  suggestion: {
    merge: { label: 'Merge', why: 'a text whose changes may not touch each other' },
    both: { label: 'Keep both', why: 'nothing is lost, and you can compare later' },
    'edit-delete': { label: 'Keep the file', why: 'a deletion can be repeated, an edit can’t' },
    'delete-edit': { label: 'Bring it back', why: 'a deletion can be repeated, an edit can’t' },
    'file-folder': { label: 'Keep both', why: 'the file gets another name' },
    'move-move': { label: 'The service’s place', why: 'other computers see it there already' },
    none: { label: 'Look first', why: 'only you can tell which is right' },
  },
  days: (count: number) => format.count(count, 'day', 'days'),
  what: { title: 'What to keep', suggested: 'suggested' },
  bulk: {
    title: (way: Way, count: number, pairs: string[], service: string) => {
      const what = { local: 'this computer’s version', remote: `${of(service)} version`, both: 'both versions', merge: '' }[way];
      return `Keep ${what} of ${files(count)} in ${quoted(pairs)}`;
    },
    whatHappens: 'What happens',
    ofKind: (count: number, kind: string) => `${files(count)}: ${kind.charAt(0).toLowerCase()}${kind.slice(1)}`,
    left: (count: number) => `${files(count)} can’t be decided like this and ${count === 1 ? 'stays' : 'stay'} in the list: the choice isn’t there for that kind.`,
    nothing: 'None of the selected conflicts can be decided like this. Open one to see its choices.',
    undo: 'You can undo all of it at once, for as long as the replaced versions are kept.',
    list: 'Which files',
    more: (count: number) => `and ${format.number(count)} more`,
    cancel: 'Decide later',
    close: 'Back to the list',
    confirm: (way: Way, count: number, service: string) => ({ local: `Keep this computer’s (${format.number(count)})`, remote: `Keep ${of(service)} (${format.number(count)})`, both: `Keep both (${format.number(count)})`, merge: '' })[way],
  },
  done: {
    local: (name: string) => `Kept this computer’s version of ${name}.`,
    remote: (name: string, service: string) => `Kept ${of(service)} version of ${name}.`,
    both: (name: string) => `Kept both versions of ${name}.`,
    /** What isn't one of two versions is named by the choice that was made. */
    chosen: (name: string, choice: string) => `Decided for ${name}: ${choice.charAt(0).toLowerCase()}${choice.slice(1)}.`,
    merged: (name: string) => `Saved the merged file ${name}.`,
    many: (way: 'local' | 'remote' | 'both', count: number) =>
      ({ local: `Decided for ${files(count)}: this computer’s side counts.`, remote: `Decided for ${files(count)}: the service’s side counts.`, both: `Kept both versions of ${files(count)}.` })[way],
    some: (done: number, wanted: number) => `${format.number(done)} of ${files(wanted)} decided. The others changed meanwhile and stay in the list, as they are.`,
    none: 'Nothing was decided: the files changed meanwhile. They stay in the list, with what they hold now.',
    undo: 'Undo',
    undone: (count: number) => `Undone for ${files(count)}. ${count === 1 ? 'It waits' : 'They wait'} for your decision again.`,
    notUndone: 'That couldn’t be undone. Everything is as it was before you tried.',
    notDecided: 'Nothing was decided. Both versions are as they were.',
  },
  lately: {
    title: 'Decided lately',
    none: 'What you decide is listed here, with a way back.',
    label: 'What was decided lately',
    notLoaded: 'What was decided lately couldn’t be shown.',
    decision: {
      local: 'Kept this computer’s',
      remote: 'Kept the service’s',
      both: 'Kept both',
      merged: 'Merged',
    },
    undo: 'Undo',
    undoOf: (path: string) => `Undo the decision on ${path}`,
    undone: 'Undone',
    cant: (why: string) => `Can’t be undone: ${why}`,
    old: 'a side moved on',
  },
  keys: {
    title: 'Keys',
    intro: 'Single keys work in the list and outside of text fields.',
    use: 'Use single keys',
    inList: 'In the list',
    inDetail: 'Where a conflict is open',
    names: {
      select: 'Select or clear the row',
      here: 'Keep this computer’s version',
      there: 'Keep the service’s version',
      both: 'Keep both versions',
      merge: 'Merge',
      open: 'Compare the two versions',
      undo: 'Undo the last decision',
      kind: 'Select all of this kind',
      help: 'Show the keys',
      next: 'Next conflict in the text',
      previous: 'Previous conflict in the text',
      base: 'Show or hide what both came from',
      asBefore: 'As it was before',
      stopHere: 'This computer’s text',
      stopThere: 'The service’s text',
      stopBoth: 'Both texts; again: the other one first',
    },
  },
  detail: {
    noticed: 'Noticed',
    goneTitle: 'This conflict doesn’t wait any more',
    notLoaded: 'The conflict couldn’t be shown. Nothing was changed.',
    notFound: 'It was decided, or the two sides are alike again. Nothing is lost.',
    look: (name: string) => `Download ${of(name)} version to look at it`,
    lookHere: 'Download this computer’s version to look at it',
    lookBase: 'Download what both came from',
    looking: 'Looking changes nothing: what you download is a copy.',
    textFailed: 'The texts couldn’t be loaded, so whole versions can be chosen only. Nothing was changed.',
    tooLarge: 'It is larger than 2 MiB, so it isn’t merged here. Choose which version to keep as a whole, or keep both and merge them in a program of yours.',
    notText: 'It isn’t a text, so it can’t be merged. Choose which version to keep as a whole.',
    whole: 'Or keep a whole version',
  },
  merge: {
    heading: 'Merge the two texts',
    counter: (at: number, all: number) => `Conflict ${format.number(at)} of ${format.number(all)}`,
    noStops: 'The changes don’t touch each other: everything is merged already. Look at the result and save it.',
    rest: (open: number) => (open === 0 ? 'All are decided.' : `${format.count(open, 'conflict is', 'conflicts are')} open. Everything else is merged already, and shown so.`),
    next: 'Next conflict',
    previous: 'Previous conflict',
    take: 'What to take here',
    choice,
    both: 'Both',
    swap: 'Put the other one first',
    decideLater: 'Decide later',
    base: 'Show what both came from',
    noBase: 'What both came from isn’t known: there is no earlier version of this file.',
    baseTitle: 'What both came from',
    result: 'Result',
    resultHint: 'What will be saved. You can edit it.',
    saved: 'Nothing is written before you save.',
    stopLine: (at: number, all: number) => `Conflict ${format.number(at)} of ${format.number(all)}`,
    resultLine: (at: number, all: number, chosen: string | null) => `Conflict ${format.number(at)} of ${format.number(all)}: ${chosen ?? 'not decided yet'}`,
    nothingHere: 'No text here',
    use: 'Take this',
    folded: (lines: number) => `Show ${format.count(lines, 'line', 'lines')} without conflict`,
    save: 'Save merged file',
    openStops: (open: number) => `Decide ${open === 1 ? 'the open conflict' : `the ${format.number(open)} open conflicts`} first: what isn’t decided isn’t in the file.`,
    saveNote: (service: string) => `The merged file replaces both versions, here and in ${service}. Both can be brought back from Versions.`,
    discard: 'Start over',
    discarded: 'The merge begins anew.',
    draftKept: (at: string) => `Draft kept at ${at}`,
    draftBack: 'Your draft is back.',
    draftNotKept: 'The draft couldn’t be kept. It is on this page still; leave the page open until that works again.',
    moved: {
      title: 'A side was changed meanwhile',
      text: 'This merge was made from content that isn’t there any more, so it can’t be saved as it is. Your draft is kept, and nothing was replaced.',
      take: 'Merge the new content',
      keep: 'Look at my draft',
      showing: 'This is the text of your draft, made from older content. Copy from it what you need.',
      older: 'Since you began to merge, a side was changed. What you see below is made from what the two sides hold now. The text of your draft is kept beside it until you save.',
      hide: 'Hide my draft',
      blocked: 'It can’t be saved, because a side was changed since you began. Merge the new content; your draft is kept.',
      copy: 'Copy the draft’s text',
    },
    notSaved: 'The merged file wasn’t saved. Your draft is kept, and nothing was replaced.',
    view: 'Show as',
    asPanes: 'Panes',
    asList: 'List',
    ownText: 'Text for the result',
    facts: 'How the text is written',
    encoding: 'Encoding',
    bom: 'Byte order mark',
    eol: 'Line ends',
    finalNewline: 'End of the last line',
    yes: 'yes',
    no: 'no',
    keptAs: 'The merged file is written like this computer’s version.',
    encodings: { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16, low byte first', 'utf-16be': 'UTF-16, high byte first', 'latin-1': 'Latin-1' },
    eols: { lf: 'LF', crlf: 'CRLF', mixed: 'mixed', none: 'none' },
    loading: 'Loading the editors…',
  },
  image: {
    heading: 'Compare the two images',
    mode: 'How to compare',
    modes: { side: 'Side by side', swipe: 'Swipe', onion: 'Onion skin', difference: 'Difference' },
    background: 'Background',
    backgrounds: { light: 'Light checks', dark: 'Dark checks', solid: 'Solid' },
    alt: (name: string, side: string, width: number, height: number) => `${name}, ${side}, ${format.number(width)} by ${format.number(height)} pixels`,
    dimensions: (width: number, height: number) => `${format.number(width)} × ${format.number(height)} pixels`,
    swipe: (service: string) => `How much of ${of(service)} image shows`,
    onion: (service: string) => `How strong ${of(service)} image shows`,
    percent: (value: number) => `${format.number(value)} %`,
    counting: 'Comparing the pixels…',
    same: 'All pixels are the same.',
    differing: (share: string, count: number, width: number, height: number) =>
      `${share} of the pixels differ (${format.number(count)} of ${format.number(width * height)}).`,
    where: (x: number, y: number, width: number, height: number) =>
      `They lie within ${format.number(width)} × ${format.number(height)} pixels, ${format.number(x)} from the left and ${format.number(y)} from the top.`,
    sizes: 'The images have different sizes; what only one of them covers counts as differing.',
    differenceAlt: (name: string) => `Where the two images of ${name} differ: differing pixels are dark on light ground`,
    failed: (side: string) => `${side}: this image can’t be shown. Download it to look at it.`,
    tooLarge: 'The images are too large to compare pixel by pixel.',
    both: 'Both images are shown from the same corner at the same scale.',
  },
  facts: {
    heading: 'The two versions',
    caption: 'Facts of the two versions',
    kind: 'Kind',
    size: 'Size',
    modified: 'Changed',
    hash: 'Content (BLAKE3)',
    who: 'Changed by',
    revision: 'Revision',
    file: 'file',
    folder: 'folder',
    gone: 'deleted',
    notThere: 'not there',
    bytes: (shown: string, exact: string) => `${shown} (${exact})`,
    unknown: 'not known',
    notTold: 'the service doesn’t say',
    device: (device: string) => `this computer (${device})`,
    before: 'Before',
  },
};
