import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { newestStage } from '../../../src/domains/readiness/stage.ts';
import { command, type MadeStage, madePhase, makeStage } from '../stage/made-stage.ts';
import { artifact, contextOf } from './made-runs.ts';

const stages: MadeStage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.remove();
});

const phases = [
  madePhase({
    ...{ id: 'set-up', does: command('good'), emits: ['staging/testing_requested'], writes: ['environment_status'] },
    state: () => ({ environment_status: 'staging_environment_ready' }),
  }),
  madePhase({ id: 'test', does: command('good'), listens: ['staging/testing_requested'] }),
];

async function made(): Promise<MadeStage> {
  const stage = await makeStage(phases);
  stages.push(stage);
  await stage.run();
  return stage;
}

const stageOf = (stage: MadeStage, about: Parameters<typeof contextOf>[1] = {}) =>
  newestStage(contextOf(join(stage.project, 'runs'), { ...about, more: { version: 'v2', ...about.more } }).context);

it('what the stage has noted is backed by the runs of its phases', async () => {
  const found = await stageOf(await made());
  expect(found?.events.find(({ type }) => type === 'staging/testing_requested')).toMatchObject({
    phase: 'set-up',
    open: '',
  });
  expect(found?.state).toEqual([
    { key: 'environment_status', value: 'staging_environment_ready', writer: 'set-up', open: '' },
  ]);
});

it('an event and a value that were put in by hand are not', async () => {
  const stage = await made();
  const journal = join(stage.folder, 'journal.ndjson');
  const line = readFileSync(journal, 'utf8')
    .split('\n')
    .find((one) => one.includes('"type":"shakedown.stage.event"'));
  const event = JSON.parse(line ?? '{}');
  event.data = { ...event.data, event: 'staging/deployment_requested' };
  appendFileSync(journal, `${JSON.stringify(event)}\n`);
  const found = await stageOf(stage);
  expect(found?.events.find(({ type }) => type === 'staging/deployment_requested')?.open).not.toBe('');
});

it('one of another environment or build is none', async () => {
  const stage = await made();
  expect(await stageOf(stage, { more: { environment: 'staging-us' } })).toBe(null);
  expect(await stageOf(stage, { artifacts: [artifact('b')] })).toBe(null);
  expect(await stageOf(stage, { more: { version: 'v3' }, artifacts: [] })).toBe(null);
  // The same bytes, whatever somebody calls them.
  expect(await stageOf(stage, { more: { version: 'v3' } })).not.toBe(null);
});
