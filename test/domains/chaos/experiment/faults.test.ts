import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { faults } from '../../../../src/domains/chaos/faults/index.ts';
import { createGuard, type Guard } from '../../../../src/domains/chaos/guard/guard.ts';
import { createInjector } from '../../../../src/domains/chaos/injector.ts';
import { identify } from '../../../../src/evidence/process.ts';
import { startVictim } from '../victim.ts';
import { action, fault, hypothesis, probe, program, startTrial, type Trial } from './trial.ts';

let folder: string;
let guard: Guard;
let trial: Trial;
let victim: Awaited<ReturnType<typeof startVictim>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-experiment-'));
  guard = await createGuard({ folder, registry: join(folder, 'registry'), signal: new AbortController().signal });
  trial = await startTrial();
});
afterAll(async () => {
  await guard.close();
  await trial.end();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  victim = await startVictim();
});
afterEach(() => void victim.child.kill('SIGKILL'));

const injectorOf = (noop = false) =>
  createInjector({
    faults,
    components: [victim.component],
    undo: guard,
    now: () => performance.now(),
    on: () => {},
    noop,
  });
const state = () => identify(victim.pid)?.state;
const fine = () => hypothesis(probe('fine', program('true'), 0));
const stop = (more = {}) => action('freeze', fault('process-stop', { component: 'victim', ...more }));

test('a fault with seconds is checked while it is on, taken away after them, and measured', async () => {
  const { result, journal } = await trial.run(
    { ...fine(), method: [stop({ seconds: 0.6 })] },
    { injector: injectorOf(), strategy: { frequencySeconds: 0.1 } },
  );
  expect(result).toMatchObject({ verdict: 'pass', status: 'completed', deviated: false });
  expect(result.reason).toMatch(/held in \d+ checks, [1-9]\d* of them under the fault/);
  expect(result.faults).toMatchObject([{ fault: 'process-stop', revertedBy: 'action', proof: { seen: true } }]);
  expect(journal.run[0]?.output).toMatchObject({ seen: true, component: 'victim' });
  const phases = result.hypothesis?.checks.map(({ phase }) => phase);
  expect([...new Set(phases)]).toEqual(['before', 'during', 'after', 'after rollback']);
  expect(state()).not.toBe('T');
});

test('what is lost only while the fault is on fails', async () => {
  const notStopped = program('sh', '-c', `test "$(cut -d' ' -f3 /proc/${victim.pid}/stat)" != T`);
  const { result } = await trial.run(
    { ...hypothesis(probe('goes on', notStopped, 0)), method: [stop({ seconds: 0.6 })] },
    { injector: injectorOf(), strategy: { frequencySeconds: 0.1 } },
  );
  expect(result).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('during the method: goes on') });
});

test.each([
  ['the fault was over before the next check', { seconds: 0.05 }, {}],
  ['the experiment asks for checks before and after only', { seconds: 0.3 }, { hypothesis: 'default' }],
] as const)('no check under the fault is inconclusive: %s', async (_, given, strategy) => {
  const experiment = { ...fine(), method: [stop(given)] };
  const { result } = await trial.run(experiment, {
    injector: injectorOf(),
    strategy: { frequencySeconds: 5, ...strategy },
  });
  expect(result.verdict).toBe('inconclusive');
  expect(result.reason).toMatch(/^Nothing was checked while process-stop on victim was on for 0\.\d s, .*continuously/);
  const { result: withLoad } = await trial.run(experiment, {
    injector: injectorOf(),
    strategy: { frequencySeconds: 5, ...strategy },
    besideLoad: true,
  });
  expect(withLoad).toMatchObject({ verdict: 'pass', reason: expect.stringContaining('only the load looked') });
});

test('one that is on longer than its seconds, as proving it takes time, says so', async () => {
  const warned: string[] = [];
  const of = async (seconds: number) => {
    warned.length = 0;
    const on = { warning: (text: string) => void warned.push(text) };
    await trial.run({ ...fine(), method: [stop({ seconds })] }, { injector: injectorOf(), on });
    return warned.filter((text) => text.includes('lasts longer'));
  };
  expect(await of(0.000_001)).toEqual([
    expect.stringMatching(/^process-stop on victim lasts longer than its 0\.000001 s: making and proving it took \d/),
  ]);
  expect(await of(5)).toEqual([]);
});

test('seconds that are no time are refused', async () => {
  const { result, journal } = await trial.run(
    { ...fine(), method: [stop({ seconds: -1 })] },
    { injector: injectorOf() },
  );
  expect(result.verdict).toBe('inconclusive');
  expect(journal.run[0]?.exception?.[0]).toMatch(/seconds must be a number above 0, not -1/);
});

test('one without stays until it is taken away by an action, by a rollback or at the end', async () => {
  const look = { type: 'probe', name: 'look', provider: program('sh', '-c', `cut -d' ' -f3 /proc/${victim.pid}/stat`) };
  const revert = (given = {}) => action('let go', fault('revert', given));
  const seen = (journal: { run: { output: unknown }[] }) =>
    journal.run.map(({ output }) => (output as { stdout?: string }).stdout?.trim()).filter((one) => one !== undefined);
  const byAction = await trial.run(
    { method: [stop(), look, revert({ component: 'victim' }), look] },
    { injector: injectorOf() },
  );
  expect(seen(byAction.journal)).toEqual(['T', expect.not.stringMatching('T')]);
  expect(byAction.result.faults).toMatchObject([{ revertedBy: 'action' }]);
  const byRollback = await trial.run({ method: [stop()], rollbacks: [revert()] }, { injector: injectorOf() });
  expect(byRollback.result.faults).toMatchObject([{ revertedBy: 'rollback' }]);
  const strategy = { rollbacks: 'never' } as const;
  const byEnd = await trial.run({ method: [stop()], rollbacks: [revert()] }, { injector: injectorOf(), strategy });
  expect(byEnd.result.faults).toMatchObject([{ revertedBy: 'harness' }]);
  expect(byEnd.journal.shakedown?.cleaned).toEqual(['process-stop on victim']);
  expect(state()).not.toBe('T');
});

test('a fault that is not seen, an unknown one and one of another component are inconclusive', async () => {
  const unseen = await trial.run({ ...fine(), method: [stop()] }, { injector: injectorOf(true) });
  expect(unseen.result).toMatchObject({ verdict: 'inconclusive', status: 'completed' });
  expect(unseen.result.reason).toMatch(/process-stop on victim was not seen/);
  const method = [
    action('x', fault('earthquake', { component: 'victim' })),
    action('y', fault('process-stop', { component: 'other' })),
  ];
  const { journal, result } = await trial.run({ ...fine(), method }, { injector: injectorOf() });
  expect(journal.run.map(({ exception }) => exception?.[0])).toEqual([
    expect.stringMatching(/FAULT_UNKNOWN/),
    expect.stringMatching(/FAULT_COMPONENT/),
  ]);
  expect(result.verdict).toBe('inconclusive');
});

test('a stop condition ends it: the fault goes first, rollbacks are played, and the rest is not begun', async () => {
  let reason: string | null = null;
  const file = join(folder, 'after');
  const running = trial.run(
    {
      ...fine(),
      method: [stop({ seconds: 60 }), action('never', program('touch', file))],
      rollbacks: [
        { type: 'probe', name: 'look', provider: program('sh', '-c', `cut -d' ' -f3 /proc/${victim.pid}/stat`) },
      ],
    },
    { injector: injectorOf(), stopWhen: () => reason },
  );
  await expect.poll(state, { timeout: 10_000 }).toBe('T');
  reason = 'the error budget is spent';
  const { journal, result } = await running;
  expect(result).toMatchObject({ status: 'aborted', stopped: reason, verdict: 'inconclusive' });
  expect(journal.run).toMatchObject([{ status: 'aborted' }]);
  expect((journal.rollbacks[0]?.output as { stdout: string } | undefined)?.stdout.trim()).not.toBe('T');
});

test('Ctrl-C interrupts it, with nothing left behind', async () => {
  const controller = new AbortController();
  const running = trial.run(
    { ...fine(), method: [stop({ seconds: 60 })] },
    { injector: injectorOf(), signal: controller.signal },
  );
  await expect.poll(state, { timeout: 10_000 }).toBe('T');
  controller.abort(new Error('Ended by SIGINT.'));
  const { result } = await running;
  expect(result).toMatchObject({ status: 'interrupted', stopped: 'Ended by SIGINT.', verdict: 'inconclusive' });
  expect(result.reason).toBe('It was stopped before its end: Ended by SIGINT.');
  expect(state()).not.toBe('T');
});

test('functions and controls of a module beside the experiment; no secret is written or told', async () => {
  await writeFile(
    join(trial.folder, 'own.mjs'),
    `export const calls = [];
export const whisper = ({ word }, { secrets, configuration }) => ({ word, token: secrets.token, of: configuration.shop });
export const afterActivity = (context, { state, arguments: given }) => { calls.push([given.mark, context.name, state.status]); };
export const beforeMethod = () => { throw new Error('a control that fails'); };
export const read = () => calls;`,
  );
  const own = (func: string, given = {}) => ({
    type: 'node',
    module: './own.mjs',
    func,
    arguments: given,
    secrets: ['api'],
  });
  trial.told.length = 0;
  const { journal, result } = await trial.run({
    configuration: { shop: 'harbour' },
    secrets: { api: { token: 'hunter22-very-secret' } },
    controls: [{ name: 'watch', provider: { type: 'node', module: './own.mjs', arguments: { mark: 'm' } } }],
    method: [
      { type: 'probe', name: 'whisper', provider: own('whisper', { word: 'x' }) },
      { type: 'probe', name: 'echo', provider: program('echo', '$' + '{token}') },
      action('fails', http401('hunter22-very-secret')),
      { type: 'probe', name: 'read', provider: own('read') },
    ],
  });
  expect(journal.run[0]?.output).toEqual({ word: 'x', token: '********', of: 'harbour' });
  expect(journal.run[3]?.output).toEqual([
    ['m', 'whisper', 'succeeded'],
    ['m', 'echo', 'succeeded'],
    ['m', 'fails', 'failed'],
  ]);
  expect(trial.told.join()).toMatch(/a control that fails/);
  expect(JSON.stringify([journal, result, trial.told])).not.toMatch(/hunter22/);
});

const http401 = (token: string) => ({ type: 'http', url: `http://127.0.0.1:9/?token=${token}` });
