import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScanFacts, scanEvidence } from '../../../src/domains/security/scans/evidence.ts';
import { judgeScans } from '../../../src/domains/security/scans/judge.ts';
import { readResult } from '../../../src/domains/security/scans/read.ts';
import { scan } from '../../../src/domains/security/scans/run.ts';
import type { ResolvedScan } from '../../../src/domains/security/scans/settings.ts';
import { digest, native, proven, sarif, sarifResult } from './results.ts';

const other = `sha256:${'b'.repeat(64)}`;
const host = 'shop.example';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lies-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const put = (value: unknown) => {
  const file = join(folder, `${files++}.json`);
  writeFileSync(file, JSON.stringify(value));
  utimesSync(file, new Date('2026-11-21'), new Date('2026-11-21'));
  return file;
};
const blank: ResolvedScan = {
  ...{ name: 'a scan', part: 'code', tool: 'other', command: null, file: null, timeoutMs: 60_000, exitCodes: null },
  ...{ target: '.', control: null, sbom: null, digest, databaseFile: null, previous: null },
  maxDatabaseAgeMs: 7 * 86_400_000,
};
const run = (over: Partial<ResolvedScan>) =>
  scan(
    { ...blank, ...over },
    {
      ...{ projectFolder: folder, folder: join(folder, 'evidence'), signal: new AbortController().signal },
      ...{ nowMs: Date.parse('2026-11-22'), hosts: [host] },
    },
  );

interface Over {
  artifacts?: { name: string; digest: string }[];
  unscanned?: { artifact: string; reason: string }[];
  failAt?: 'critical' | 'high';
  waived?: string;
}
function judged(scans: readonly ScanFacts[], { artifacts = [], unscanned = [], failAt = 'high', waived }: Over = {}) {
  const waivers =
    waived === undefined ? [] : [{ fingerprint: waived, owner: 'Ada', reason: 'x', expires: '2026-12-31' }];
  const begun = {
    ...{ kind: 'begun', bar: { failAt, waivers, waiverDays: 180, today: '2026-11-29' }, penetrationTest: false },
    ...{ scans: scans.map(({ name }) => name), candidate: [digest, ...artifacts.map((one) => one.digest)], artifacts },
    ...{ unscanned, previousVersion: null },
  };
  const pieces = [begun, ...scans].map((data) => ({ atMs: 0, data: scanEvidence.parse(data) }));
  return judgeScans(pieces, true);
}
const judge = (...given: Parameters<typeof judged>) => judged(...given).checks;
/** What a file comes to, with all else as it should be. */
async function verdict(value: unknown, over: Partial<ResolvedScan> = {}, about: Over = {}) {
  const facts = await run({ file: put(value), ...over });
  return judge([{ ...facts, control: proven.control }], about)[0];
}
const inconclusive = (reason: RegExp) => ({ verdict: 'inconclusive', reason: expect.stringMatching(reason) });
const layers = [{ digest: other }];
const grype = (over: object = {}, manifestDigest = digest) => ({
  ...native.Grype.clean,
  source: { target: { manifestDigest, layers } },
  ...over,
});
const sbom = { bomFormat: 'CycloneDX', components: [{ name: 'a' }, { name: 'b' }] };
const osv = (packages: unknown) => ({ results: [{ packages }], experimental_config: {} });
const plain = { package: { name: 'a', version: '1' } };

describe('of which digest a result is', () => {
  it('what the result or its list of parts says is not overridden by the configuration', async () => {
    expect(await verdict(grype(), { tool: 'grype' })).toMatchObject({ verdict: 'pass' });
    expect(await verdict(grype({}, other), { tool: 'grype' })).toMatchObject(
      inconclusive(/the result says that it is of another digest: sha256:bbbb/),
    );
    const list = put({ ...sbom, metadata: { component: { version: other } } });
    expect(await verdict(grype(), { tool: 'grype', sbom: list })).toMatchObject(inconclusive(/its list of parts says/));
    expect(await verdict(grype(), { tool: 'grype', digest: other })).toMatchObject(
      inconclusive(/the configuration says/),
    );
    const hashes = { 'sha-256': 'c'.repeat(64) };
    expect(await verdict(sarif({ artifacts: [{ hashes }] }))).toMatchObject({ verdict: 'pass' });
  });

  it('each artifact needs a result, or a reason', () => {
    const artifacts = [
      { name: 'web', digest },
      { name: 'api', digest: other },
    ];
    expect(judge([proven], { artifacts })[1]).toMatchObject(inconclusive(/No result is of api \(sha256:bbbb/));
    expect(judge([proven], { artifacts: artifacts.slice(0, 1) })[1]).toBeUndefined();
    const api = { ...proven, name: 'api', digests: [other], stated: [{ by: 'the result', digests: [other] }] };
    expect(judge([proven, api], { artifacts })[2]).toMatchObject({ verdict: 'pass', reason: 'web, api.' });
    const unscanned = [{ artifact: 'api', reason: 'pictures alone' }];
    expect(judge([proven], { artifacts, unscanned })[1]).toMatchObject({
      ...{ verdict: 'pass', reason: 'web, api. api is left out: pictures alone.' },
    });
    const idle = judged([proven], { unscanned }).coverage?.[0]?.gaps.join();
    expect(idle).toMatch(/api is left out of the scans, and the candidate has no such artifact/);
    const both = { ...proven, digests: [digest, other], stated: [...proven.stated, ...api.stated] };
    expect(judge([both], { artifacts })[0]).toMatchObject(inconclusive(/not clear which artifact/));
  });
});

describe('what a result is of', () => {
  it('an old database counts whatever the configuration calls the tool', async () => {
    const old = grype({ descriptor: { version: '0.80', db: { built: '2021-01-01T00:00:00Z' } } });
    expect(await verdict(old)).toMatchObject(inconclusive(/days old, more than 7/));
    const named = (name: string) => sarif({ tool: { driver: { name } } });
    expect(await verdict(named('Trivy'))).toMatchObject(inconclusive(/age of its database is not known/));
    expect(await verdict(named('Unheard of'), { part: 'dependencies' })).toMatchObject(inconclusive(/age of its/));
    expect(await verdict(named('Unheard of'))).toMatchObject({ verdict: 'pass' });
  });

  it('a result of another tool than the configuration says', async () => {
    expect(await verdict([], { tool: 'semgrep' })).toMatchObject(inconclusive(/of gitleaks, and the .* says semgrep/));
    expect(await verdict(native.Semgrep.clean, { tool: 'semgrep' })).toMatchObject({ verdict: 'pass' });
    expect(await verdict(sarif({ tool: { driver: { name: 'Semgrep OSS' } } }), { tool: 'semgrep' })).toMatchObject({
      verdict: 'pass',
    });
  });

  it.each<[string, object, RegExp]>([
    ['ZAP', { '@version': '2', site: [{ '@name': 'https://else.example', alerts: [] }] }, /else.example, which is not/],
    ['SARIF', sarif({ artifacts: [{ location: { uri: 'https://else.example/a' } }] }), /else.example, which is not/],
  ])('%s of a host that is not the target’s', async (_, value, reason) => {
    expect(await verdict(value, { part: 'dynamic' })).toMatchObject(inconclusive(reason));
    expect(await verdict(native.ZAP.clean, { part: 'dynamic' })).toMatchObject({ verdict: 'pass' });
    const found = { ...native.ZAP.dirty.site[0], '@name': 'https://else.example' };
    expect(await verdict({ '@version': '2', site: [found] }, { part: 'dynamic' })).toMatchObject(inconclusive(/else/));
  });
});

describe('a scanner that looked at nothing', () => {
  const run0 = { tool: { driver: { name: 'Scanner' } }, results: [] };
  it.each<[string, unknown, RegExp]>([
    ['osv-scanner with no result', { results: [], experimental_config: {} }, /does not say how much/],
    ['osv-scanner with entries that name nothing', osv([{}, 5, null]), /names no package/],
    ['gitleaks', [], /does not say how much/],
    ['Bandit with no line', { ...native.Bandit.clean, metrics: { 'a.py': { loc: 0 } } }, /looked at 0 files/],
    [
      'SARIF with one of two runs',
      { ...sarif({}), runs: [...sarif({}).runs, { ...run0, artifacts: [] }] },
      /run 1 .* 0 files/,
    ],
    [
      'SARIF with one run that does not say',
      { ...sarif({}), runs: [...sarif({}).runs, run0] },
      /does not say how much/,
    ],
    ['SARIF with files that have no name', sarif({ artifacts: [{}, 5, null] }), /looked at 0 files/],
    [
      'npm audit with fewer than none',
      { ...native['npm audit'].clean, metadata: { dependencies: { total: -1 } } },
      /looked at -1/,
    ],
  ])('%s, though a list of parts is there', async (_, value, reason) => {
    expect(await verdict(value, { sbom: put(sbom), databaseFile: put({}) })).toMatchObject(inconclusive(reason));
  });

  it('a list of parts that the scanner was given is what it looked at', async () => {
    const list = put(sbom);
    const print = 'process.stdout.write(process.argv[1])';
    const command = [process.execPath, '-e', print, JSON.stringify(native.Grype.clean), '{{target}}'];
    const given = { tool: 'grype', command, sbom: list, target: list } as const;
    expect((await run(given)).looked).toMatchObject({ count: 2 });
    expect((await run({ ...given, target: folder })).looked).toBeNull();
  });

  it('Semgrep: a file with an error was not looked at', async () => {
    const errors = [{ level: 'warn', type: 'Timeout', message: 'Timeout on a.js', path: 'a.js' }];
    expect(readResult({ ...native.Semgrep.clean, errors }, 'x')).toMatchObject({
      looked: { count: 1 },
      problems: ['Semgrep reports 1 errors: Timeout on a.js'],
    });
    expect(await verdict({ ...native.Semgrep.clean, errors })).toMatchObject(inconclusive(/Timeout on a.js/));
  });

  it('a scan that writes nothing has no result of another with a like name, or of before', async () => {
    const write = `require('fs').writeFileSync(process.argv[1], ${JSON.stringify(JSON.stringify(sarif({})))})`;
    const node = (code: string) => [process.execPath, '-e', code, '{{output}}'];
    expect((await run({ name: 'x y', command: node(write) })).failed).toBeNull();
    expect((await run({ name: 'x-y', command: node('') })).failed).toMatch(/wrote no result/);
    expect((await run({ name: 'x y', command: node('') })).failed).toMatch(/wrote no result/);
    const ids = judge([
      { ...proven, name: 'x y' },
      { ...proven, name: 'x-y' },
    ]).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a result that contradicts itself', () => {
  const npm = (vulnerabilities: unknown, counts: object) => ({
    ...{ auditReportVersion: 2, vulnerabilities },
    metadata: { vulnerabilities: counts, dependencies: { total: 9 } },
  });
  const said = (invocations: unknown) => sarif({ invocations });
  const zap = (site: object) => ({ '@version': '2', site: [{ '@name': `https://${host}`, ...site }] });
  it.each<[string, unknown, RegExp]>([
    ['npm audit counts more than it lists', npm({}, { critical: 3, high: 2, total: 5 }), /counts 5 .* and lists 0/],
    [
      'npm audit counts another severity',
      npm({ a: { severity: 'low', via: [{ source: 1, severity: 'low' }] } }, { critical: 1 }),
      /critical/,
    ],
    [
      'npm audit with causes in a circle',
      npm({ a: { via: ['b'] }, b: { via: ['a'] } }, { critical: 2 }),
      /names no weakness for 2/,
    ],
    ['npm audit with a list', npm([], {}), /no table of vulnerabilities/],
    ['ZAP with alerts that are no list', zap({ alerts: { alert: [{ riskcode: '3' }] } }), /alerts of .* are no list/],
    ['ZAP without alerts', zap({}), /are no list/],
    ['SARIF, invocations that are no list', said({ executionSuccessful: false }), /invocations .* are no list/],
    ['SARIF, success as a text', said([{ executionSuccessful: 'false' }]), /does not say that it succeeded/],
    ['SARIF, success left out', said([{ exitCode: 2 }]), /does not say that it succeeded/],
    ['SARIF, killed', said([{ executionSuccessful: true, exitCode: 137 }]), /ended with 137/],
    ['SARIF, an exit code as a text', said([{ executionSuccessful: true, exitCode: '137' }]), /ended with 137/],
    ['SARIF, ended by a signal', said([{ executionSuccessful: true, exitSignalName: 'SIGKILL' }]), /by SIGKILL/],
    ['SARIF, results that are none', sarif({ results: [null, 5] }), /is no object/],
    ['osv-scanner, packages that are no list', osv({ 0: {} }), /packages .* are no list/],
    ['Bandit without results', { ...native.Bandit.clean, results: { 0: {} } }, /results of Bandit are no list/],
  ])('%s', async (_, value, reason) => {
    expect(await verdict(value, { databaseFile: put({}) })).toMatchObject(inconclusive(reason));
  });

  it('is right where it agrees with itself', async () => {
    const via = [{ source: 1, name: 'a', severity: 'low', url: 'GHSA-a' }];
    const listed = npm({ a: { severity: 'low', via }, b: { severity: 'low', via: ['a'] } }, { low: 2, total: 2 });
    expect(await verdict(listed, { databaseFile: put({}) })).toMatchObject({ verdict: 'pass' });
    expect(await verdict(said([{ executionSuccessful: true, exitCode: 1 }]))).toMatchObject({ verdict: 'pass' });
  });

  it('a score of blanks is none: the level counts', () => {
    const rules = [{ id: 'R1', properties: { 'security-severity': ' ' } }];
    const read = readResult(
      sarif({ results: [sarifResult({ level: 'error' })], tool: { driver: { name: 'x', rules } } }),
      'x',
    );
    expect(read.findings[0]?.risk).toBe('high');
  });
});

describe('how grave a finding is, where nobody says', () => {
  const found = (over: object, group: object = {}) =>
    osv([plain, { ...plain, vulnerabilities: [{ id: 'X-1', ...over }], groups: [{ ids: ['X-1'], ...group }] }]);
  const databaseFile = () => put({});
  it.each<[string, unknown]>([
    ['osv-scanner', found({}, { max_severity: '' })],
    ['osv-scanner, blanks', found({}, { max_severity: ' ' })],
    ['Grype', grype({ matches: [{ vulnerability: { id: 'CVE-1', severity: 'Unknown' }, artifact: { name: 'a' } }] })],
    ['ZAP', { '@version': '2', site: [{ '@name': `https://${host}`, alerts: [{ pluginid: '1', confidence: '3' }] }] }],
    ['SARIF', sarif({ results: [sarifResult({ level: 'fatal' })] })],
  ])('%s: it needs review, whatever the bar', async (_, value) => {
    const over = { databaseFile: databaseFile() };
    expect(await verdict(value, over)).toMatchObject(inconclusive(/^Needs review/));
    expect(await verdict(value, over, { failAt: 'critical' })).toMatchObject(inconclusive(/nobody says how grave/));
    const waived = readResult(value, 'x').findings[0]?.fingerprint ?? '';
    expect(await verdict(value, over, { waived })).toMatchObject({ verdict: 'pass' });
  });

  it('a package that was made to do harm fails', async () => {
    const mal = { id: 'MAL-2025-3', summary: 'malicious code' };
    expect(await verdict(found(mal), { databaseFile: databaseFile() })).toMatchObject({ verdict: 'fail' });
    const named = sarif({ results: [sarifResult({ ruleId: 'MAL-2025-3', level: 'note' })] });
    expect(await verdict(named)).toMatchObject({ verdict: 'fail' });
    expect(await verdict(found({}, { max_severity: '5.0' }), { databaseFile: databaseFile() })).toMatchObject({
      verdict: 'pass',
    });
  });
});

describe('ZAP', () => {
  const at = (...places: object[]) =>
    readResult(
      {
        '@version': '2',
        site: [
          {
            '@name': `https://${host}`,
            alerts: [{ pluginid: '1', riskcode: '3', confidence: '3', instances: places }],
          },
        ],
      },
      'x',
    ).findings.map(({ fingerprint }) => fingerprint);
  it('a waiver for one place covers no other', () => {
    const place = { uri: `https://${host}/search?q=1`, method: 'GET', param: 'q' };
    const [one] = at(place);
    const all = at(
      place,
      { ...place, uri: `https://${host}/admin` },
      { ...place, method: 'POST' },
      { ...place, param: 'r' },
    );
    expect(new Set(all).size).toBe(4);
    expect(all[0]).toBe(one);
    expect(at({ ...place, uri: `https://${host}/search?q=2` })).toEqual([one]);
  });
});

it('a scan that failed shows nothing of what it wrote, which may hold a secret', async () => {
  mkdirSync(join(folder, 'evidence'));
  const command = [process.execPath, '-e', 'console.error("token=hunter2hunter2");process.exitCode=3'];
  const { failed } = await run({ command });
  expect(failed).toMatch(/ended with 3, .*run its command by hand/);
  expect(failed).not.toContain('hunter2');
});
