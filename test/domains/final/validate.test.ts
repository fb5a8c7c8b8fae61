import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { isOwnRun } from '../../../src/domains/final/own-run.ts';
import { chosenOf, domainsOf, otherBuild } from '../../../src/domains/validation-run.ts';
import { type Artifact, isAbout, maybeSame, otherNames, sameCandidate } from '../../../src/model/artifact.ts';
import { domains } from '../../../src/run/domains.ts';
import { buildResults, judgeRun } from '../../../src/run/results/build.ts';
import { makeRun } from '../../run/results/run-folder.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const partDomains = domains.flatMap(({ parts }) => parts ?? []);
const shop = (digit: string) => ({ name: 'shop', digest: `sha256:${digit.repeat(64)}`, source: 'probed' as const });
const declared = (digit: string): Artifact => ({ ...shop(digit), source: 'declared' });

const begun = (part: string) => ({ type: 'shakedown.final.begun', data: { part, atMs: 1 } }) as const;
const ended = (part: string, error: string | null = null) =>
  ({ type: 'shakedown.final.ended', data: { part, atMs: 2, error } }) as const;
const evidence = (part: string, data: object) =>
  ({ type: 'shakedown.final.evidence', data: { part, atMs: 1, data } }) as const;

const run = {
  ...{ kind: 'run', runId: '2026-11-20T0900-7f3a', command: 'shakedown uat run', summary: '3 of 3 passed' },
  ...{ endedAt: '2026-11-20T10:00:00Z', manifestSha256: null, sameBy: 'artifacts', maxAgeHours: 168 },
};

describe('the same candidate', () => {
  const own = { name: 'shop', version: 'v2', artifacts: [shop('a')] };
  const other = { ...own, baselineVersion: null };
  it('is known by its digests, and by its version only where nobody names any', () => {
    expect(sameCandidate(own, other)).toBe('artifacts');
    expect(sameCandidate({ ...own, artifacts: [] }, { ...other, artifacts: [] })).toBe('version');
  });
  it.each([
    ['another digest', { ...other, artifacts: [shop('b')] }],
    ['one digest of two that is another', { ...other, artifacts: [shop('a'), shop('b')] }],
    ['no digests on one side', { ...other, artifacts: [] }],
    ['another digest, declared only', { ...other, artifacts: [declared('b')] }],
  ])('is not: %s', (_, candidate) => {
    expect(sameCandidate(own, candidate)).toBe(null);
  });
  it.each([
    [
      'another artifact',
      { ...other, artifacts: [{ ...shop('a'), name: 'worker' }] },
      'its artifacts were called worker',
    ],
    ['another version', { ...other, version: 'v3' }, 'its version was called v3'],
    ['another system', { ...other, name: 'bank' }, 'it was called bank'],
    [
      'another declaration',
      { ...other, artifacts: [{ ...declared('b'), name: 'x' }, shop('a')] },
      'its artifacts were called shop, x',
    ],
  ])('is one of the same bytes, whatever it is called: %s', (_, candidate, said) => {
    expect(sameCandidate(own, candidate)).toBe('artifacts');
    expect(otherNames(own, candidate)).toEqual([said]);
    expect(isAbout(own, candidate)).toBe(true);
  });
  it('is known by what is declared where one of both was not asked, and by names where nobody names a digest', () => {
    expect(sameCandidate(own, { ...other, version: 'v3', artifacts: [declared('a')] })).toBe('declared');
    const none = { ...own, artifacts: [] };
    expect(sameCandidate(none, { ...none, version: 'v3' })).toBe(null);
    expect(isAbout(own, { ...other, version: 'v3', artifacts: [shop('b')] })).toBe(false);
  });
  it('may be one of which the target named more, under whatever version', () => {
    const more = { ...other, version: 'v3', artifacts: [shop('a'), shop('b')] };
    expect([maybeSame(own, more), maybeSame(more, own), isAbout(own, more)]).toEqual([true, true, true]);
    expect(maybeSame(more, { ...more, artifacts: [shop('a'), shop('c')] })).toBe(false);
  });
});

describe('the build that is validated', () => {
  const target = (artifacts: object[], probe: () => Promise<object[]>) => ({ artifacts, probe }) as never;
  it('is the same by the same digests, in whatever order', async () => {
    const both = [shop('a'), { ...shop('b'), name: 'worker' }];
    expect(await otherBuild(target(both, async () => both.toReversed()))).toBe(null);
    expect(await otherBuild(target([], async () => []))).toBe(null);
  });
  it('is another by another digest, and unknown where the target no longer says', async () => {
    expect(await otherBuild(target([shop('a')], async () => [shop('b')]))).toMatch(/became another build/);
    expect(await otherBuild(target([shop('a')], () => Promise.reject(new Error('gone'))))).toMatch(
      /did not say whether/,
    );
  });
});

describe('a run that judged a gate', () => {
  it('counts where it is of the command that the gate is judged by, and no final validation', () => {
    const of = (sections: object) => ({ sections }) as never;
    expect(isOwnRun('parity', of({ load: {} }))).toBe(true);
    expect(isOwnRun('parity', of({ parity: {} }))).toBe(false);
    expect(isOwnRun('monitoring', of({ monitoring: { resources: [] }, load: {} }))).toBe(false);
    expect(isOwnRun('monitoring', of({ monitoring: { validation: {} } }))).toBe(true);
    expect(isOwnRun('uat', of({ uat: {}, final: {} }))).toBe(false);
  });
  it('is judged by all that belongs to the gate: one part that was done alone is no whole', async () => {
    const folder = await makeRun({
      ...{ windows: 2, windowMs: 1000, rate: 10 },
      more: [
        { type: 'shakedown.final.started', data: { chosen: ['uat'] } },
        begun('uat'),
        evidence('uat', { ...run, verdict: 'pass', ageHours: 2 }),
        ended('uat'),
        { type: 'shakedown.compliance.started', data: { chosen: [] } },
      ],
    });
    folders.push(folder);
    const asked = (await judgeRun(folder)).results;
    const whole = (await judgeRun(folder, { wholeGate: 'candidate' })).results;
    const open = ({ objectives }: typeof asked) => objectives.filter(({ objective }) => objective.gate === 'candidate');
    expect([open(asked).length, open(whole).map(({ verdict }) => verdict)]).toEqual([0, ['inconclusive']]);
  });
});

describe('parts that are asked for', () => {
  it('are all, those of a domain, or one', () => {
    const names = (only?: string[]) =>
      chosenOf(only, partDomains).flatMap(({ domain, parts }) => parts.map(({ id }) => `${domain.id}.${id}`));
    expect(names().length).toBe(partDomains.reduce((sum, { parts }) => sum + parts.length, 0));
    expect(names(['compliance', 'final.candidate'])).toEqual(['final.candidate', 'compliance.controls']);
    expect(() => names(['complaince'])).toThrow(/There is no part complaince/);
  });
  it('are not those that rest on what the validation leaves', () => {
    const [first] = partDomains;
    if (first === undefined) throw new Error('there is no domain of parts');
    const apart = { ...first, id: 'apart', isApart: true } as const;
    expect(domainsOf([...partDomains, apart]).map(({ id }) => id)).not.toContain('apart');
    expect(domainsOf([...partDomains, apart], ['apart', 'final']).map(({ id }) => id)).toEqual(['final', 'apart']);
  });
});

async function judged(...more: object[]) {
  const folder = await makeRun({
    ...{ windows: 2, windowMs: 1000, rate: 10 },
    more: [{ type: 'shakedown.final.started', data: { chosen: ['uat'] } }, ...more] as never,
  });
  folders.push(folder);
  const results = await buildResults(folder);
  return {
    gate: results.gates.find(({ id }) => id === 'uat')?.verdict,
    reason: results.objectives.find(({ objective }) => objective.id === 'final-uat')?.reason,
  };
}

describe('the verdict of an earlier run', () => {
  it('counts when it is of the same candidate and fresh', async () => {
    const found = await judged(begun('uat'), evidence('uat', { ...run, verdict: 'pass', ageHours: 2 }), ended('uat'));
    expect(found.gate).toBe('pass');
  });
  it.each([
    ['fail', 'a run that failed', [{ ...run, verdict: 'fail', ageHours: 2 }]],
    ['inconclusive', 'a run that left it open', [{ ...run, verdict: 'inconclusive', ageHours: 2 }]],
    ['inconclusive', 'one that is too old', [{ ...run, verdict: 'pass', ageHours: 169 }]],
    ['inconclusive', 'one of the future', [{ ...run, verdict: 'pass', ageHours: -2 }]],
    ['inconclusive', 'one that did not end', [{ ...run, verdict: 'pass', ageHours: null, endedAt: null }]],
    ['inconclusive', 'none', [{ kind: 'none', looked: 4, others: ['2026-11-19T0900-7f3a'] }]],
    ['inconclusive', 'nothing recorded', []],
    [
      'fail',
      'an older pass behind a newer failure',
      [
        { ...run, verdict: 'fail', ageHours: 1 },
        { ...run, verdict: 'pass', ageHours: 2 },
      ],
    ],
  ])('is %s for %s', async (verdict, _, pieces) => {
    const found = await judged(begun('uat'), ...pieces.map((each) => evidence('uat', each)), ended('uat'));
    expect(found.gate).toBe(verdict);
  });
  it('is open where the part was cut off, did not begin, or could not go on', async () => {
    const passed = evidence('uat', { ...run, verdict: 'pass', ageHours: 2 });
    expect((await judged(begun('uat'), passed)).gate).toBe('inconclusive');
    expect(await judged()).toEqual({ gate: 'inconclusive', reason: expect.stringContaining('it did not begin') });
    const broken = await judged(begun('uat'), passed, ended('uat', 'The disk is full.'));
    expect([broken.gate, broken.reason]).toEqual(['inconclusive', expect.stringContaining('The disk is full.')]);
  });
  it('names the failures before it', async () => {
    const folder = await makeRun({
      ...{ windows: 2, windowMs: 1000, rate: 10 },
      more: [
        { type: 'shakedown.final.started', data: { chosen: ['uat'] } },
        begun('uat'),
        evidence('uat', { ...run, verdict: 'pass', ageHours: 1 }),
        evidence('uat', { ...run, runId: '2026-11-19T0900-0001', verdict: 'fail', ageHours: 20 }),
        ended('uat'),
      ],
    });
    folders.push(folder);
    const { sections } = await buildResults(folder);
    expect(sections.final?.parts[0]?.checks[0]?.reason).toMatch(/It failed before, in 2026-11-19T0900-0001\./);
  });
});
