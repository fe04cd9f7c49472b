import { AccountDraft, freeName, nameFrom } from '../../accounts/account-draft.svelte';
import type { Direction, NewPair, OnConflict, PlanReport } from '../../generated/control';

export const STEPS = ['account', 'place', 'folder', 'plan'] as const;
export type Step = (typeof STEPS)[number];

/** Stands for "a new account" where an account is chosen; no account can have this name. */
export const FRESH = '+';

/** Everything that was chosen and typed: it stays while people go back and forth, and to other screens. */
export class SetUpDraft {
  account = $state('');
  fresh = $state(new AccountDraft());
  remote = $state('');
  local = $state('');
  name = $state('');
  named = $state(false);
  direction = $state<Direction>('both');
  onConflict = $state<OnConflict>('ask');
  ignore = $state('');
  /** The checks of the folder step found nothing that stops. */
  folderGood = $state(false);
  plan = $state.raw<{ of: string; report: PlanReport; seenNs: number } | null>(null);

  /** Chooses the folder; the pair's name follows it until somebody types one. */
  choose(local: string, taken: string[]): void {
    this.local = local;
    if (!this.named) {
      const name = nameFrom(local);
      this.name = name === '' ? '' : freeName(name, taken);
    }
  }

  get pair(): NewPair {
    const ignore = this.ignore.split('\n').map((line) => line.trimEnd()).filter((line) => line !== '');
    return {
      name: this.name, local: this.local, account: this.account, remote: this.remote.trim(), direction: this.direction,
      on_conflict: this.onConflict, ignore,
    };
  }

  /** The plan, if it is of what is chosen now. */
  get currentPlan(): { report: PlanReport; seenNs: number } | null {
    return this.plan?.of === JSON.stringify(this.pair) ? this.plan : null;
  }

  planned(report: PlanReport, seenNs: number): void {
    this.plan = { of: JSON.stringify(this.pair), report, seenNs };
  }

  /** The step that can be shown: the wanted one, or the first before it where something is missing. */
  reachable(wanted: Step): Step {
    if (wanted === 'account' || this.account === '' || this.account === FRESH) return 'account';
    if (wanted === 'place' || wanted === 'folder') return wanted;
    return this.local === '' || this.name === '' || !this.folderGood ? 'folder' : 'plan';
  }
}

class Current {
  draft = $state.raw(new SetUpDraft());

  /** The next set-up begins with nothing; a secret that was typed is gone. */
  forget(): void {
    this.draft = new SetUpDraft();
  }
}

export const setUp = new Current();
