import { describe, expect, it } from 'vitest';
import { FRESH, SetUpDraft } from './set-up-draft.svelte';

const empty = { pair: 'p', operations: [], conflicts: [], problems: [], held: null };

function filled(): SetUpDraft {
  const draft = new SetUpDraft();
  draft.account = 'nas';
  draft.choose('/home/anna/Survey 2026', ['survey-2026']);
  draft.folderGood = true;
  return draft;
}

describe('setting up', () => {
  it('shows the first step where something is missing', () => {
    const draft = new SetUpDraft();
    expect(draft.reachable('plan')).toBe('account');
    draft.account = FRESH;
    expect(draft.reachable('place')).toBe('account');
    draft.account = 'nas';
    expect(draft.reachable('place')).toBe('place');
    expect(draft.reachable('plan')).toBe('folder');
    expect(filled().reachable('plan')).toBe('plan');
    expect(filled().reachable('account')).toBe('account');
  });

  it('names the pair after its folder until somebody types a name', () => {
    const draft = filled();
    expect(draft.name).toBe('survey-2026-2');
    draft.named = true;
    draft.name = 'mine';
    draft.choose('/home/anna/Other', []);
    expect(draft.name).toBe('mine');
  });

  it('has a plan only of what is chosen now', () => {
    const draft = filled();
    draft.planned(empty, 1);
    expect(draft.currentPlan?.seenNs).toBe(1);
    draft.ignore = '*.tmp\n\n';
    expect(draft.currentPlan).toBeNull();
    expect(draft.pair.ignore).toEqual(['*.tmp']);
  });
});
