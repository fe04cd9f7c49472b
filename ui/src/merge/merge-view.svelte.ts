export type MergeLook = 'panes' | 'list';

const KEY = 'tidemark.merge-view';

/** Whether merges are shown in panes, or as a list that reads well aloud. */
class MergeView {
  how = $state<MergeLook>('panes');

  constructor() {
    try {
      if (localStorage.getItem(KEY) === 'list') this.how = 'list';
    } catch {
      // Without storage it begins with panes.
    }
  }

  set(how: MergeLook): void {
    this.how = how;
    try {
      localStorage.setItem(KEY, how);
    } catch {
      // It holds until the page is closed.
    }
  }
}

export const mergeView = new MergeView();
