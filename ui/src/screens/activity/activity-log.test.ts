import { describe, expect, it } from 'vitest';
import type { Transport } from '../../control/transport';
import type { Activity, ActivityLine } from '../../generated/control';
import { everything, questionOf } from './activity-filter';
import { ActivityLog } from './activity-log.svelte';

function world(total: number) {
  const asked: Activity[] = [];
  const call = async (_: string, params: Activity) => {
    asked.push(params);
    const count = Math.max(0, Math.min(params.limit, total - params.skip));
    const lines = Array.from({ length: count }, (_, i) => ({ seq: params.skip + i }) as ActivityLine);
    return { lines, total };
  };
  const log = new ActivityLog({ call } as unknown as Transport);
  return { log, asked, question: questionOf(everything, 1e18) };
}

describe('the lines of the activity', () => {
  it('are loaded where they are looked at, each page once', async () => {
    const { log, asked, question } = world(100_000);
    await log.open(question);
    expect([log.total, log.lines.length, log.lines[99]?.seq, log.lines[100]]).toEqual([100_000, 100_000, 99, undefined]);
    log.look(50_190, 50_230);
    log.look(50_190, 50_230);
    await Promise.resolve().then(() => new Promise((go) => setTimeout(go)));
    expect(asked.map(({ skip }) => skip)).toEqual([0, 50_100, 50_200]);
    expect(log.lines[50_210]?.seq).toBe(50_210);
    log.look(99_990, 100_000);
    await new Promise((go) => setTimeout(go));
    expect(log.lines[99_999]?.seq).toBe(99_999);
  });

  it('are all there for an export, and few lines take one question', async () => {
    const { log, question } = world(45_000);
    await log.open(question);
    const steps: number[] = [];
    expect(await log.all((done) => steps.push(done))).toHaveLength(45_000);
    expect(steps).toEqual([20_000, 40_000, 45_000]);
  });

  it('of an older question never cover those of a newer one', async () => {
    const answers: (() => void)[] = [];
    const call = (_: string, params: Activity) =>
      new Promise((answer) => answers.push(() => answer({ lines: [{ seq: params.search.length }], total: 1 })));
    const log = new ActivityLog({ call } as unknown as Transport);
    const ask = (search: string) => log.open({ ...questionOf(everything, 1e18), search });
    const both = [ask('a'), ask('ab')];
    answers[1]?.();
    answers[0]?.();
    await Promise.all(both);
    expect(log.lines[0]?.seq).toBe(2);
  });
});
