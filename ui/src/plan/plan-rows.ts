import type { PlanReport } from '../generated/control';

/** What a plan does, in classes that people count. */
export type PlanClass = 'upload' | 'download' | 'folder' | 'move' | 'delete' | 'both' | 'conflict' | 'problem';

export type PlanRow = {
  key: number;
  class: PlanClass;
  /** The engine's verb; for conflicts and problems their kind. */
  action: string;
  path: string;
  other: string | null;
  bytes: number | null;
  reason: string;
};

export type Total = { class: PlanClass; count: number; bytes: number };

const ORDER: PlanClass[] = ['problem', 'conflict', 'delete', 'upload', 'download', 'both', 'move', 'folder'];

export function classOf(action: string): PlanClass {
  if (action === 'upload' || action === 'download') return action;
  if (action.startsWith('create folder')) return 'folder';
  if (action.startsWith('move')) return 'move';
  if (action.startsWith('delete')) return 'delete';
  return 'both';
}

/** Every line of a plan; what needs a person first, then as the sync does them. */
export function planRows(plan: PlanReport, conflictWords: (kind: string) => string): PlanRow[] {
  const rows: Omit<PlanRow, 'key'>[] = [
    ...plan.problems.map((problem) => ({
      class: 'problem' as const, action: problem.code, path: problem.path, other: null, bytes: null, reason: problem.message,
    })),
    ...plan.conflicts.map((conflict) => ({
      class: 'conflict' as const, action: conflict.kind, path: conflict.path, other: null, bytes: null,
      reason: conflictWords(conflict.kind),
    })),
    ...plan.operations.map((operation) => {
      const its = classOf(operation.action);
      const moves = its === 'upload' || its === 'download' || its === 'both';
      return {
        class: its, action: operation.action, path: operation.path, other: operation.other ?? null,
        bytes: moves ? operation.bytes : null, reason: operation.reason,
      };
    }),
  ];
  return rows.map((row, key) => ({ key, ...row }));
}

/** Count and bytes of each class that occurs. */
export function planTotals(rows: PlanRow[]): Total[] {
  const totals = new Map<PlanClass, Total>();
  for (const row of rows) {
    const total = totals.get(row.class) ?? { class: row.class, count: 0, bytes: 0 };
    total.count += 1;
    total.bytes += row.bytes ?? 0;
    totals.set(row.class, total);
  }
  return ORDER.flatMap((its) => totals.get(its) ?? []);
}

/** The rows of a class (null: all) with a text in their path, sorted. */
export function chosenRows(
  rows: PlanRow[],
  its: PlanClass | null,
  search: string,
  sort: { key: string; down: boolean } | null,
): PlanRow[] {
  const text = search.trim().toLocaleLowerCase();
  const found = rows.filter(
    (row) => (its === null || row.class === its) && (text === '' || row.path.toLocaleLowerCase().includes(text)),
  );
  if (sort === null) return found;
  const sign = sort.down ? -1 : 1;
  const compare: Record<string, (a: PlanRow, b: PlanRow) => number> = {
    action: (a, b) => ORDER.indexOf(a.class) - ORDER.indexOf(b.class) || order.compare(a.action, b.action),
    path: (a, b) => order.compare(a.path, b.path),
    bytes: (a, b) => (a.bytes ?? -1) - (b.bytes ?? -1),
    reason: (a, b) => order.compare(a.reason, b.reason),
  };
  const by = compare[sort.key];
  return by ? found.sort((a, b) => sign * by(a, b) || a.key - b.key) : found;
}

/** True when two plans do the same: nothing has moved on between them. */
export function samePlan(a: PlanReport, b: PlanReport): boolean {
  const essence = (plan: PlanReport) =>
    JSON.stringify([
      plan.operations.map(({ action, path, other, bytes }) => [action, path, other ?? null, bytes]).sort(),
      plan.conflicts.map(({ path, kind }) => [path, kind]).sort(),
      plan.problems.map(({ path, code }) => [path, code]).sort(),
    ]);
  return essence(a) === essence(b);
}

const order = new Intl.Collator('en', { numeric: true });
