import type { ProblemGroup } from '../../generated/control';

/** The groups with the problems of one pair only; groups without any are left out. */
export function ofPair(groups: ProblemGroup[], pair: string): ProblemGroup[] {
  if (pair === '') return groups;
  return groups
    .map((group) => ({ ...group, problems: group.problems.filter((one) => one.pair === pair) }))
    .filter((group) => group.problems.length > 0);
}

export function pairsOf(group: ProblemGroup): string[] {
  return [...new Set(group.problems.map((one) => one.pair))];
}

/** Everything about a group as a text to be sent to somebody; the code first, which never changes. */
export function detailsOf(group: ProblemGroup): string {
  const files = group.problems.map((one) => `- ${one.pair}: "${one.path}": ${one.message}`);
  return [`${group.code}: ${group.title}`, group.why, group.safe, group.next, '', ...files].join('\n');
}

/** How many of these are gone now. */
export function solvedOf(before: ProblemGroup, now: ProblemGroup[]): number {
  const left = new Set(
    now.filter((group) => group.code === before.code).flatMap((group) => group.problems.map((one) => `${one.pair}\0${one.path}`)),
  );
  return before.problems.filter((one) => !left.has(`${one.pair}\0${one.path}`)).length;
}
