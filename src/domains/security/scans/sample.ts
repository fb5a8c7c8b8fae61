import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownSources } from '../../../environment/own-files.ts';
import { findScanner, howToGet, type ScannerName } from '../../../environment/scanners/scanners.ts';
import type { ValidationContext } from '../../validation.ts';
import {
  cycloneDx,
  installedPackages,
  knownCount,
  planted as plantedPackage,
  writeDatabase,
} from './sample-dependencies.ts';
import { dynamicScan } from './sample-dynamic.ts';
import type { ResolvedScan, ScanPartId } from './settings.ts';

const sources = ownSources('../../../sample', import.meta.url);

/** Each with something planted as its control, so that a clean result shows that it looked. */
const recipes: Record<ScanPartId, readonly { name: string; tool: ScannerName; make: Recipe }[]> = {
  dependencies: [
    { name: `osv-scanner with a database of ${knownCount} weaknesses`, tool: 'osv-scanner', make: dependencies },
  ],
  code: [
    { name: 'Semgrep', tool: 'semgrep', make: code },
    { name: 'gitleaks', tool: 'gitleaks', make: secrets },
  ],
  dynamic: [{ name: 'Schemathesis', tool: 'schemathesis', make: dynamicScan }],
};
type Made = Pick<ResolvedScan, 'command' | 'target' | 'control'> & Partial<ResolvedScan>;
type Recipe = (program: string, context: ValidationContext<never>) => Promise<Made>;

/**
 * Scans of the bundled sample system: osv-scanner with a database of our own, Semgrep with a few rules of our own, gitleaks, and Schemathesis. One that is not installed is
 * a scan that was not made; with --comprehensive it is got.
 */
export async function sampleScans(part: ScanPartId, context: ValidationContext<never>): Promise<ResolvedScan[]> {
  const { config, services, folder, signal, phase } = context;
  const { sample } = config.target;
  const release = sample === null ? undefined : services?.sampleSystem(sample.defects).release(sample.version);
  const rest = {
    ...{ part, file: null, timeoutMs: 300_000, exitCodes: null, sbom: null, databaseFile: null, maxDatabaseAgeMs: 0 },
    ...{ previous: null, digest: release?.artifacts[0]?.digest ?? null },
  };
  await mkdir(join(folder, 'planted'), { recursive: true });
  const scans: ResolvedScan[] = [];
  for (const { name, tool, make } of recipes[part]) {
    const warnings: string[] = [];
    const found = await findScanner(tool, {
      ...{ obtain: config.final.comprehensive, signal, onProgress: phase },
      onWarning: (text) => warnings.push(text),
    });
    if (found !== null) scans.push({ ...rest, name, tool, ...(await make(found.path, context)) });
    else {
      const absent = `${name} did not run: ${tool} is not installed. ${warnings.join(' ')} ${howToGet}.`.replace(
        / +/g,
        ' ',
      );
      scans.push({ ...rest, name, tool, absent, command: null, target: sources, control: null });
    }
  }
  return scans;
}

async function code(semgrep: string, { folder }: ValidationContext<never>): Promise<Made> {
  const [rules, planted] = [join(folder, 'rules.json'), join(folder, 'planted')];
  await writeFile(rules, JSON.stringify({ rules: semgrepRules }));
  await writeFile(join(planted, 'planted.js'), 'export const run = (text) => eval(text);\n');
  const command = [
    ...[semgrep, 'scan', '--config', rules, '--json', '--output', '{{output}}', '--metrics', 'off'],
    ...['--disable-version-check', '--no-git-ignore', '{{target}}'],
  ];
  return { command, target: sources, control: { target: planted, file: null, expects: 'eval' } };
}

async function secrets(gitleaks: string, { folder }: ValidationContext<never>): Promise<Made> {
  // Put together here, so that it stands in no source: it opens nothing.
  const key = ['AKIA', 'Z7QJ4XN2', 'MPL5KDTV'].join('');
  const planted = join(folder, 'planted');
  await writeFile(join(planted, 'planted.env'), `aws_access_key_id = ${key}\n`);
  const command = [
    ...[gitleaks, 'dir', '{{target}}', '--no-banner', '--redact'],
    ...['--report-format', 'json', '--report-path', '{{output}}'],
  ];
  return { command, target: sources, control: { target: planted, file: null, expects: 'aws' } };
}

/** It shows that scanning works and that what is installed has none of a few weaknesses, and no more. */
async function dependencies(osv: string, { folder }: ValidationContext<never>): Promise<Made> {
  const databaseFile = await writeDatabase(folder);
  const [own, fault] = [join(folder, 'sample.cdx.json'), join(folder, 'planted.cdx.json')];
  await writeFile(own, cycloneDx(await installedPackages(sources)));
  await writeFile(fault, cycloneDx([plantedPackage]));
  return {
    command: [
      ...[osv, 'scan', 'source', '--offline-vulnerabilities', '--local-db-path', folder, '--format', 'json'],
      ...['--all-packages', '--output', '{{output}}', '-L', '{{target}}'],
    ],
    ...{
      target: own,
      sbom: own,
      control: { target: fault, file: null, expects: plantedPackage.expects },
      databaseFile,
    },
    // What it knows grows no older: it is no database to rely on.
    maxDatabaseAgeMs: Number.MAX_SAFE_INTEGER,
  };
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
