import { expect, it } from 'vitest';
import type { Asked, Beside, Companion, OpenRun } from '../../../src/domains/companion.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import type { JournalData } from '../../../src/model/event.ts';
import { Companions } from '../../../src/run/simulate/companions.ts';

const asked = {} as Asked;
const companion = (beside: Beside | null): Companion => ({ prepare: async () => beside });

/** Writes down what is asked of it. */
function noted(title: string, log: string[], more: Partial<Beside> = {}): Companion {
  return companion({
    title,
    open: async () => void log.push(`open ${title}`),
    begin: (fromMs) => void log.push(`begin ${title} ${fromMs}`),
    end: () => void log.push(`end ${title}`),
    ...more,
  });
}

const prepare = (...lists: Companion[][]) =>
  Companions.prepare(
    asked,
    lists.map((list, index) => ({ id: `domain-${index}`, companions: async () => list })),
  );

function openRun(warnings: string[]): Omit<OpenRun, 'note'> {
  return { warn: (text: string) => warnings.push(text) } as unknown as Omit<OpenRun, 'note'>;
}

it('begins in the order of the table and ends in the opposite one, once, whoever is no part of the run left out', async () => {
  const log: string[] = [];
  const companions = await prepare([noted('a', log), companion(null)], [noted('b', log), noted('c', log)]);
  await withTeardown(async (teardown) => {
    await companions.open(openRun([]), teardown, () => {});
    companions.begin(250);
    await companions.end();
  });
  expect(log).toEqual([
    ...['open a', 'open b', 'open c'],
    ...['begin a 250', 'begin b 250', 'begin c 250'],
    ...['end c', 'end b', 'end a'],
  ]);
});

it('goes on where one cannot begin or end, and says so', async () => {
  const log: string[] = [];
  const warnings: string[] = [];
  const failing: Partial<Beside> = {
    begin() {
      throw new Error('no browser');
    },
    end: () => Promise.reject(new Error('it hangs')),
  };
  const companions = await prepare([noted('a', log), noted('the scenarios', log, failing), noted('c', log)]);
  await withTeardown(async (teardown) => {
    await companions.open(openRun(warnings), teardown, () => {});
    companions.begin(0);
    await companions.end();
  });
  expect(log.slice(-4)).toEqual(['begin a 0', 'begin c 0', 'end c', 'end a']);
  expect(warnings).toEqual(['The scenarios could not begin: no browser', 'Ending the scenarios failed: it hangs']);
});

it('ends those that were opened where one cannot be, what they opened undone after their end', async () => {
  const log: string[] = [];
  const opening: Partial<Beside> = {
    async open(run) {
      run.teardown.before('x', () => void log.push('undo a'));
    },
  };
  const refusing: Partial<Beside> = { open: () => Promise.reject(new Error('no guard')) };
  const companions = await prepare([noted('a', log, opening), noted('b', log, refusing), noted('c', log)]);
  const opened = withTeardown((teardown) => companions.open({ ...openRun([]), teardown }, teardown, () => {}));
  await expect(opened).rejects.toThrow('no guard');
  expect(log).toEqual(['end a', 'undo a']);
});

it('gives programs, faults and what the sample system is to go through, and shows what each is doing', async () => {
  const program = { name: 'toxiproxy', version: '2.12.0', origin: 'cache' };
  const fault: Partial<Beside> = {
    programs: [program],
    injectsFaults: true,
    toxiproxyUrl: 'http://127.0.0.1:8474',
    open: async ({ note }) => note('waiting'),
    disturbed: (fromMs, toMs) => (fromMs < 200 && toMs > 100 ? 'latency, balancer' : null),
  };
  const companions = await prepare([noted('a', [])], [noted('the experiments', [], fault)]);
  expect([companions.programs, companions.injectsFaults, companions.toxiproxyUrl]).toEqual([
    [program],
    true,
    'http://127.0.0.1:8474',
  ]);
  const shown: unknown[] = [];
  await withTeardown((teardown) => companions.open(openRun([]), teardown, (...note) => shown.push(note)));
  expect(shown).toEqual([['domain-1', 'waiting']]);
  expect([companions.disturbed(0, 100), companions.disturbed(150, 160)]).toEqual([null, 'latency, balancer']);
  expect(Companions.none.injectsFaults).toBe(false);
});

it('tells what an earlier part of the run has done to those that ask', async () => {
  const recalled: string[] = [];
  const companions = await prepare([
    noted('a', []),
    noted('b', [], { recall: ({ type }) => void recalled.push(type) }),
  ]);
  async function* journal(): AsyncGenerator<JournalData> {
    yield { type: 'shakedown.warning', data: { message: 'x' } };
    yield { type: 'shakedown.load.started', data: { startedAt: '' } };
  }
  await companions.recall(journal());
  expect(recalled).toEqual(['shakedown.warning', 'shakedown.load.started']);
});
