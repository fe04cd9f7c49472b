import { describe, expect, it } from 'vitest';
import type { PlanReport } from '../generated/control';
import { chosenRows, planRows, planTotals, samePlan } from './plan-rows';

const plan: PlanReport = {
  pair: 'docs',
  operations: [
    { action: 'create folder there', path: 'b', bytes: 0, reason: 'new on this computer' },
    { action: 'upload', path: 'b/file10.txt', bytes: 10, reason: 'new on this computer' },
    { action: 'upload', path: 'b/file9.txt', bytes: 5, reason: 'new on this computer' },
    { action: 'download', path: 'a.txt', bytes: 7, reason: 'new on the service' },
    { action: 'move here', path: 'new.txt', other: 'old.txt', bytes: 0, reason: 'moved' },
    { action: 'delete there', path: 'z', bytes: 0, reason: 'deleted on this computer' },
  ],
  conflicts: [{ path: 'Plan.md', kind: 'both-created' }],
  problems: [{ path: 'a:b', code: 'name-unsupported', message: 'It can’t be stored.' }],
  held: null,
};
const rows = planRows(plan, (kind) => `words of ${kind}`);

describe('a plan’s lines', () => {
  it('have what needs a person first, then the order of the sync', () => {
    expect(rows.map((row) => row.class)).toEqual([
      'problem', 'conflict', 'folder', 'upload', 'upload', 'download', 'move', 'delete',
    ]);
    expect(rows[1]?.reason).toBe('words of both-created');
  });

  it('are counted by class, with the bytes that travel', () => {
    expect(planTotals(rows)).toEqual([
      { class: 'problem', count: 1, bytes: 0 },
      { class: 'conflict', count: 1, bytes: 0 },
      { class: 'delete', count: 1, bytes: 0 },
      { class: 'upload', count: 2, bytes: 15 },
      { class: 'download', count: 1, bytes: 7 },
      { class: 'move', count: 1, bytes: 0 },
      { class: 'folder', count: 1, bytes: 0 },
    ]);
  });

  it('are found by class and path, and sorted the way people count', () => {
    const found = chosenRows(rows, 'upload', 'FILE', { key: 'path', down: false });
    expect(found.map((row) => row.path)).toEqual(['b/file9.txt', 'b/file10.txt']);
    expect(chosenRows(rows, null, '', { key: 'bytes', down: true })[0]?.bytes).toBe(10);
    expect(chosenRows(rows, null, 'nowhere', null)).toEqual([]);
  });

  it('are the same plan whatever their order, and another one when a byte differs', () => {
    const turned = { ...plan, operations: plan.operations.toReversed() };
    expect(samePlan(plan, turned)).toBe(true);
    const moved = { ...plan, operations: plan.operations.map((one) => (one.path === 'a.txt' ? { ...one, bytes: 8 } : one)) };
    expect(samePlan(plan, moved)).toBe(false);
    expect(samePlan(plan, { ...plan, conflicts: [] })).toBe(false);
  });
});
