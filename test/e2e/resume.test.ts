import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { isAlive } from '../alive.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { eventsOf, type Project, project, sampleConfig, windowsOf } from './project.ts';

let shop: Project | undefined;
afterEach(() => shop?.remove());

describeWithK6('a run that was cut off', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it('whose harness was killed is resumed: what was measured stays, the gap is reported', async () => {
    // How fast the shop is while other commands start beside it is not the question here.
    const patient = ['p95', 'p99'].map((name) => `response-${name}: { target: 60000 }`).join('\n  ');
    const config = sampleConfig('', 'engine: { handOverS: 10 }\n').replace('objectives:', `objectives:\n  ${patient}`);
    shop = project(config);
    const { child, ended } = shop.start(['simulate', '--duration', '45s'], env);
    const folder = await windowsOf(shop, child, 5);
    // Nobody may take a run from under the one that works on it.
    const taken = await shop.run(['simulate', '--resume', folder], env);
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining('RUN_LOCKED')]);
    child.kill('SIGKILL');
    await ended;
    const before = readFileSync(join(folder, 'journal.ndjson'), 'utf8').split('\n').slice(0, -1);
    const pids = eventsOf(folder, 'shakedown.generator.started').map(({ pid }) => Number(pid));

    const other = await shop.run(['simulate', '--resume', folder, '--rate', '99'], env);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('load.ratePerSecond was 150, is 99');
    // k6 had nobody left to tell; on a busy machine it needs a while to see that.
    for (let tries = 0; tries < 80 && pids.some(isAlive); tries++) await wait(250);
    expect(pids.filter(isAlive)).toEqual([]);

    const resumed = await shop.run(['simulate', '--resume', folder], env);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(3);
    const after = readFileSync(join(folder, 'journal.ndjson'), 'utf8').split('\n');
    expect(after.slice(0, before.length)).toEqual(before);
    expect(eventsOf(folder, 'shakedown.load.started')).toMatchObject([{ fromMs: 0 }, { fromMs: expect.any(Number) }]);
    const results = shop.results();
    const indexes = eventsOf(folder, 'shakedown.window.closed').map(
      ({ window }) => (window as { index: number }).index,
    );
    expect(new Set(indexes).size).toBe(indexes.length);
    expect(results.run.coveredMs).toBeLessThan(results.run.plannedMs);
    const [gap] = results.sections.monitoring?.stability?.gaps ?? [];
    expect(gap?.reason).toBe('the run was cut off, and resumed');
    expect(results.run.plannedMs - results.run.coveredMs).toBe((gap?.toMs ?? 0) - (gap?.fromMs ?? 0));
    const { planned, completed, failed, unsent } = results.sections.load.requests;
    expect(completed + failed + unsent).toBe(planned);
    expect(results.sections.load.fidelity.score).toBeGreaterThan(90);

    const again = await shop.run(['simulate', '--resume', folder], env);
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('RESUME_OVER')]);
    expect(again.stderr).toContain(`shakedown report --from ${basename(folder)}`);
  }, 180_000);
});
