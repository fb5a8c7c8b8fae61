import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readStage } from '../../../src/domains/stage/public.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { command, type MadeStage, madePhase, makeStage } from './made-stage.ts';

const stages: MadeStage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.remove();
});

async function made(...phases: Parameters<typeof madePhase>[0][]): Promise<MadeStage> {
  const stage = await makeStage(phases.map(madePhase));
  stages.push(stage);
  return stage;
}

const deploying = (word = 'deploy'): Parameters<typeof madePhase>[0] => ({
  id: 'deploy',
  partOf: 'rehearsal',
  does: { kind: 'deployment', words: () => [word, '--json'], undo: () => ['deploy', '--version', 'v1'] },
  emits: ['staging/testing_requested'],
  writes: ['deployment_status'],
  state: ({ printed }) => ({ deployment_status: printed, health_status: 'not its own' }),
});
const testing = (word: string): Parameters<typeof madePhase>[0] => ({
  ...{ id: 'tests', gates: ['uat'], does: command(word), listens: ['staging/testing_requested'] },
  ...{ reads: ['deployment_status'], writes: ['test_results'], emits: ['staging/validation_requested'] },
  state: ({ verdict, runId }) => ({ test_results: { verdict, runId } }),
});

describe('a stage whose phases pass', () => {
  it('does each when its event came, hands the state on, and writes only what was declared', async () => {
    const stage = await made(testing('good'), deploying());
    expect(await stage.run()).toBe('done');
    const { fold } = await stage.record();
    expect([...fold.attempts.keys()]).toEqual(['deploy', 'tests']);
    expect(fold.events.map(({ event, by }) => [event, by])).toEqual([
      ['swarm/started', null],
      ['staging/testing_requested', 'deploy'],
      ['staging/validation_requested', 'tests'],
    ]);
    expect([...fold.state.keys()]).toEqual(['deployment_status', 'test_results']);
    expect(stage.said.join('\n')).toMatch(/deploy: PASSED after .*\n.*tests: begins, by the QA tester/);
    const results = await buildResults(stage.folder);
    expect(results.gates.map(({ id, verdict }) => [id, verdict])).toEqual([['uat', 'pass']]);
    expect(results.verdict).toBe('pass');
    expect(results.sections.stage?.next).toEqual([]);
  });
  it('is behind what it says only where the runs are', async () => {
    const stage = await made(testing('good'), deploying());
    await stage.run();
    const before = await readStage(stage.folder);
    expect(before.events.map(({ backed }) => backed)).toEqual([true, true, true]);
    expect(before.state.map(({ key, backed }) => [key, backed])).toEqual([
      ['deployment_status', true],
      ['test_results', true],
    ]);
    const run = before.phases.find(({ id }) => id === 'tests')?.runId ?? '';
    const journal = join(stage.project, 'runs', run, 'journal.ndjson');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('shakedown uat run', 'shakedown uat ran'));
    const changed = await readStage(stage.folder);
    expect(changed.state.find(({ key }) => key === 'test_results')).toMatchObject({
      backed: false,
      whyNot: expect.stringMatching(/was changed: /),
    });
    // Another run in its place, whole in itself.
    rmSync(join(stage.project, 'runs', run), { recursive: true });
    cpSync(join(stage.project, 'prepared', 'bad'), join(stage.project, 'runs', run), { recursive: true });
    const other = await readStage(stage.folder);
    expect(other.events.at(-1)?.whyNot).toMatch(/is not the one that the journal names/);
    rmSync(join(stage.project, 'runs', run), { recursive: true });
    const gone = await readStage(stage.folder);
    expect(gone.events.at(-1)?.whyNot).toMatch(/is not there any more/);
    const { verdict, missing } = await buildResults(stage.folder);
    expect(verdict).toBe('inconclusive');
    expect(missing.join(' ')).toMatch(/It passed, and nothing is behind that: the run .* is not there any more/);
  });
  it('believes no event and no value that was put into the journal', async () => {
    const stage = await made(testing('good'), deploying());
    await stage.run();
    const file = join(stage.folder, 'journal.ndjson');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const envelope = {
      ...JSON.parse(lines[2] ?? ''),
      data: { event: 'staging/deployment_approved', by: 'tests', why: '' },
    };
    // At the end, where no digest of the journal covers it.
    writeFileSync(file, `${[...lines, JSON.stringify(envelope)].join('\n')}\n`);
    const added = await readStage(stage.folder);
    expect(added.events.at(-1)).toMatchObject({
      type: 'staging/deployment_approved',
      backed: false,
      whyNot: expect.stringMatching(/does not announce it/),
    });
    expect(added.events[0]?.backed).toBe(true);
    // In its middle, where one does.
    writeFileSync(file, `${[...lines.slice(0, 3), JSON.stringify(envelope), ...lines.slice(3)].join('\n')}\n`);
    const within = await readStage(stage.folder);
    expect(within.events.every(({ backed }) => !backed)).toBe(true);
    expect(within.events[0]?.whyNot).toBe('the journal of the stage was changed');
  });
});

it('is not known to have met one candidate where nothing said what it is', async () => {
  const stage = await made(testing('good'), deploying());
  await stage.run();
  expect((await readStage(stage.folder)).changes).toEqual([]);
  const journal = join(stage.folder, 'journal.ndjson');
  writeFileSync(journal, readFileSync(journal, 'utf8').replace(/"artifacts":\[[^\]]*\]/g, '"artifacts":[]'));
  expect((await readStage(stage.folder)).changes).toEqual([
    expect.stringContaining('Nothing said what the candidate is'),
  ]);
});

it('a phase that alone is asked for is done, however many that are left out stand before it', async () => {
  const stage = await made(
    { id: 'first', does: command('good'), emits: ['staging/development_requested'] },
    {
      id: 'second',
      does: command('good'),
      listens: ['staging/development_requested'],
      emits: ['staging/deployment_requested'],
    },
    {
      id: 'third',
      does: command('good'),
      listens: ['staging/deployment_requested'],
      emits: ['staging/testing_requested'],
    },
    testing('good'),
  );
  expect(await stage.run({ only: ['tests'] })).toBe('done');
  const { fold } = await stage.record();
  expect([...fold.attempts.keys()]).toEqual(['tests']);
  expect(fold.events.map(({ event }) => event)).toEqual([
    ...['swarm/started', 'staging/testing_requested', 'staging/validation_requested'],
  ]);
});

describe('a gate', () => {
  const rehearsing = { id: 'rehearsal', gates: ['rehearsal'], does: command('good'), after: ['deploy'] };
  it('is not passed by a phase that is only a part of it', async () => {
    const stage = await made(deploying(), rehearsing);
    await stage.run({ only: ['deploy'] });
    const { gates, verdict } = await buildResults(stage.folder);
    expect([gates, verdict]).toEqual([[], 'inconclusive']);
  });
  it('that a policy names rests on every phase of it', async () => {
    const stage = await made(deploying(), testing('good'), {
      ...testing('good'),
      id: 'more',
      writes: [],
      after: ['tests'],
    });
    await stage.run({ only: ['deploy', 'tests'], policy: ['uat'] });
    const { gates, word, objectives } = await buildResults(stage.folder);
    expect([gates.find(({ id }) => id === 'uat')?.verdict, word]).toEqual(['inconclusive', 'INCONCLUSIVE']);
    expect(objectives.find(({ objective }) => objective.id === 'stage-more-uat')?.reason).toMatch(
      /it was left out: it was not asked for/,
    );
  });
  it('is not left open by a phase that is a part of it, for what that was not asked for', async () => {
    const stage = await made(
      { id: 'stack', does: command('narrow'), partOf: 'uat' },
      {
        ...testing('narrow'),
        listens: ['swarm/started'],
      },
    );
    await stage.run({ policy: ['uat'] });
    const { sections, word } = await buildResults(stage.folder);
    expect(sections.stage?.phases.map(({ id, verdict, sentence }) => [id, verdict, sentence])).toEqual([
      ['stack', 'pass', 'UAT: 3 of 4 passed: the basket is empty.'],
      ['tests', 'pass', 'UAT: 3 of 4 passed: the basket is empty.'],
    ]);
    expect(word).toBe('READY');
  });
  it('that a policy names and a phase failed makes it NOT READY', async () => {
    const stage = await made(deploying(), testing('bad'));
    await stage.run({ policy: ['uat'] });
    const { word, sentence } = await buildResults(stage.folder);
    expect([word, sentence]).toEqual(['NOT READY', expect.stringMatching(/^Phase tests failed: /)]);
  });
});

describe('a phase that fails', () => {
  it('ends the stage, is rolled back, and says what to do', async () => {
    const stage = await made(deploying(), testing('bad'), {
      id: 'final',
      does: command('good'),
      gates: ['uat'],
      listens: ['staging/validation_requested'],
    });
    expect(await stage.run()).toBe('failed');
    expect(readFileSync(join(stage.project, 'deployed'), 'utf8')).toBe('--version v1');
    const results = await buildResults(stage.folder);
    expect(results.verdict).toBe('fail');
    expect(results.sentence).toMatch(/^Phase tests failed: .*the basket is empty/);
    const section = results.sections.stage;
    expect(section?.rollbacks).toMatchObject([{ phase: 'deploy', command: 'shakedown deploy --version v1', ok: true }]);
    expect(section?.state.find(({ key }) => key === 'deployment_status')?.whyNot).toBe(
      'what the phase did was rolled back since',
    );
    expect((await readStage(stage.folder)).state[0]).toMatchObject({ key: 'deployment_status', backed: false });
    expect(section?.next.join('\n')).toMatch(/begin a new stage[\s\S]*--resume 2026-11-29T1159-5a9e --from tests/);
    expect(section?.phases.find(({ id }) => id === 'final')).toMatchObject({
      verdict: 'inconclusive',
      sentence: 'It was not begun, for staging/validation_requested did not come.',
    });
  });
  it('is gone on after where that was asked for, and nothing is rolled back', async () => {
    const stage = await made(deploying(), testing('bad'), {
      id: 'final',
      does: command('good'),
      gates: ['uat'],
      listens: ['staging/validation_requested'],
    });
    expect(await stage.run({ keepsGoing: true })).toBe('done');
    expect(readFileSync(join(stage.project, 'deployed'), 'utf8')).toBe('--json');
    const { fold } = await stage.record();
    expect(fold.events.at(-1)).toMatchObject({ event: 'staging/validation_requested', by: null });
    expect((await buildResults(stage.folder)).verdict).toBe('fail');
  });
  it('is a deployment that does not come up, and no mistake of the command', async () => {
    const failed = await made(deploying('no-start'), testing('good'));
    expect(await failed.run()).toBe('failed');
    expect((await buildResults(failed.folder)).sentence).toMatch(
      /^Phase deploy failed: v2 did not come up: it ends at once\./,
    );
    const mistaken = await made(deploying('deplyo'), testing('good'));
    await mistaken.run();
    expect((await buildResults(mistaken.folder)).verdict).toBe('inconclusive');
  });
});

it('what was rolled back is deployed again when the stage goes on', async () => {
  const stage = await made(deploying(), testing('bad'));
  await stage.run();
  expect(await stage.run({ phases: [deploying(), testing('good')].map(madePhase), from: 'tests' })).toBe('done');
  const { fold } = await stage.record();
  expect([fold.attempts.get('deploy')?.length, fold.attempts.get('tests')?.length]).toEqual([2, 2]);
  expect(readFileSync(join(stage.project, 'deployed'), 'utf8')).toBe('--json');
  expect((await buildResults(stage.folder)).verdict).toBe('pass');
});

describe('a stage that stops', () => {
  it('is paused by a file after the phase under way, and goes on with the next', async () => {
    const stage = await made(deploying(), testing('good'));
    writeFileSync(join(stage.folder, 'pause'), '');
    expect(await stage.run()).toBe('paused');
    expect(existsSync(join(stage.folder, 'pause'))).toBe(false);
    expect((await stage.record()).fold.attempts.size).toBe(0);
    expect(await stage.run()).toBe('done');
    expect((await buildResults(stage.folder)).verdict).toBe('pass');
  });
  it('does an interrupted phase again, and shows both attempts', async () => {
    const stage = await made({ ...testing('stuck'), reads: [], listens: ['swarm/started'] });
    const user = new AbortController();
    const stopped = stage.run({ signal: user.signal });
    while (
      !existsSync(join(stage.folder, 'journal.ndjson')) ||
      !readFileSync(join(stage.folder, 'journal.ndjson'), 'utf8').includes('stage.run"')
    )
      await new Promise((resolve) => setTimeout(resolve, 50));
    user.abort();
    expect(await stopped).toBe('interrupted');
    const open = (await buildResults(stage.folder)).sections.stage?.phases[0];
    expect(open).toMatchObject({ verdict: 'inconclusive', sentence: 'It was interrupted before it ended.' });
    const again = { ...testing('good'), reads: [], listens: ['swarm/started' as const] };
    expect(await stage.run({ phases: [madePhase(again)] })).toBe('done');
    const phase = (await buildResults(stage.folder)).sections.stage?.phases[0];
    expect(phase?.attempts.map(({ attempt, verdict, isCut }) => [attempt, verdict, isCut])).toEqual([
      [1, 'inconclusive', true],
      [2, 'pass', false],
    ]);
    expect(phase?.verdict).toBe('pass');
  });
  it('ends a phase at its deadline', async () => {
    const stage = await made({ ...testing('stuck'), reads: [], listens: ['swarm/started'], deadlineMs: () => 1500 });
    expect(await stage.run()).toBe('done');
    const phase = (await buildResults(stage.folder)).sections.stage?.phases[0];
    expect(phase).toMatchObject({
      verdict: 'inconclusive',
      sentence: expect.stringMatching(/^It took longer than 1\.5.s, and was ended\./),
    });
  });
  it('says in its first sentence whose decision is missing, where nothing else is', async () => {
    const people = { does: { kind: 'people', decideOn: 'tests' }, listens: ['staging/validation_requested'] } as const;
    const tests = { ...testing('good'), reads: [], listens: ['swarm/started' as const] };
    const stage = await made(tests, { ...{ id: 'approval', gates: ['approval'] }, ...people });
    expect(await stage.run()).toBe('waiting');
    const run = (await stage.record()).fold.last('tests')?.runId;
    const { sentence, missing } = await buildResults(stage.folder);
    expect(sentence).toBe(`Nothing failed, but people have not decided on ${run} yet.`);
    expect(missing[0]).toBe(`People have not decided yet. Sign the run ${run}, then go on with the stage.`);
    const late = { ...tests, ...{ id: 'late', emits: [], writes: [], does: command('stuck'), deadlineMs: () => 1000 } };
    const open = await made(late, tests, { ...{ id: 'approval', gates: ['approval'] }, ...people });
    expect(await open.run()).toBe('waiting');
    expect((await buildResults(open.folder)).sentence).not.toMatch(/people/);
  });
});
