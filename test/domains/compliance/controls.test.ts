import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogNames, startOf } from '../../../src/domains/compliance/catalogs.ts';
import { controls } from '../../../src/domains/compliance/controls.ts';
import { documentWorth } from '../../../src/domains/compliance/documents.ts';
import { oscalControls } from '../../../src/domains/compliance/oscal.ts';
import { verdictOf } from '../../../src/domains/part.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compliance-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Does the part with a configuration and results of the run so far, and judges what it recorded. */
async function judged(compliance: object, results: object | null) {
  const recorded: { atMs: number; data: unknown }[] = [];
  const none = { start: [], controls: [], oscal: null, evidence: {}, documents: {}, notApplicable: [] };
  await controls.run({
    config: { compliance: { ...none, ...compliance } },
    services: { judged: async () => (results === null ? null : { objectives: [], ...results }) },
    record: (data: unknown) => recorded.push({ atMs: 0, data }),
    mark: () => {},
  } as never);
  return controls.judge(recorded, true);
}

const gate = (id: string, verdict: string) => ({ id, title: id, verdict, summary: 'all of it', score: 100 });
const own = (...evidence: string[]) => ({ controls: [{ id: 'X-1', framework: 'own', title: 'It is safe', evidence }] });

describe('a control', () => {
  it('is met where all of its evidence passed', async () => {
    const { checks } = await judged(own('gate:security', 'domain:data'), {
      gates: [gate('security', 'pass')],
      sections: { data: { parts: [{ id: 'clean', title: 'Clean', verdict: 'pass', checks: [] }], notBegun: [] } },
    });
    expect(checks).toMatchObject([{ verdict: 'pass', reason: 'X-1 is met: security: all of it; Clean.' }]);
  });
  const results = {
    gates: [gate('security', 'fail'), gate('uat', 'inconclusive'), gate('stability', 'not run')],
    sections: { data: { parts: [], notBegun: [{ id: 'clean' }] } },
  };
  it.each([
    ['inconclusive', 'nothing is tied to it', []],
    ['fail', 'its gate failed', ['gate:security']],
    ['inconclusive', 'its gate is open', ['gate:uat']],
    ['inconclusive', 'its gate was not run', ['gate:stability']],
    ['inconclusive', 'its gate was not judged', ['gate:performance']],
    ['inconclusive', 'its domain did not begin', ['domain:data']],
    ['inconclusive', 'its part is of a domain without section', ['part:parity.environment']],
    ['inconclusive', 'it is tied to itself', ['gate:compliance']],
    ['inconclusive', 'its document is not named', ['document:runbook']],
  ])('is %s where %s', async (verdict, _, evidence) => {
    expect(verdictOf((await judged(own(...evidence), results)).checks)).toBe(verdict);
  });
  it('is not shown by a domain of which the configuration leaves something out', async () => {
    const parts = [{ id: 'unit', title: 'Unit tests', verdict: 'pass', checks: [] }];
    const leftOut = [{ id: 'ui', title: 'UI tests', reason: 'not now', owner: null }];
    const { checks } = await judged(own('domain:functional'), {
      gates: [],
      sections: { functional: { parts, leftOut } },
    });
    expect(checks).toMatchObject([
      { verdict: 'inconclusive', reason: expect.stringMatching(/not looked at: UI tests/) },
    ]);
  });
  it('is not met where the run cannot be read', async () => {
    expect(verdictOf((await judged(own('gate:security'), null)).checks)).toBe('inconclusive');
  });
});

it('no controls at all are no pass', async () => {
  expect((await judged({}, null)).checks).toMatchObject([{ verdict: 'inconclusive' }]);
});

it('what does not apply is counted and shown, counts no more once that has expired, and must be on a list', async () => {
  const excepted = (id: string, expires: string) => ({
    ...own('gate:security'),
    notApplicable: [{ id, reason: 'none', owner: 'me', expires }],
  });
  const fresh = await judged(excepted('X-1', '2999-01-01'), null);
  expect([fresh.checks, fresh.figures.at(-1)]).toEqual([[], { name: 'Not applicable', value: '1' }]);
  expect((await judged(excepted('X-1', '2001-01-01'), null)).checks[0]?.reason).toMatch(/declared until 2001-01-01/);
  const unused = await judged(excepted('X-2', '2999-01-01'), { gates: [gate('security', 'pass')], sections: {} });
  expect(unused.checks.map(({ verdict }) => verdict)).toEqual(['pass', 'inconclusive']);
});

it('a document counts as long as it is the one that was named, and no longer than its day', async () => {
  const file = join(folder, 'runbook.md');
  await writeFile(file, 'Turn it off and on.');
  const sha256 = createHash('sha256').update('Turn it off and on.').digest('hex');
  const on = (today: string, more: object = {}) =>
    documentWorth({ file, sha256, expires: '2026-12-31', ...more }, today);
  expect(await on('2026-12-31')).toEqual({ counts: true, why: '' });
  expect((await on('2027-01-01')).why).toBe('it counted until 2026-12-31');
  expect((await on('2026-12-01', { sha256: '0'.repeat(64) })).why).toMatch(/not what was approved/);
  expect((await on('2026-12-01', { file: join(folder, 'none') })).why).toMatch(/ENOENT/);
});

it('the lists have each id once, and evidence of a form that is understood', () => {
  for (const name of catalogNames) {
    const list = startOf(name);
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
    for (const reference of list.flatMap(({ evidence }) => evidence))
      expect(reference).toMatch(/^(gate|domain|document):[\w-]+$|^part:[\w-]+\.[\w-]+$/);
  }
});

describe('an OSCAL catalog', () => {
  const written = async (value: unknown) => {
    const file = join(folder, 'catalog.json');
    await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
    return file;
  };
  const control = (id: string, more: object = {}) => ({ id, title: `Title of ${id}`, ...more });
  it('is read with groups, controls within controls, and without what was withdrawn', async () => {
    const groups = [
      {
        groups: [{ controls: [control('ac-1', { controls: [control('ac-1.1')] })] }],
        controls: [control('ac-2', { props: [{ name: 'status', value: 'withdrawn' }] })],
      },
    ];
    const found = await oscalControls(
      await written({ catalog: { metadata: { title: 'Small' }, groups, controls: [control('x-1')] } }),
    );
    expect(found.map(({ id }) => id)).toEqual(['x-1', 'ac-1', 'ac-1.1']);
    const { checks, coverage } = await judged(
      {
        oscal: await written({ catalog: { metadata: { title: 'Small' }, controls: [control('x-1'), control('x-2')] } }),
        evidence: { 'x-1': ['gate:security'] },
      },
      { gates: [gate('security', 'pass')], sections: {} },
    );
    expect([checks.map(({ verdict }) => verdict), coverage?.[0]]).toEqual([
      ['pass', 'inconclusive'],
      {
        of: 'controls that evidence is tied to',
        covered: 1,
        total: 2,
        gaps: ['x-2: Title of x-2: nothing is tied to it.'],
      },
    ]);
  });
  it.each([
    ['no JSON', '{"catalog":'],
    ['a profile', { profile: {} }],
    ['one without controls', { catalog: { metadata: { title: 'None' } } }],
    ['a control without an id', { catalog: { metadata: { title: 'Bad' }, controls: [{ title: 'x' }] } }],
    [
      'groups that never end',
      {
        catalog: {
          metadata: { title: 'Deep' },
          groups: [Array.from({ length: 40 }).reduce<object>((inner) => ({ groups: [inner] }), { controls: [] })],
        },
      },
    ],
  ])('is refused in one line: %s', async (_, value) => {
    await expect(oscalControls(await written(value))).rejects.toMatchObject({ code: 'COMPLIANCE_CATALOG' });
  });
});
