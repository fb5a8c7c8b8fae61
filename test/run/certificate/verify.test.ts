import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeManifest } from '../../../src/evidence/manifest.ts';
import type { Certified } from '../../../src/model/certificate.ts';
import { type CertificateAsked, checkCertificate, nothingAsked } from '../../../src/run/certificate/check.ts';
import { readCertificate } from '../../../src/run/certificate/files.ts';
import { renderRun } from '../../../src/run/simulate/render.ts';
import { verifyRun } from '../../../src/run/verify/verify.ts';
import { envelopeText, inTotoType } from '../../../src/signing/dsse.ts';
import { readSigningKey, readTrustedKey, signEnvelope } from '../../../src/signing/pem-key.ts';
import { runInProcess } from '../../cli/in-process.ts';
import { artifactSha256, firstId, policySha256, Stage } from './certified-run.ts';

const stage = new Stage();
const key = stage.key('own');
const pub = key.replace('.key', '.pub');
const others = stage.key('others').replace('.key', '.pub');
let folder: string;
let certified: Certified;
let asked: CertificateAsked;

beforeAll(async () => {
  folder = await stage.run();
  certified = await stage.certify(folder, stage.settings(key));
  asked = {
    ...nothingAsked,
    keys: [readTrustedKey(pub)],
    artifacts: [{ label: 'shop.tar', name: null, sha256: artifactSha256 }],
    environment: 'staging-eu',
    policy: { label: 'short', sha256: policySha256 },
    maxAgeMs: 3_600_000,
  };
});
afterAll(() => stage.clear());

const fileOf = (name: string, of = folder) => join(of, 'certificate', name);
const read = (path: string) => {
  const found = readCertificate(readFileSync(path, 'utf8'));
  if (typeof found === 'string') throw new Error(found);
  return found;
};
const release = () => read(fileOf('certificate.dsse.json'));
const day = 86_400_000;

describe('a certificate by itself', () => {
  const of = async (change: Partial<CertificateAsked>, nowMs?: number, one = release()) =>
    (await checkCertificate(one, { ...asked, ...change }, nowMs))
      .filter(({ state }) => state !== 'holds')
      .map(({ state, text }) => `${state}: ${text}`);

  test('holds where it is of what is asked for', async () => expect(await of({})).toEqual([]));

  test.each<[string, () => Partial<CertificateAsked>, RegExp]>([
    ['no key', () => ({ keys: [] }), /^open: Nobody said whose signature counts/],
    ['another key', () => ({ keys: [readTrustedKey(others)] }), /^broken: Its signature is not one of /],
    [
      'a key that counted before only',
      () => ({ keys: [readTrustedKey(pub, { until: '2020-01-01T00:00:00Z' })] }),
      /^broken: .*has expired: it counted until 2020-01-01/,
    ],
    [
      'a key that counts later only',
      () => ({ keys: [readTrustedKey(pub, { from: '2999-01-01T00:00:00Z' })] }),
      /^broken: .*before that counted, 2999-01-01/,
    ],
    ['no artifact', () => ({ artifacts: null }), /^open: Of which artifact it is was not compared: it names shop/],
    [
      'another artifact',
      () => ({ artifacts: [{ label: 'x', name: null, sha256: 'a'.repeat(64) }] }),
      /^broken: It is not of x/,
    ],
    [
      'the artifact of another name',
      () => ({ artifacts: [{ label: 'x', name: 'db', sha256: artifactSha256 }] }),
      /^broken: It is not of x/,
    ],
    [
      'one artifact more',
      () => ({ artifacts: [...(asked.artifacts ?? []), { label: 'x', name: null, sha256: 'a'.repeat(64) }] }),
      /^broken: It is not of x/,
    ],
    [
      'no environment',
      () => ({ environment: null }),
      /^open: For which environment it is was not compared: it names staging-eu/,
    ],
    ['a time stamp, of which it has none', () => ({ isTimeStampAsked: true }), /^open: It has no time stamp, and one/],
    ['another environment', () => ({ environment: 'staging-us' }), /^broken: It is for staging-eu, not for staging-us/],
    ['no policy', () => ({ policy: null }), /^open: By which policy it is was not compared/],
    [
      'another policy',
      () => ({ policy: { label: 'strict', sha256: 'a'.repeat(64) } }),
      /^broken: It is by the policy “Five minutes”/,
    ],
    [
      'nothing of its age',
      () => ({ maxAgeMs: null }),
      /^open: Whether a later certificate replaced it was not looked at/,
    ],
  ])('asked with %s', async (_, change, why) => {
    expect(await of(change())).toEqual([expect.stringMatching(why)]);
  });

  test('a key that expired since it was used needs a time stamp', async () => {
    const until = new Date(Date.parse(certified.issued) + 1000).toISOString();
    expect(await of({ keys: [readTrustedKey(pub, { until })] }, Date.parse(until) + 60_000)).toEqual([
      expect.stringMatching(/^open: .*has expired since.*only a time stamp could show/),
    ]);
  });

  test('its age and its end count, and so does a date that is to come', async () => {
    const at = Date.parse(certified.issued);
    expect(await of({ maxAgeMs: 3_600_000 }, at + 2 * 3_600_000)).toEqual([
      expect.stringMatching(/^broken: It is 2\sh old, and at most 1\sh/),
    ]);
    expect(await of({ maxAgeMs: 9 * day }, at + 2 * day)).toEqual([expect.stringMatching(/^broken: It has expired/)]);
    expect(await of({}, at - day)).toEqual([
      expect.stringMatching(/^broken: It says that it was issued in the future/),
    ]);
  });

  test('what says less than a certificate is none', async () => {
    const [tests, , summary] = certified.files.map(({ path }) => read(path));
    expect((await of({}, undefined, tests)).join('\n')).toMatch(
      /says PASSED, which certifies nothing[\s\S]*no environment/,
    );
    expect(await of({}, undefined, summary)).toEqual([expect.stringMatching(/^open: It names no environment/)]);
    const failed = signed(
      { ...summary, predicate: { verificationResult: 'FAILED' } } as never,
      'https://slsa.dev/verification_summary/v1',
    );
    expect((await of({}, undefined, failed)).join('\n')).toMatch(/broken: .*that says FAILED/);
  });

  test('another predicate, statement or payload is no certificate', () => {
    const text = (payload: object | string, type = inTotoType) => {
      const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
      return envelopeText(signEnvelope(type, bytes, readSigningKey(key, null)));
    };
    const own = JSON.parse(release().envelope.payload.toString()) as { predicate: object };
    expect(readCertificate(text({ ...own, predicateType: 'https://slsa.dev/provenance/v1' }))).toMatch(
      /of another type, https:\/\/slsa/,
    );
    expect(readCertificate(text({ ...own, _type: 'https://in-toto.io/Statement/v0.1' }))).toMatch(
      /no in-toto Statement v1.*_type/,
    );
    expect(readCertificate(text({ ...own, subject: [] }))).toMatch(/no in-toto Statement v1/);
    expect(readCertificate(text({ ...own, subject: [{ name: 'shop', digest: { sha512: 'a' } }] }))).toMatch(/subject/);
    expect(readCertificate(text({ ...own, predicate: { ...own.predicate, word: 'NOT READY' } }))).toMatch(/word/);
    expect(readCertificate(text(own, 'application/json'))).toMatch(/of another type, application\/json/);
    expect(readCertificate(text(JSON.stringify(own).replace('"word":', '"word":"READY","word":')))).toMatch(
      /a key twice/,
    );
    expect(typeof readCertificate(text({ ...own, predicate: { ...own.predicate, later: 1 } }))).toBe('object');
  });

  /** A statement with another predicate, signed with the key that counts. */
  function signed(one: { predicate: object }, type: string) {
    const value = JSON.parse(read(fileOf('verification-summary.dsse.json')).envelope.payload.toString());
    const payload = { ...value, predicateType: type, predicate: { ...value.predicate, ...one.predicate } };
    const envelope = signEnvelope(inTotoType, Buffer.from(JSON.stringify(payload)), readSigningKey(key, null));
    return readCertificate(envelopeText(envelope)) as ReturnType<typeof read>;
  }
});

describe('a certificate in its run', () => {
  let count = 0;
  const copy = () => {
    const to = join(stage.base, `copies-${++count}`, firstId);
    mkdirSync(join(to, '..'));
    cpSync(folder, to, { recursive: true });
    return to;
  };
  const of = async (run: string, keys = asked.keys) =>
    (await verifyRun(run, { trust: null, receipts: null, certificate: { ...nothingAsked, keys } })).findings
      .filter(({ state }) => state !== 'holds')
      .map(({ state, text }) => `${state}: ${text}`);
  const edit = (path: string, change: (text: string) => string) =>
    writeFileSync(path, change(readFileSync(path, 'utf8')));

  test('holds as it was issued, without a sign-off', async () => expect(await of(copy())).toEqual([]));

  test('evidence that was made anew, seal and reports and all, is not that which was certified', async () => {
    const run = copy();
    edit(join(run, 'journal.ndjson'), (text) => text.replace('"atMs":0', '"atMs":1'));
    writeManifest(run);
    await renderRun(run);
    expect((await of(run)).join('\n')).toMatch(/broken: The evidence is not that which was certified/);
  });

  test('a certificate of another run, files that are gone, added or exchanged, and another page', async () => {
    const other = await stage.run('2026-11-24T0900-0001', undefined, {}, join(stage.base, 'others'));
    await stage.certify(other, stage.settings(key));
    const taken = copy();
    rmSync(join(taken, 'certificate'), { recursive: true });
    cpSync(join(other, 'certificate'), join(taken, 'certificate'), { recursive: true });
    expect((await of(taken)).join('\n')).toMatch(
      /broken: certificate\.dsse\.json is of another run, 2026-11-24T0900-0001/,
    );
    const cases: [(run: string) => void, RegExp][] = [
      [
        (run) => rmSync(fileOf('verification-summary.dsse.json', run)),
        /broken: certificate\/verification-summary\.dsse\.json: it is gone/,
      ],
      [
        (run) => rmSync(fileOf('test-result.sigstore.json', run)),
        /broken: certificate\/test-result\.sigstore\.json: it is gone/,
      ],
      [(run) => writeFileSync(fileOf('more.json', run), '{}'), /broken: certificate\/more\.json was added/],
      [
        (run) => cpSync(fileOf('test-result.dsse.json', run), fileOf('certificate.dsse.json', run)),
        /broken: certificate\/certificate\.dsse\.json: it has the predicate of another/,
      ],
      [
        (run) => cpSync(fileOf('test-result.sigstore.json', run), fileOf('certificate.sigstore.json', run)),
        /holds another envelope/,
      ],
      [
        (run) => edit(join(run, 'certificate.html'), (text) => text.replace('CERTIFIED', 'CERTIFIED for all')),
        /broken: certificate\.html is not what the certificate says/,
      ],
      [(run) => rmSync(join(run, 'certificate.html')), /broken: certificate\.html is gone/],
      [(run) => rmSync(join(run, 'certificate'), { recursive: true }), /broken: certificate\.html was added/],
    ];
    for (const [change, why] of cases) {
      const run = copy();
      change(run);
      expect((await of(run)).join('\n')).toMatch(why);
    }
  });

  test('without keys nothing is certain, and another’s key is refused', async () => {
    expect((await of(folder, [])).every((line) => line.startsWith('open: '))).toBe(true);
    expect((await of(folder, [readTrustedKey(others)])).join('\n')).toMatch(
      /broken: certificate\.dsse\.json: Its signature is not one of/,
    );
  });
});

describe('by the command line', () => {
  const cli = (...args: string[]) => runInProcess(args);
  const whole = () => [
    '--key',
    pub,
    '--artifact',
    stage.artifact,
    '--environment',
    'staging-eu',
    '--policy',
    stage.policy,
  ];

  test('0 where all of it is as asked, 1 where it is not, 3 where not all was asked', async () => {
    const file = fileOf('certificate.dsse.json');
    const good = await cli('verify', file, ...whole(), '--json');
    expect([good.code, JSON.parse(good.stdout)]).toEqual([
      0,
      expect.objectContaining({
        ...{ format: 'shakedown.verify/1', outcome: 'holds', predicateType: 'urn:shakedown:release-certificate:v1' },
        predicate: expect.objectContaining({ word: 'READY' }),
      }),
    ]);
    const bundle = await cli('verify', fileOf('certificate.sigstore.json'), ...whole());
    expect([bundle.code, bundle.stdout]).toEqual([
      0,
      expect.stringContaining('HOLDS: it is a certificate of what was asked for'),
    ]);
    expect((await cli('verify', file, '--key', pub)).code).toBe(3);
    expect((await cli('verify', file, ...whole(), '--environment', 'production')).code).toBe(1);
    const wrong = await cli('verify', file, ...whole(), '--key', others, '--key', pub);
    expect(wrong.code).toBe(0);
    const foreign = await cli('verify', file, '--key', others, '--json');
    expect([foreign.code, JSON.parse(foreign.stdout).predicate]).toEqual([1, null]);
    const digests = ['--artifact', `shop=sha256:${artifactSha256}`, '--policy', `sha256:${policySha256}`];
    expect((await cli('verify', file, '--key', pub, '--environment', 'staging-eu', ...digests)).code).toBe(0);
    writeFileSync(join(stage.base, 'text.json'), 'hello');
    expect((await cli('verify', join(stage.base, 'text.json'), '--key', pub)).stdout).toMatch(/REFUSED/);
    expect((await cli('verify', folder, '--key', pub, '--json')).code).toBe(0);
  });

  test('the folder that it is in stands for it', async () => {
    const of = await cli('verify', fileOf('.'), ...whole(), '--json');
    expect([of.code, JSON.parse(of.stdout)]).toEqual([
      0,
      expect.objectContaining({ certificate: fileOf('certificate.dsse.json'), outcome: 'holds' }),
    ]);
    const empty = await cli('verify', stage.base, ...whole());
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('error RUN_NOT_FOUND')]);
  });

  test('whose keys count is read from the configuration, and nothing else of it', async () => {
    const config = join(stage.base, 'shakedown.config.yaml');
    const file = fileOf('certificate.dsse.json');
    const asked = whole().slice(2);
    const by = async (written: object) => {
      writeFileSync(config, JSON.stringify({ target: 'anything', ...written }));
      return cli('verify', file, '--config', config, ...asked);
    };
    const relative = pub.replace(`${stage.base}/`, '');
    expect((await by({ certificate: { trustedKeys: [{ file: relative }] } })).code).toBe(0);
    expect((await by({ certificate: { trustedKeys: [{ file: others }] } })).code).toBe(1);
    expect(await by({})).toMatchObject({ code: 3, stdout: expect.stringContaining('Nobody said whose signature') });
    expect((await by({ certificate: { trustedKey: [] } })).stderr).toMatch(/CONFIG_INVALID[\s\S]*trustedKeys/);
  });

  test('a certificate that was replaced by a later one beside it is refused', async () => {
    const elsewhere = join(stage.base, 'alone.dsse.json');
    cpSync(fileOf('certificate.dsse.json'), elsewhere);
    await stage.certify(await stage.run('2026-11-25T0900-0001'), stage.settings(key));
    const beside = await cli('verify', fileOf('certificate.dsse.json'), ...whole());
    expect([beside.code, beside.stdout]).toEqual([
      1,
      expect.stringContaining('was replaced by the certificate of 2026-11-2'),
    ]);
    expect((await cli('verify', elsewhere, ...whole())).code).toBe(3);
    expect((await cli('verify', elsewhere, ...whole(), '--max-age', '1h')).code).toBe(0);
    expect((await cli('verify', elsewhere, ...whole(), '--runs', stage.runs)).code).toBe(1);
  });

  test.each([
    [['--artifact', 'none.tar'], 'USAGE'],
    [['--policy', 'no-such-policy'], 'POLICY_NOT_FOUND'],
    [['--max-age', 'soon'], 'USAGE'],
    [['--receipt', 'x'], 'USAGE'],
    [['--key', 'none.pub'], 'CERTIFICATE_KEY'],
  ])('%j is refused', async (more, code) => {
    const { stderr } = await cli('verify', fileOf('certificate.dsse.json'), '--key', pub, ...more);
    expect(stderr).toContain(`error ${code}`);
  });

  test('a key that lies in the run itself does not count', async () => {
    const run = await stage.run('2026-11-26T0900-0001');
    cpSync(pub, join(run, 'own.pub'));
    const { code, stderr } = await cli('verify', run, '--key', join(run, 'own.pub'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('it lies in the run itself')]);
  });
});
