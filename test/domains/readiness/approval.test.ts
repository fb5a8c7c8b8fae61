import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { approval } from '../../../src/domains/readiness/approval.ts';
import type { SigningTrust } from '../../../src/model/sign-off.ts';
import { allowed, isWithoutSsh, makeKey, sign, trusted } from '../../signing/keys.ts';
import { artifact, contextOf, newer, plan, policy, report } from './made-runs.ts';

const hourMs = 3_600_000;
let base: string;
let runs: string;
let keys: { ann: string; bob: string };
let trust: SigningTrust;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-approval-'));
  runs = join(base, 'runs');
  mkdirSync(runs);
  if (isWithoutSsh) return;
  keys = { ann: makeKey(join(base, 'keys'), 'ann'), bob: makeKey(join(base, 'keys'), 'bob') };
  trust = trusted(base, `${allowed('ann', keys.ann)}${allowed('bob', keys.bob)}`);
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(base, { recursive: true, force: true });
});

const ann = () => ({ person: 'ann', role: 'release manager', key: keys.ann });
const bob = () => ({ person: 'bob', role: 'product owner', key: keys.bob });
const both = async (folder: string) => {
  await sign(folder, ann());
  await sign(folder, bob());
};

/** What the approval comes to in a promotion that begins now. */
async function judged(more: object = {}, artifacts = [artifact('a')]) {
  const { context, recorded } = contextOf(runs, { signing: trust, more, artifacts });
  await approval.run(context);
  const pieces = recorded.map((data) => ({ atMs: 1, data: approval.evidence.parse(data) }));
  const { checks, figures } = approval.judge(pieces, true);
  const of = (id: string) => checks.find((one) => one.id === id);
  const worst = ['fail', 'inconclusive'].find((verdict) => checks.some((one) => one.verdict === verdict)) ?? 'pass';
  return { of, checks, worst, figures };
}
const readiness = { criteria: null, reasons: [], authors: ['cy'] };
const about = { repository: null, since: null, changes: null, features: [], testedBefore: [] };
const withApprovals = (more: object) => ({ policy: { ...policy, approvals: { ...policy.approvals, ...more } } });

describe.skipIf(isWithoutSsh)('an approval', () => {
  it('is one by two persons with keys of their own, and names whose it is', async () => {
    await both(await report(runs));
    const { worst, checks, figures, of } = await judged();
    // The made report has no figures for its risks; what is asked here is who decided.
    expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(worst).toBe('pass');
    expect(figures).toContainEqual({ name: 'Approved by', value: 'ann as release manager, bob as product owner' });
    expect(of('risk-accepted')?.reason).toMatch(/Accepted with the report by ann and bob/);
  });

  it('is none without a report, and before anybody decided', async () => {
    expect((await judged()).of('approved')).toMatchObject({ verdict: 'inconclusive' });
    await report(runs);
    expect((await judged()).of('persons')).toMatchObject({ verdict: 'inconclusive' });
  });

  it('is none on a part of the report', async () => {
    await both(await report(runs, { chosen: ['risk'] }));
    expect((await judged()).of('binding')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/it is not the whole report/),
    });
  });

  it('is none by the deployment plan of another day', async () => {
    await both(await report(runs));
    const step = { title: 'Move the traffic', owner: 'Ada', command: './switch green' };
    for (const changed of [{ deploy: [step] }, { owner: 'Mallory' }, { triggers: ['Orders fall'] }])
      expect(
        (await judged({ promotion: { commit: null, plan: { ...plan, ...changed } } })).of('binding'),
      ).toMatchObject({
        verdict: 'inconclusive',
        reason: expect.stringMatching(/the deployment plan was changed since/),
      });
    // The commit is declared with the promotion; the digests say what is deployed.
    expect((await judged({ promotion: { commit: 'a'.repeat(40), plan } })).worst).toBe('pass');
  });

  it('is none by names that nobody signed', async () => {
    const folder = await report(runs);
    await sign(folder, { ...ann(), key: null });
    await sign(folder, { ...bob(), key: null });
    expect((await judged()).of('persons')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/not counted: ann as release manager: a signature is asked for, and it has none/),
    });
  });

  it('is none by one person, whatever names he gives himself', async () => {
    const folder = await report(runs);
    trust = trusted(base, `${allowed('ann', keys.ann)}${allowed('anna', keys.ann)}`);
    await sign(folder, ann());
    await sign(folder, { ...ann(), person: 'anna' });
    expect((await judged()).of('persons')).toMatchObject({ verdict: 'inconclusive' });
  });

  it('is none by the author alone', async () => {
    const byAnn = { readiness: { ...readiness, authors: ['Ann'] } };
    const folder = await report(runs, { more: byAnn });
    await sign(folder, ann());
    const more = { ...withApprovals({ atLeast: 1 }), ...byAnn };
    const { of } = await judged(more);
    expect(of('persons')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/wrote the candidate/),
    });
    expect(of('four-eyes')?.verdict).toBe('inconclusive');
    await sign(folder, bob());
    expect((await judged(more)).worst).toBe('pass');
  });

  it('is none by one where nobody knows who wrote it', async () => {
    await sign(await report(runs), ann());
    expect((await judged(withApprovals({ atLeast: 1 }))).of('four-eyes')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/readiness\.authors/),
    });
  });

  it('has authors from the repository', async () => {
    const repository = join(base, 'repository');
    const git = (...words: string[]) =>
      execFileSync('git', ['-C', repository, '-c', 'user.name=Ann', '-c', 'user.email=ann', ...words]);
    mkdirSync(repository);
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'first');
    git('tag', 'v2.0.0');
    const message = 'second\n\nCo-authored-by: Bob <bob>';
    git('-c', 'user.name=Cy', '-c', 'user.email=cy', 'commit', '-q', '--allow-empty', '-m', 'by cy');
    git('commit', '-q', '--allow-empty', '-m', message);
    const candidate = { ...about, repository };
    const folder = await report(runs, { more: { candidate } });
    await sign(folder, ann());
    const { of } = await judged({ ...withApprovals({ atLeast: 1 }), candidate });
    expect(of('persons')?.reason).toMatch(/wrote the candidate/);
    expect(of('binding')?.verdict).toBe('pass');
    expect((await judged({ candidate: { ...candidate, since: 'v9' } })).of('four-eyes')?.verdict).toBe('inconclusive');
    await sign(folder, bob());
    expect((await judged({ ...withApprovals({ atLeast: 1 }), candidate })).of('persons')?.reason).toMatch(
      /bob as product owner: the person wrote the candidate/,
    );
  });

  it.each<[string, object, RegExp]>([
    [
      'the reasons for failures',
      { readiness: { ...readiness, reasons: [{ run: 'r1', reason: 'noise', owner: 'ann' }] } },
      /readiness\.reasons was changed since/,
    ],
    ['who wrote it', { readiness: { ...readiness, authors: [] } }, /readiness\.authors was changed since/],
    ['the objectives', { objectives: { 'response-p99': { target: 9000 } } }, /objectives was changed since/],
    ['the version', { version: 'v2.1.1' }, /what it is called \(name, version, baselineVersion\) was changed since/],
    ['the target', { target: { baseUrl: 'http://127.0.0.1:2', sample: null } }, /the target was changed since/],
    ['the features', { candidate: { ...about, features: ['gift cards'] } }, /candidate\.features was changed since/],
    ['how old evidence may be', { final: { maxAgeHours: 10_000 } }, /final\.maxAgeHours was changed since/],
  ])('is void where the configuration says something else of %s, and names it', async (_, more, why) => {
    await both(await report(runs, { more: { readiness } }));
    expect((await judged({ readiness })).worst).toBe('pass');
    const { of, worst } = await judged({ readiness, ...more });
    expect(worst).toBe('inconclusive');
    expect(of('binding')?.reason).toMatch(why);
    expect(of('binding')?.reason.match(/was changed since/g)).toHaveLength(1);
  });

  it('is void where files say something else than when it was given', async () => {
    const [changes, criteria] = [join(base, 'changes.txt'), join(base, 'criteria.json')];
    const write = (change: string, rate: number) => {
      writeFileSync(changes, `${change}\n`);
      writeFileSync(criteria, JSON.stringify({ deploymentMetrics: { testPassRate: `>=${rate}%` } }));
    };
    const more = { readiness: { ...readiness, criteria }, candidate: { ...about, changes } };
    write('gift cards', 95);
    await both(await report(runs, { more }));
    expect((await judged(more)).worst).toBe('pass');
    write('gift cards', 5);
    expect((await judged(more)).of('binding')?.reason).toMatch(/: readiness\.criteria was changed since/);
    write('all of it', 95);
    expect((await judged(more)).of('binding')?.reason).toMatch(
      /: what changed \(candidate\.changes.*was changed since/,
    );
    rmSync(criteria);
    expect((await judged(more)).of('binding')?.reason).toMatch(/readiness\.criteria cannot be read/);
  });

  it.each<[string, (folder: string) => Promise<unknown>, object, RegExp]>([
    ['newer evidence is there', () => newer(runs), {}, /newer than it is /],
    ['another policy judges', async () => 0, { policy: { ...policy, digest: 'sha256:2' } }, /another policy/],
    ['it is of another environment', async () => 0, { environment: 'staging-us' }, /of the environment staging/],
    [
      'its evidence was edited',
      async (folder) => appendFileSync(join(folder, 'journal.ndjson'), ' '),
      {},
      /changed since: journal\.ndjson/,
    ],
    ['its evidence was deleted', async (folder) => rmSync(join(folder, 'manifest.json')), {}, /./],
    [
      'its results were edited',
      async (folder) => writeFileSync(join(folder, 'results.json'), '{}'),
      {},
      /results\.json was changed/,
    ],
  ])('is void where %s', async (_, spoil, more, why) => {
    const folder = await report(runs);
    await both(folder);
    await spoil(folder);
    const { checks, worst } = await judged(more);
    expect(worst).toBe('inconclusive');
    expect(checks.map(({ reason }) => reason).join(' ')).toMatch(why);
  });

  it('is void for other artifacts', async () => {
    await both(await report(runs));
    expect((await judged({}, [artifact('b')])).of('binding')?.reason).toMatch(/of other artifacts/);
  });

  it('is of the newest report, and not of one before it', async () => {
    await both(await report(runs));
    await report(runs);
    expect((await judged()).of('persons')?.verdict).toBe('inconclusive');
  });

  it('is not put aside by a newer report of another build, or of another environment', async () => {
    await both(await report(runs));
    await report(runs, { artifacts: [artifact('c')] });
    await report(runs, { environment: 'development' });
    expect((await judged()).worst).toBe('pass');
  });

  it('is not void for a run of another build', async () => {
    await both(await report(runs));
    await newer(runs, { artifacts: [artifact('c')] });
    expect((await judged()).worst).toBe('pass');
  });

  it('copied from the report of another run is none', async () => {
    const signed = await report(runs);
    await both(signed);
    const other = await report(runs);
    writeFileSync(join(other, 'sign-offs.ndjson'), readFileSync(join(signed, 'sign-offs.ndjson')));
    const { worst, of } = await judged();
    expect(worst).toBe('inconclusive');
    expect(of('persons')?.verdict).toBe('inconclusive');
  });

  it('expires', async () => {
    await both(await report(runs));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 73 * hourMs });
    expect((await judged()).of('persons')?.reason).toMatch(/it expired: it is .*, and at most .* count/);
  });

  it('is none with a date before the report', async () => {
    const folder = await report(runs);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 48 * hourMs });
    await both(folder);
    vi.useRealTimers();
    expect((await judged()).of('persons')?.reason).toMatch(/date is before the run ended/);
  });

  it('is none that was signed for something else', async () => {
    const folder = await report(runs);
    await sign(folder, { ...ann(), namespace: 'git' });
    await sign(folder, { ...bob(), namespace: 'git' });
    expect((await judged()).of('persons')?.reason).toMatch(/signed for “git”/);
  });

  it('is taken by a rejection, until the same person accepts', async () => {
    const folder = await report(runs);
    await both(folder);
    await sign(folder, { ...bob(), decision: 'reject', comment: 'the plan has no owner' });
    expect((await judged()).of('rejected')).toMatchObject({
      verdict: 'fail',
      reason: 'Rejected by bob as product owner: the plan has no owner.',
    });
    await sign(folder, bob());
    expect((await judged()).worst).toBe('pass');
  });

  it('is left open by a rejection that nobody signed', async () => {
    const folder = await report(runs);
    await both(folder);
    await sign(folder, { person: 'cy', decision: 'reject' });
    expect((await judged()).of('rejected')?.verdict).toBe('inconclusive');
  });

  it('needs the roles of the policy, by who may decide in them', async () => {
    await both(await report(runs));
    const roles = (persons?: string[]) => withApprovals({ roles: [{ role: 'Product Owner', persons }] });
    expect((await judged(roles())).worst).toBe('pass');
    expect((await judged(roles(['bob']))).worst).toBe('pass');
    expect((await judged(roles(['cy']))).of('role-product-owner')?.reason).toMatch(/bob may not decide in this role/);
    expect((await judged(withApprovals({ roles: [{ role: 'security' }] }))).of('role-security')?.verdict).toBe(
      'inconclusive',
    );
  });

  it('by nobody whose signature counts is none', async () => {
    await both(await report(runs));
    trust = { allowedSigners: null as never, namespace: 'shakedown' };
    expect((await judged()).of('persons')?.reason).toMatch(/signing\.allowedSigners/);
  });

  it('does not take its signers from the run', async () => {
    const folder = await report(runs);
    await both(folder);
    trust = trusted(folder, readFileSync(trust.allowedSigners, 'utf8'));
    await expect(judged()).rejects.toThrow(/lie in the run itself/);
  });
});

describe('the report itself', () => {
  it('is decided on by nobody yet', () => {
    const asked = { kind: 'asked', isReport: true, nowMs: 1, atLeast: 1, roles: [], fourEyes: true, expireHours: 1 };
    const data = approval.evidence.parse({ ...asked, authors: [], authorsError: '', areAuthorsKnown: false });
    const [check] = approval.judge([{ atMs: 1, data }], true).checks;
    expect(check).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/shakedown sign/) });
  });
});
