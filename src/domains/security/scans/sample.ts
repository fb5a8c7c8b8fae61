import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onPath } from '../../../environment/paths.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { ValidationContext } from '../../validation.ts';
import {
  cycloneDx,
  installedPackages,
  knownCount,
  planted as plantedPackage,
  writeDatabase,
} from './sample-dependencies.ts';
import type { ResolvedScan, ScanPartId } from './settings.ts';

const sources = fileURLToPath(new URL('../../../sample', import.meta.url));
const rest = {
  part: 'code',
  file: null,
  timeoutMs: 300_000,
  exitCodes: null,
  sbom: null,
  databaseFile: null,
  maxDatabaseAgeMs: 0,
  previous: null,
} as const;

/**
 * Scans of the bundled sample system with what is installed: Semgrep with a few rules of our own, and gitleaks. Each has something planted as its control.
 * @throws ShakedownError SECURITY_SCANNER where nothing is installed, or nothing can be scanned
 */
export async function sampleScans(part: ScanPartId, context: ValidationContext<never>): Promise<ResolvedScan[]> {
  const { config, services, folder } = context;
  const { sample } = config.target;
  const release = sample === null ? undefined : services?.sampleSystem(sample.defects).release(sample.version);
  const digest = release?.artifacts[0]?.digest ?? null;
  if (part === 'dependencies') return dependencyScans(folder, digest);
  if (part !== 'code') {
    throw new ShakedownError('NOT_CONFIGURED', 'The sample system has no dynamic scan of its own.', {
      hint: 'Name results or commands of scanners in security.scans.',
    });
  }
  const planted = join(folder, 'planted');
  await mkdir(planted, { recursive: true });
  const scans: ResolvedScan[] = [];
  const [semgrep] = onPath('semgrep');
  if (semgrep !== undefined) {
    const rules = join(folder, 'rules.json');
    await writeFile(rules, JSON.stringify({ rules: semgrepRules }));
    await writeFile(join(planted, 'planted.js'), 'export const run = (text) => eval(text);\n');
    const command = [
      semgrep,
      'scan',
      '--config',
      rules,
      '--json',
      '--output',
      '{{output}}',
      '--metrics',
      'off',
      '--disable-version-check',
      '--no-git-ignore',
      '{{target}}',
    ];
    scans.push({
      ...rest,
      name: 'Semgrep',
      tool: 'semgrep',
      command,
      target: sources,
      digest,
      control: { target: planted, file: null, expects: 'eval' },
    });
  }
  const [gitleaks] = onPath('gitleaks');
  if (gitleaks !== undefined) {
    // Put together here, so that it stands in no source: it opens nothing.
    const key = ['AKIA', 'Z7QJ4XN2', 'MPL5KDTV'].join('');
    await writeFile(join(planted, 'planted.env'), `aws_access_key_id = ${key}\n`);
    const command = [
      gitleaks,
      'dir',
      '{{target}}',
      '--no-banner',
      '--redact',
      '--report-format',
      'json',
      '--report-path',
      '{{output}}',
    ];
    scans.push({
      ...rest,
      name: 'gitleaks',
      tool: 'gitleaks',
      command,
      target: sources,
      digest,
      control: { target: planted, file: null, expects: 'aws' },
    });
  }
  if (scans.length > 0) return scans;
  throw new ShakedownError(
    'SECURITY_SCANNER',
    'Neither Semgrep nor gitleaks is installed, so the code of the sample system was not scanned.',
    {
      hint: 'Install one of them (pip install semgrep), or name results in security.scans.',
    },
  );
}

/**
 * With osv-scanner and a database of our own. It shows that scanning works and that what is installed has none of a few weaknesses, and no more.
 * @throws ShakedownError SECURITY_SCANNER
 */
async function dependencyScans(folder: string, digest: string | null): Promise<ResolvedScan[]> {
  const [osv] = onPath('osv-scanner');
  if (osv === undefined) {
    throw new ShakedownError(
      'SECURITY_SCANNER',
      'osv-scanner is not installed, so the dependencies of the sample system were not scanned.',
      {
        hint: 'Install it, or name results in security.scans.',
      },
    );
  }
  const databaseFile = await writeDatabase(folder);
  const [own, fault] = [join(folder, 'sample.cdx.json'), join(folder, 'planted.cdx.json')];
  await writeFile(own, cycloneDx(await installedPackages(sources)));
  await writeFile(fault, cycloneDx([plantedPackage]));
  const command = [
    osv,
    'scan',
    'source',
    '--offline-vulnerabilities',
    '--local-db-path',
    folder,
    '--format',
    'json',
    '--all-packages',
    '--output',
    '{{output}}',
    '-L',
    '{{target}}',
  ];
  return [
    {
      ...{
        ...rest,
        part: 'dependencies',
        name: `osv-scanner with a database of ${knownCount} weaknesses`,
        tool: 'osv-scanner',
        command,
        target: own,
      },
      ...{ digest, sbom: own, control: { target: fault, file: null, expects: plantedPackage.expects }, databaseFile },
      // What it knows grows no older: it is no database to rely on.
      maxDatabaseAgeMs: Number.MAX_SAFE_INTEGER,
    },
  ];
}

const semgrepRule = (id: string, pattern: string, message: string) => ({
  id,
  pattern,
  message,
  severity: 'ERROR',
  languages: ['javascript', 'typescript'],
});

/** A start, in our own words: a project has rules of its own. */
const semgrepRules = [
  semgrepRule('eval', 'eval(...)', 'eval runs text as code'),
  semgrepRule('new-function', 'new Function(...)', 'new Function runs text as code'),
  semgrepRule('exec-shell', 'execSync($A + $B, ...)', 'A shell command is put together from a value'),
  semgrepRule('broken-hash', 'createHash("md5")', 'MD5 is broken'),
];
