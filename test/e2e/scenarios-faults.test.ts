import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { describeWithK6 } from '../setup/programs.ts';
import { eventsOf, type Project } from './project.ts';
import { folderWhen, isSkipped, runnersOf, shopWith } from './scenario-runs.ts';

const patienceMs = 900_000;

/** The second takes so long that it is under way whenever its round is interrupted. */
const scenarios = `
scenario({ id: 'LOOK', title: 'Looks around', requirement: 'U1', role: 'visitor', tags: ['smoke'] }, async ({ page }) => {
  await Then('a product is there', async () => {
    await page.goto('/products/1');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  });
});
scenario({ id: 'STAY', title: 'Stays a while', requirement: 'U1', role: 'visitor', tags: ['slow'] }, async ({ page }) => {
  await Then('a product is there', async () => { await page.goto('/products/1'); });
  await Then('it is looked at', async () => { await page.waitForTimeout(6000); });
});
`;
const fault = 'shop-1 to database';
const seconds = 20;

let shop: Project | undefined;
afterEach(() => shop?.remove());

function writeExperiment(folder: string): void {
  mkdirSync(join(folder, 'chaos/experiments'), { recursive: true });
  const written = {
    title: 'Slow database',
    description: 'Every answer of the database takes a while.',
    method: [
      {
        ...{ type: 'action', name: 'latency' },
        provider: {
          ...{ type: 'node', module: 'shakedown', func: 'latency' },
          arguments: { component: fault, delayMs: 150, seconds },
        },
        pauses: { after: 2 },
      },
    ],
    rollbacks: [],
  };
  writeFileSync(join(folder, 'chaos/experiments/slow.json'), JSON.stringify(written));
}

describeWithK6(isSkipped ? 'scenarios, faults and cuts (skipped: no Chromium)' : 'scenarios, faults and cuts', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };
  const load = ['simulate', '--rate', '10', '--window', '1s'];

  it.skipIf(isSkipped)(
    'rounds that ran while a fault was on are marked with it, in the results and on the pages',
    async () => {
      shop = shopWith(scenarios, '', 'chaos: { stop: { errorPercent: 90 } }\n');
      writeExperiment(shop.folder);
      const { stderr } = await shop.run([...load, '--duration', '75s', '--uat', '--chaos'], env);
      const { objectives, timeline, sections } = shop.results();
      const { chaos } = sections;
      const uat = sections.uat?.underLoad;
      const faults = chaos?.experiments.flatMap((one) => one.faults) ?? [];
      expect(
        faults.map(({ fault: kind, proof }) => [kind, proof?.seen]),
        stderr,
      ).toEqual([['latency', true]]);
      const [only] = faults;
      const under = uat?.runs.filter(({ condition }) => condition === 'fault') ?? [];
      expect(under.length, JSON.stringify(uat?.rounds)).toBeGreaterThan(0);
      for (const run of under) {
        expect(run.happening.join()).toContain(fault);
        // Until ten seconds after its end it may still be felt.
        expect((run.startMs ?? 0) + run.durationMs).toBeGreaterThan(only?.announcedMs ?? Number.POSITIVE_INFINITY);
        expect(run.startMs).toBeLessThan((only?.revertedMs ?? 0) + 10_000);
        const round = uat?.rounds.find((one) => one.round === run.round);
        expect(round?.faults?.join()).toContain(fault);
      }
      for (const run of uat?.runs ?? [])
        if (run.condition !== 'fault') expect(run.happening.join()).not.toContain(fault);
      const judged = objectives.find(({ objective }) => objective.id === 'fault-scenarios');
      expect(judged?.samples).toBe(under.length);
      const bands = timeline.bands.filter(({ lane }) => lane === 'uat').map(({ label }) => label);
      expect(bands.join('\n')).toContain(fault);
      for (const name of ['uat.html', 'index.html']) {
        expect(readFileSync(join(shop.runFolder(), name), 'utf8')).toContain(fault);
      }
    },
    patienceMs,
  );

  it.skipIf(isSkipped)(
    'a round that Ctrl-C or a kill cuts off counts for nothing, leaves no browser, and the run goes on with the next',
    async () => {
      shop = shopWith(scenarios);
      const made = shop;
      /** Starts or resumes a run, and waits until a page of a new round is being looked at. */
      const midRound = async (args: string[]) => {
        const known = roundsIn(made).length;
        const { child, ended } = made.start(args, env);
        const isOver = () => child.exitCode !== null;
        const folder = await folderWhen(made, () => roundsIn(made).length > known && isUnderWay(made), isOver);
        return { child, ended, folder };
      };
      const first = await midRound([...load, '--duration', '15m', '--uat', 'STAY']);
      const { folder } = first;
      first.child.kill('SIGINT');
      const interrupted = await first.ended;
      expect(interrupted.code, interrupted.stderr).toBe(130);
      await gone(folder);
      const { run, sections } = made.results();
      const uat = sections.uat?.underLoad;
      const [quiet, ...loaded] = uat?.rounds ?? [];
      expect(quiet).toMatchObject({ round: 1, kind: 'quiet', passed: 1, failed: 0, flaky: 0 });
      expect(loaded).toMatchObject([{ round: 2, passed: 0, failed: 0, flaky: 0, cutShort: true }]);
      expect([uat?.cutShort, uat?.runs.length, run.interrupted]).toEqual([1, 1, expect.any(String)]);
      expect(readFileSync(join(folder, 'uat.html'), 'utf8')).toContain('cut short');

      const second = await midRound(['simulate', '--resume', folder]);
      second.child.kill('SIGKILL');
      await second.ended;
      await gone(folder);

      const { child, ended } = made.start(['simulate', '--resume', folder], env);
      await folderWhen(
        made,
        () => eventsOf(folder, 'shakedown.uat.round.ended').some(({ round }) => Number(round) > 3),
        () => child.exitCode !== null,
      );
      child.kill('SIGINT');
      const last = await ended;
      expect(last.code, last.stderr).toBe(130);
      const after = made.results().sections.uat?.underLoad;
      const numbers = after?.rounds.map(({ round }) => round) ?? [];
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
      const [one, two, three, four] = after?.rounds ?? [];
      expect([one?.cutShort, two?.cutShort, three?.cutShort, four?.cutShort]).toEqual([
        undefined,
        true,
        true,
        undefined,
      ]);
      for (const cut of [two, three]) expect(cut).toMatchObject({ passed: 0, failed: 0, flaky: 0 });
      // Each once, whatever was cut off around it.
      const finished = after?.rounds.filter(({ cutShort }) => cutShort === undefined).length ?? 0;
      const counted = after?.tallies.reduce((sum, tally) => sum + tally.runs, 0) ?? 0;
      expect([counted, after?.runs.map(({ round }) => round)]).toEqual([finished, expect.arrayContaining([1, 4])]);
      expect(after?.tallies.reduce((sum, tally) => sum + tally.failed + tally.flaky, 0)).toBe(0);
    },
    patienceMs,
  );
});

/** The runner and its browsers; a busy machine takes a while to be rid of them. */
async function gone(folder: string): Promise<void> {
  for (let tries = 0; runnersOf(folder).length > 0 && tries < 240; tries++) await wait(500);
  expect(runnersOf(folder)).toEqual([]);
}

/** Numbers of the rounds under load that were begun. */
function roundsIn(made: Project): number[] {
  try {
    return eventsOf(made.runFolder(), 'shakedown.uat.round.started').flatMap(({ round, kind }) =>
      kind === 'load' ? [Number(round)] : [],
    );
  } catch {
    return [];
  }
}

/** Whether the last thing that the runner told is that a scenario began. */
function isUnderWay(made: Project): boolean {
  const lines = readFileSync(join(made.runFolder(), 'uat', 'uat.ndjson'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.at(-1)?.includes('"type":"start"') ?? false;
}
