import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Results } from '../../../src/model/results.ts';
import { readCertificate } from '../../../src/run/certificate/files.ts';
import { refusals } from '../../../src/run/certificate/refusals.ts';
import { ready } from '../../report/fixture.ts';
import { artifactSha256, firstId, p256, policySha256, Stage } from './certified-run.ts';

const stage = new Stage();
afterAll(() => stage.clear());
const key = stage.key('first');

const statementOf = (path: string) => {
  const read = readCertificate(readFileSync(path, 'utf8'));
  if (typeof read === 'string') throw new Error(read);
  return read.statement;
};
const rawOf = (path: string) => {
  const { payload } = JSON.parse(readFileSync(path, 'utf8')) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as Record<string, unknown>;
};
const nothingIn = (folder: string) => {
  expect(existsSync(join(folder, 'certificate'))).toBe(false);
  expect(existsSync(join(folder, 'certificate.html'))).toBe(false);
  expect(readdirSync(stage.runs).filter((name) => name.startsWith('.'))).toEqual([]);
};

test('a run that is READY gets three statements, each signed once, with a bundle beside it, and a page', async () => {
  const folder = await stage.run();
  const settings = stage.settings(key, { verifier: 'https://shop.example/verifier', resourceUri: 'pkg:oci/shop' });
  const certified = await stage.certify(folder, settings);
  expect(readdirSync(join(folder, 'certificate')).sort()).toEqual([
    'certificate.dsse.json',
    'certificate.sigstore.json',
    'test-result.dsse.json',
    'test-result.sigstore.json',
    'verification-summary.dsse.json',
    'verification-summary.sigstore.json',
  ]);
  expect(certified).toMatchObject({ run: firstId, verdict: 'pass', supersedes: [] });
  const [tests, release, summary] = certified.files.map(({ path }) => rawOf(path));
  const subject = [{ name: 'shop', digest: { sha256: artifactSha256 } }];
  expect(tests).toEqual({
    ...{ _type: 'https://in-toto.io/Statement/v1', subject },
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: 'PASSED',
      configuration: [
        { name: 'policy short', digest: { sha256: policySha256 } },
        { name: 'manifest.json', digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      ],
      ...{ passedTests: ['performance', 'stability', 'parity'], warnedTests: [], failedTests: [] },
    },
  });
  expect(summary).toEqual({
    ...{ _type: 'https://in-toto.io/Statement/v1', subject },
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: { id: 'https://shop.example/verifier', version: { shakedown: expect.any(String) } },
      timeVerified: certified.issued,
      resourceUri: 'pkg:oci/shop',
      policy: { uri: 'urn:shakedown:policy:short', digest: { sha256: policySha256 } },
      inputAttestations: certified.files.slice(0, 2).map(({ path, sha256 }) => ({
        uri: `urn:shakedown:run:${firstId}:${path.split('/').at(-1)}`,
        digest: { sha256 },
      })),
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_BUILD_LEVEL_UNEVALUATED', 'SHAKEDOWN_READY'],
    },
  });
  expect(release).toMatchObject({
    ...{ subject, predicateType: 'urn:shakedown:release-certificate:v1' },
    predicate: {
      word: 'READY',
      ...{ environment: { name: 'staging-eu' }, run: { id: firstId, attempt: 1 } },
      policy: { name: 'short', sha256: policySha256, gates: ['performance', 'stability'] },
      ...{ issued: certified.issued, expires: certified.expires, supersedes: [] },
      measurements: expect.arrayContaining([
        expect.objectContaining({ objective: 'response-p95', target: 100, unit: 'ms', verdict: 'pass' }),
      ]),
    },
  });
  const page = readFileSync(certified.page ?? '', 'utf8');
  for (const text of ['CERTIFIED', artifactSha256, policySha256, 'staging-eu', firstId]) expect(page).toContain(text);
  await expect(stage.certify(folder, settings)).rejects.toMatchObject({ code: 'CERTIFICATE_EXISTS' });
});

test('hostile text in what a certificate says stays text on its page', async () => {
  const hostile = '</code><script>alert(1)</script>\u202e"\'`|';
  const folder = await stage.run('2026-11-20T0900-0009', (one) => {
    Object.assign(one.environment, { name: hostile });
    Object.assign(one.candidate, { name: hostile, version: hostile });
    const { policy } = one.config as { policy: object };
    one.config = { policy: { ...policy, title: hostile } };
    for (const artifact of one.candidate.artifacts) Object.assign(artifact as object, { name: hostile });
  });
  const { page, files } = await stage.certify(folder, stage.settings(key));
  const html = readFileSync(page ?? '', 'utf8');
  expect(html).not.toMatch(/<script|\u202e/);
  expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(5);
  // What is signed is what was judged, letter by letter.
  expect(rawOf(files[1]?.path ?? '')).toMatchObject({ predicate: { environment: { name: hostile } } });
});

test('a later certificate of the same version and environment says that it replaces the earlier one', async () => {
  const base = join(stage.base, 'later');
  mkdirSync(base);
  const settings = stage.settings(stage.key('later', p256));
  const issue = async (id: string, change?: Parameters<Stage['run']>[1]) =>
    stage.certify(await stage.run(id, change, {}, base), settings);
  const first = await issue('2026-11-21T0900-0001');
  expect(
    (await issue('2026-11-21T0900-0002', (one) => Object.assign(one.candidate, { version: 'v2.2.0' }))).supersedes,
  ).toEqual([]);
  expect(
    (await issue('2026-11-21T0900-0003', (one) => Object.assign(one.environment, { name: 'staging-us' }))).supersedes,
  ).toEqual([]);
  const second = await issue('2026-11-21T0900-0004');
  const shaOf = ({ files }: typeof first) => files[1]?.sha256;
  expect(second.supersedes).toEqual([{ run: first.run, sha256: shaOf(first) }]);
  // What another key signed says nothing here.
  const others = stage.settings(stage.key('others'));
  expect(
    (await stage.certify(await stage.run('2026-11-21T0900-0005', undefined, {}, base), others)).supersedes,
  ).toEqual([]);
  expect((await issue('2026-11-21T0900-0006')).supersedes).toEqual([{ run: second.run, sha256: shaOf(second) }]);
});

describe('nothing is issued', () => {
  const refused = async (folder: string, why: RegExp, isFailedWanted = false) => {
    const issuing = stage.certify(folder, stage.settings(key), isFailedWanted);
    await expect(issuing).rejects.toMatchObject({ code: 'CERTIFICATE_REFUSED', message: expect.stringMatching(why) });
    nothingIn(folder);
  };
  let count = 0;
  const id = () => `2026-11-22T0900-${String(++count).padStart(4, '0')}`;
  const setArtifacts = (artifacts: object[]) => (one: { candidate: object }) =>
    Object.assign(one.candidate, { artifacts });
  const digest = `sha256:${artifactSha256}`;

  test('without a policy, or by one that is not known byte for byte', async () => {
    const unknown = { name: 'p', title: 'P', gates: ['performance'], objectives: { 'stable-time': { target: 0.08 } } };
    await refused(
      await stage.run(id(), (one) => Object.assign(one, { config: null })),
      /No policy says what READY means/,
    );
    await refused(
      await stage.run(id(), (one) => Object.assign(one, { config: { policy: unknown } })),
      /digest of the policy is not known/,
    );
  });

  test('of a run that is inconclusive, even where FAILED is asked for', async () => {
    const open = (one: { config: unknown }) => {
      const { policy } = one.config as { policy: object };
      one.config = { policy: { ...policy, gates: ['performance', 'uat'] } };
    };
    await refused(await stage.run(id(), open), /It is INCONCLUSIVE/);
    await refused(await stage.run(id(), open), /It is INCONCLUSIVE/, true);
  });

  test('of a run that is NOT READY, where FAILED is not asked for', async () => {
    await refused(await stage.run(id(), undefined, { medianMs: () => 300 }), /It is NOT READY/);
  });

  test('on the fallback engine', async () => {
    await refused(await stage.run(id(), undefined, { engine: 'autocannon' }), /fallback engine autocannon/);
  });

  test('for artifacts that the target did not name, or named otherwise', async () => {
    const declared = { name: 'shop', digest, source: 'declared' };
    const probed = { name: 'shop', digest, source: 'probed' };
    const other = `sha256:${'a'.repeat(64)}`;
    await refused(await stage.run(id(), setArtifacts([])), /nothing says which build was tested/);
    await refused(await stage.run(id(), setArtifacts([declared])), /nothing says which build was tested/);
    await refused(
      await stage.run(id(), setArtifacts([{ ...declared, digest: other }, probed])),
      /declared as sha256:a/,
    );
    await refused(
      await stage.run(id(), setArtifacts([probed, { ...declared, name: 'db' }])),
      /does not say whether it runs db/,
    );
    await refused(
      await stage.run(id(), setArtifacts([probed, { ...probed, digest: other }])),
      /shop with several digests/,
    );
  });

  test('on evidence that was changed, or was never sealed', async () => {
    const folder = await stage.run(id());
    writeFileSync(join(folder, 'windows', 'more'), '');
    await expect(stage.certify(folder, stage.settings(key))).rejects.toMatchObject({ code: 'EVIDENCE_CHANGED' });
    rmSync(join(folder, 'windows', 'more'));
    rmSync(join(folder, 'manifest.json'));
    await expect(stage.certify(folder, stage.settings(key))).rejects.toMatchObject({ code: 'NO_MANIFEST' });
    nothingIn(folder);
  });

  test('with names that no statement holds', async () => {
    const long = (one: { environment: object }) => Object.assign(one.environment, { name: 'x'.repeat(500) });
    await refused(await stage.run(id(), long), /cannot be said in a statement: environment\.name/);
  });

  test('without a key, or with one that would not count', async () => {
    const folder = await stage.run(id());
    const wrong = async (settings: Parameters<Stage['certify']>[1], message: RegExp) =>
      expect(stage.certify(folder, settings)).rejects.toMatchObject({
        ...{ code: 'CERTIFICATE_KEY', message: expect.stringMatching(message) },
      });
    await wrong(stage.settings(null), /no key is named/);
    const file = stage.key('trusted').replace('.key', '.pub');
    await wrong(stage.settings(key, { trustedKeys: [{ file }] }), /none of certificate\.trustedKeys/);
    const own = key.replace('.key', '.pub');
    await wrong(
      stage.settings(key, { trustedKeys: [{ file: own, until: '2020-01-01T00:00:00Z' }] }),
      /not count at this time/,
    );
    nothingIn(folder);
  });
});

test('of a run that is NOT READY a test result says FAILED, where that is asked for, and nothing else is issued', async () => {
  const folder = await stage.run('2026-11-23T0900-0001', undefined, { medianMs: () => 300 });
  const certified = await stage.certify(folder, stage.settings(key), true);
  expect(certified).toMatchObject({ verdict: 'fail', page: null, expires: null });
  expect(readdirSync(join(folder, 'certificate')).sort()).toEqual([
    'test-result.dsse.json',
    'test-result.sigstore.json',
  ]);
  const { kind, predicate } = statementOf(certified.files[0]?.path ?? '');
  expect([kind, predicate]).toEqual([
    'tests',
    expect.objectContaining({ result: 'FAILED', failedTests: ['performance'] }),
  ]);
});

describe('what is asked again of results, whatever their verdict', () => {
  const certain = (): Results => {
    const results = ready();
    const { policy } = results;
    const artifacts = [{ name: 'shop', digest: `sha256:${artifactSha256}`, source: 'probed' as const }];
    const gates = results.gates.map(({ id }) => id);
    return {
      ...results,
      candidate: { ...results.candidate, artifacts },
      policy: { name: 'p', title: 'P', maxAgeHours: {}, ...policy, gates, sha256: policySha256 },
      evidence: { ...results.evidence, manifestSha256: 'b'.repeat(64) },
    };
  };
  const parts = (more: object) => ({
    sections: { security: { parts: [], notBegun: [], notAsked: [], coveragePercent: null, ...more } },
  });
  const leftOut = (owner: string | null) => parts({ leftOut: [{ id: 'a', title: 'A', reason: 'no time', owner }] });

  test('nothing speaks against a READY of all gates', () => expect(refusals(certain())).toEqual([]));
  test('nor where somebody’s name stands for what was left out', () => {
    const results = certain();
    expect(refusals({ ...results, ...leftOut('Ann') } as never)).toEqual([]);
  });

  test.each<[string, object | ((results: Results) => object), RegExp]>([
    [
      'a gate of the policy that is not there',
      (one) => ({ policy: { ...one.policy, gates: ['compliance'] } }),
      /did not pass: compliance/,
    ],
    [
      'a gate of the policy that is open',
      (one) => ({ gates: one.gates.map((gate) => ({ ...gate, verdict: 'inconclusive' })) }),
      /did not pass/,
    ],
    [
      'a gate that was not run',
      (one) => ({ gates: one.gates.map((gate) => ({ ...gate, verdict: 'not run' })) }),
      /did not pass/,
    ],
    [
      'a run that was cut off',
      (one) => ({ run: { ...one.run, interrupted: 'by the user' } }),
      /to its end: by the user/,
    ],
    ['a run that goes on', (one) => ({ run: { ...one.run, isRunning: true } }), /still running/],
    ['a run without an end', (one) => ({ run: { ...one.run, endedAt: null } }), /when it ended/],
    ['no seal', (one) => ({ evidence: { ...one.evidence, manifestSha256: null } }), /not sealed/],
    ['a part that nobody answers for', leftOut(null), /nobody’s name stands for that: no time/],
    ['a part that did not begin', parts({ notBegun: [{ id: 'a', title: 'A' }] }), /did not begin/],
    ['a verdict of another kind', { verdict: 'inconclusive' }, /It is READY/],
  ])('%s', (_, change, why) => {
    const results = certain();
    const found = refusals({ ...results, ...(typeof change === 'function' ? change(results) : change) } as Results);
    expect(found.join(' ')).toMatch(why);
  });
});
