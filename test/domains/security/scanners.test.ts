import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judgeTest, testReport } from '../../../src/domains/security/scans/penetration-test.ts';
import { scan } from '../../../src/domains/security/scans/run.ts';
import {
  cycloneDx,
  installedPackages,
  planted,
  writeDatabase,
} from '../../../src/domains/security/scans/sample-dependencies.ts';
import type { ResolvedScan } from '../../../src/domains/security/scans/settings.ts';
import { onPath } from '../../../src/environment/paths.ts';
import { findScanner } from '../../../src/environment/scanners/scanners.ts';
import { digest, native, sarif, sarifResult } from './results.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scanners-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, value: unknown) => {
  const file = join(folder, name);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
};
const one = (over: Partial<ResolvedScan>): ResolvedScan => ({
  ...{
    name: 'a scan',
    part: 'code',
    tool: 'other',
    command: null,
    file: null,
    target: folder,
    timeoutMs: 60_000,
    exitCodes: null,
  },
  ...{ control: null, sbom: null, digest: null, databaseFile: null, maxDatabaseAgeMs: 86_400_000, previous: null },
  ...over,
});
const run = (over: Partial<ResolvedScan>) =>
  scan(one(over), {
    projectFolder: folder,
    folder: join(folder, 'evidence'),
    signal: new AbortController().signal,
    nowMs: Date.now(),
    hosts: ['shop.example'],
  });
/** A program that prints its second argument and ends with its first. */
const program = (code: number, text: string) => [
  process.execPath,
  '-e',
  `process.stdout.write(process.argv[1]);process.exitCode=${code}`,
  text,
];

describe('scans', () => {
  it('takes a result from a file, with its parts, digest, control and what is new', async () => {
    const facts = await run({
      ...{ tool: 'grype', part: 'dependencies', file: put('grype.json', native.Grype.clean) },
      sbom: put('sbom.json', { bomFormat: 'CycloneDX', components: [{ name: 'a' }, { name: 'b' }] }),
      control: {
        target: null,
        file: put('planted.json', { ...native.Grype.dirty, descriptor: native.Grype.clean.descriptor }),
        expects: 'CVE-2019-10744',
      },
      previous: put('before.json', native.Grype.clean),
    });
    expect(facts).toMatchObject({
      failed: null,
      looked: null,
      digests: [digest],
      control: { found: true, problem: null },
      previous: { fingerprints: [], problem: null },
    });
    expect(facts.databaseAgeMs).toBe(facts.databaseAgeMs === null ? 0 : facts.databaseAgeMs);
  });

  it('a control or a previous result of another version or database shows nothing', async () => {
    const other = { ...native.Grype.dirty, descriptor: { version: '0.122.0' } };
    const facts = await run({
      tool: 'grype',
      file: put('a.json', native.Grype.clean),
      control: { target: null, file: put('b.json', other), expects: 'CVE' },
      previous: put('c.json', {
        ...native.Grype.clean,
        descriptor: { version: '0.121.2', db: { built: '2026-01-01' } },
      }),
    });
    expect(facts.control).toMatchObject({
      found: false,
      problem: expect.stringMatching(/Grype 0.122.0, not Grype 0.121.2/),
    });
    expect(facts.previous?.problem).toMatch(/another database/);
    const later = { ...native.Grype.dirty, descriptor: { version: '0.121.2', db: { built: '2026-01-01' } } };
    const old = await run({
      tool: 'grype',
      file: put('a.json', native.Grype.clean),
      control: { target: null, file: put('d.json', later), expects: 'CVE' },
    });
    expect(old.control).toMatchObject({ found: false, problem: 'it was made with another database' });
  });

  it.each<[string, Partial<ResolvedScan>, RegExp]>([
    ['a file that is not there', { file: '/nowhere/x.sarif' }, /there is no such file/],
    ['a program that is not there', { command: ['no-such-scanner'] }, /no-such-scanner: not found/],
    [
      'a target that is not there',
      { command: program(0, '[]'), target: '/nowhere/at/all' },
      /\/nowhere\/at\/all is not there/,
    ],
    [
      'an exit code after which there is nothing',
      { tool: 'semgrep', command: program(2, '{}') },
      /ended with 2, after which semgrep has no result/,
    ],
    ['exit 0 with nothing', { command: program(0, '') }, /it is empty/],
    [
      'exit 0 with a result that stops in the middle',
      { command: program(0, '{"version":"2.1.0","runs":[{') },
      /stops in the middle/,
    ],
    ['no file where one was to be', { command: [...program(0, ''), '{{output}}'] }, /wrote no result/],
    [
      'a program that hangs',
      { command: [process.execPath, '-e', 'setInterval(()=>{},1000)'], timeoutMs: 1000 },
      /no end after 1 s/,
    ],
  ])('%s is a failure, with its reason', async (_, over, reason) => {
    const facts = await run(over);
    expect(facts.failed).toMatch(reason);
    expect(facts.findings).toEqual([]);
  });

  it('runs the command for the control in the same way, and keeps what both wrote', async () => {
    const text = JSON.stringify(sarif({ results: [sarifResult()] }));
    mkdirSync(join(folder, 'planted'));
    const write = `const [, out, target] = process.argv; require('fs').writeFileSync(out, /planted/.test(target) ? ${JSON.stringify(text)} : ${JSON.stringify(JSON.stringify(sarif({})))})`;
    const facts = await run({
      command: [process.execPath, '-e', write, '{{output}}', '{{target}}'],
      control: { target: join(folder, 'planted'), file: null, expects: 'R1' },
    });
    expect(facts).toMatchObject({
      failed: null,
      findings: [],
      looked: { count: 2, unit: 'files' },
      control: { found: true },
    });
    const [kept = ''] = readdirSync(join(folder, 'evidence')).filter((name) => /^a-scan-\w+-control\.json$/.test(name));
    expect(JSON.parse(readFileSync(join(folder, 'evidence', kept), 'utf8')).runs).toHaveLength(1);
  });

  it('a file has the same name, and a finding the same fingerprint, wherever the project lies', async () => {
    const at = (uri: string) =>
      sarif({ results: [sarifResult({ locations: [{ physicalLocation: { artifactLocation: { uri } } }] })] });
    const prints = [];
    for (const uri of [`${folder}/src/a.js`, `file://${folder}/src/a.js`, 'src/a.js']) {
      const { findings } = await run({ file: put('x.sarif', at(uri)) });
      expect(findings[0]?.where).toBe('src/a.js');
      prints.push(findings[0]?.fingerprint);
    }
    expect(new Set(prints).size).toBe(1);
  });

  it('a penetration test counts for its candidate, for its time, and with what it left open', async () => {
    const about = {
      report: put('report.pdf', 'x'),
      date: '2026-10-01',
      by: 'Acme',
      scope: 'shop',
      digest,
      maxAgeDays: 90,
      open: { medium: 2 },
    };
    const bar = { failAt: 'high' as const, waivers: [], waiverDays: 180, today: '2026-11-29' };
    const judge = async (over: object, candidate = [digest]) =>
      judgeTest(await testReport({ ...about, ...over }, join(folder, '..')), candidate, bar);
    mkdirSync(join(folder, 'kept'));
    const facts = await testReport(about, join(folder, 'kept'));
    expect(readFileSync(join(folder, 'kept/report.pdf'), 'utf8')).toBe('x');
    expect(judgeTest(facts, [digest], bar)).toMatchObject({ verdict: 'pass' });
    expect(judgeTest(facts, ['sha256:b'], bar)).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/another candidate/),
    });
    expect(judgeTest({ ...facts, open: { high: 1 } }, [digest], bar)).toMatchObject({ verdict: 'fail' });
    expect(judgeTest({ ...facts, date: '2026-01-01' }, [digest], bar)).toMatchObject({ verdict: 'inconclusive' });
    expect(judgeTest({ ...facts, date: '2027-01-01' }, [digest], bar)).toMatchObject({ verdict: 'inconclusive' });
    // East of here it is that day already.
    expect(judgeTest({ ...facts, date: '2026-11-30' }, [digest], bar)).toMatchObject({ verdict: 'pass' });
    expect(judgeTest({ ...facts, date: '2026-12-01' }, [digest], bar)).toMatchObject({ verdict: 'inconclusive' });
    expect(judgeTest(undefined, [digest], bar)).toMatchObject({ verdict: 'inconclusive' });
    expect(await judge({ report: join(folder, 'gone.pdf') })).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/ENOENT/),
    });
  });
});

const [osv, gitleaks] = await Promise.all([findScanner('osv-scanner'), findScanner('gitleaks')]);
const bandit = onPath('bandit')[0] ?? null;
const title = (found: unknown) => (found === null ? ' (skipped: it is not installed)' : '');

describe('real scanners', () => {
  const sources = join(process.cwd(), 'src/sample');

  it.skipIf(osv === null)(`osv-scanner${title(osv)} finds nothing by an empty database, and shows so`, async () => {
    const databaseFile = await writeDatabase(folder);
    const packages = await installedPackages(sources);
    expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['pg', 'pg-pool', 'prom-client', 'ws']));
    // With exit code 0.
    rmSync(databaseFile);
    const blind = await run({
      tool: 'osv-scanner',
      command: [
        ...[osv?.path ?? '', 'scan', 'source', '--offline-vulnerabilities', '--local-db-path', folder],
        ...['--format', 'json', '--all-packages', '--output', '{{output}}', '-L', '{{target}}'],
      ],
      target: put('own.cdx.json', cycloneDx(packages)),
      control: { target: put('planted.cdx.json', cycloneDx([planted])), file: null, expects: planted.expects },
    });
    expect(blind.failed !== null || blind.control?.found === false).toBe(true);
  });

  it.skipIf(gitleaks === null)(
    `gitleaks${title(gitleaks)} says of an empty folder that it looked at nothing`,
    async () => {
      mkdirSync(join(folder, 'empty'));
      const command = [
        ...[gitleaks?.path ?? '', 'dir', '{{target}}', '--no-banner', '--redact'],
        ...['--report-format', 'json', '--report-path', '{{output}}'],
      ];
      const empty = await run({ tool: 'gitleaks', command, target: join(folder, 'empty') });
      expect(empty.looked === null || empty.looked.count === 0).toBe(true);
    },
  );

  it.skipIf(bandit === null)(`Bandit${title(bandit)} of a folder that is not there looked at nothing`, async () => {
    writeFileSync(join(folder, 'x.py'), 'import subprocess\nsubprocess.call("ls", shell=True)\n');
    const command = ['bandit', '-q', '-r', '-f', 'json', '-o', '{{output}}', '{{target}}'];
    expect((await run({ tool: 'bandit', command, target: folder })).looked).toEqual({ count: 1, unit: 'files' });
    expect(await run({ tool: 'bandit', command, target: 'missing' })).toMatchObject({
      failed: null,
      looked: { count: 0 },
    });
  });
});
