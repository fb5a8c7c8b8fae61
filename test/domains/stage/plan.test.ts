import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { PhaseContext } from '../../../src/domains/phase.ts';
import { planLines } from '../../../src/domains/stage/dry-run.ts';
import { readInitialState } from '../../../src/domains/stage/initial-state.ts';
import type { DomainPhase } from '../../../src/domains/stage/order.ts';
import { type PhaseChoice, planStage } from '../../../src/domains/stage/plan.ts';
import { command, madePhase } from './made-stage.ts';

const phases = [
  madePhase({ id: 'deploy', does: command('deploy') }),
  madePhase({ id: 'tests', does: command('validate', 'final'), after: ['deploy'], gates: ['functional'] }),
  madePhase({ id: 'ready', does: command('readiness'), after: ['tests'] }),
  madePhase({ id: 'people', does: { kind: 'people', decideOn: 'ready' }, after: ['ready'] }),
].map((phase): DomainPhase => ({ ...phase, domain: 'made' }));

const context = (stage: object = {}) =>
  ({
    config: { stage: { skip: {}, deadlinesS: {}, ...stage } },
    folder: '/',
    durationMs: 1000,
    state: {},
  }) as unknown as PhaseContext;

function planned(choice: Partial<PhaseChoice> = {}, stage: object = {}, missing: string[] = []) {
  return planStage({
    ...{ phases, choice: { skip: {}, ...choice }, context: context(stage) },
    hasCommand: (words) => !missing.includes(words[0] ?? ''),
  });
}
const leftOut = (...given: Parameters<typeof planned>) =>
  Object.fromEntries(planned(...given).flatMap(({ id, leftOut: why }) => (why === null ? [] : [[id, why]])));

describe('which phases are done', () => {
  it('are all, or those that are named', () => {
    expect(leftOut()).toEqual({});
    expect(Object.keys(leftOut({ only: ['tests'] }))).toEqual(['deploy', 'ready', 'people']);
    expect(Object.keys(leftOut({ from: 'ready' }))).toEqual(['deploy', 'tests']);
  });
  it('are not those that are left out with a reason, on the command line or in the configuration', () => {
    expect(leftOut({ skip: { tests: 'no time' } })).toEqual({ tests: { by: '--skip', reason: 'no time' } });
    expect(leftOut({}, { skip: { deploy: 'by hand' } })).toEqual({ deploy: { by: '--skip', reason: 'by hand' } });
  });
  it('are not those whose command there is not, nor what people would decide on then', () => {
    const found = leftOut({}, {}, ['readiness']);
    expect(found.ready?.by).toBe('version');
    expect(found.people?.reason).toMatch(/ready is left out, so there is nothing to decide on/);
  });
  it.each([
    ['a phase that there is not', { only: ['test'] }, {}, /There is no phase test\./],
    ['one of the object’s own names', { from: 'constructor' }, {}, /There is no phase constructor\./],
    ['a deadline of none', {}, { deadlinesS: { load: 1 } }, /There is no phase load\./],
    ['nothing at all', { only: ['tests'], skip: { tests: 'no time' } }, {}, /Nothing is left to do/],
  ])('are never %s', (_, choice, stage, words) => {
    expect(() => planned(choice, stage)).toThrow(words);
  });
});

it('a plan shows the phases, and no arguments of a program', () => {
  const program = madePhase({
    id: 'provision',
    does: { kind: 'program', argv: () => ['terraform', '-var', 'password=hunter2'] },
  });
  const plan = planStage({
    ...{ phases: [{ ...program, domain: 'made' }], choice: { skip: {} }, context: context(), hasCommand: () => true },
  });
  const text = planLines(plan, { durationMs: 60_000, lock: 'host', policy: null, columns: 100 });
  expect(text).toMatch(/terraform \(2 arguments, not shown\)/);
  expect(JSON.stringify(plan) + text).not.toMatch(/hunter2/);
});

test.each([60, 80])('a plan is shown in %i columns, and what goes on stands below the text', (columns) => {
  const plan = planStage({
    ...{ phases, choice: { skip: { tests: 'they were done last week, '.repeat(6).trim() } } },
    context: context(),
    hasCommand: () => true,
  });
  const lines = planLines(plan, { durationMs: 60_000, lock: 'host', policy: null, columns }).split('\n');
  expect(lines.filter((line) => line.length > columns)).toEqual([]);
  const at = lines.findIndex((line) => line.startsWith('tests '));
  expect(lines[at + 1]).toMatch(/^ {8}\w/);
});

describe('the initial state', () => {
  const state = {
    staging_environment_config: { replicas: 3 },
    deployment_pipeline: ['build'],
    staging_test_suite: 'all',
  };
  async function read(text: string) {
    const folder = await mkdtemp(join(tmpdir(), 'state-'));
    try {
      await writeFile(join(folder, 'state.json'), text);
      return readInitialState(join(folder, 'state.json'));
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  it.each([
    ['as it is', state],
    ['within the event', { type: 'swarm/started', data: { initialState: state } }],
    ['within the event, beside its name', { event: 'swarm/started', initialState: state }],
    ['under its own name', { initialState: state }],
  ])('is read %s', async (_, written) => {
    expect(await read(JSON.stringify(written))).toEqual(state);
  });
  it.each([
    ['another key', JSON.stringify({ ...state, staging_tests: 1 }), /Unrecognized key/],
    ['no JSON', '{', /cannot be used/],
    ['a list', '[]', /cannot be used/],
  ])('is refused with %s', async (_, written, words) => {
    await expect(read(written)).rejects.toThrow(words);
  });
});
