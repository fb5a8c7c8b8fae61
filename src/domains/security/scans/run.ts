import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../../environment/run-program.ts';
import { ShakedownError } from '../../../model/error.ts';
import { fingerprintOf, inOrder } from '../finding.ts';
import type { ScanFacts } from './evidence.ts';
import type { Hosts } from './hosts.ts';
import { parseResult, readJsonFile } from './json.ts';
import { readResult } from './read.ts';
import { needsDatabase, resultCodes, type ScanResult, type Tool, toolsNamed } from './result.ts';
import { readSbom, type Sbom } from './sbom.ts';
import type { ResolvedScan } from './settings.ts';

const mostFindings = 2000;

export interface ScanAbout {
  /** Where commands run; absolute. */
  readonly projectFolder: string;
  /** Of the part's evidence: results of commands are kept there. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly nowMs: number;
  /** Of the target. */
  readonly hosts: Hosts;
}

/** One scan with its control and its previous result. It never throws for what a scanner does. */
export async function scan(of: ResolvedScan, about: ScanAbout): Promise<ScanFacts> {
  const facts: ScanFacts = {
    ...{
      kind: 'scan',
      name: of.name,
      failed: null,
      tool: of.tool,
      version: null,
      format: '',
      findings: [],
      more: 0,
      suppressed: 0,
    },
    ...{
      looked: null,
      problems: [],
      digests: of.digest === null ? [] : [of.digest],
      stated: [{ by: 'the configuration', digests: of.digest === null ? [] : [of.digest] }],
      databaseAgeMs: null,
      control: null,
      previous: null,
    },
    maxDatabaseAgeMs: null,
  };
  if (of.absent !== undefined) return { ...facts, failed: of.absent };
  try {
    const result = await resultOf(of, of.target, of.file, about, 'result');
    const sbom = of.sbom === null ? null : readSbom(await readJsonFile(of.sbom), of.sbom);
    const stated = [
      ...facts.stated,
      { by: 'its list of parts', digests: sbom?.digests ?? [] },
      { by: 'the result', digests: [...result.digests] },
    ];
    const digests = [...stated.flatMap((one) => one.digests), ...result.files];
    const named = toolsNamed(result.tool);
    const findings = inOrder(result.findings);
    return {
      ...facts,
      ...{ tool: result.tool, version: result.version, format: result.format, suppressed: result.suppressed },
      ...{ findings: findings.slice(0, mostFindings), more: Math.max(0, findings.length - mostFindings) },
      looked: lookedAt(of, result, sbom),
      problems: [...result.problems, ...otherTool(of, result)],
      digests: [...new Set(digests)],
      stated,
      maxDatabaseAgeMs: restsOnDatabase(of, named) ? of.maxDatabaseAgeMs : null,
      databaseAgeMs: await databaseAge(of, result, about),
      control: await controlOf(of, result, about),
      previous: await previousOf(of, result, about),
    };
  } catch (error) {
    about.signal.throwIfAborted();
    return {
      ...facts,
      failed: error instanceof ShakedownError ? error.message : `it broke off: ${(error as Error).message}`,
    };
  }
}

/** A list of parts shows what there was, and that it was looked at only where the scanner was given this very list. */
function lookedAt(of: ResolvedScan, { looked, tool }: ScanResult, sbom: Sbom | null): ScanResult['looked'] {
  if (sbom === null) return looked;
  if (looked !== null)
    return looked.unit === 'packages'
      ? { ...looked, unit: `packages (its list of parts has ${sbom.packages})` }
      : looked;
  const isGiven =
    of.file === null && of.target === of.sbom && (of.command ?? []).some((part) => part.includes('{{target}}'));
  const readsLists = toolsNamed(tool).every((one) => needsDatabase(one));
  return isGiven && readsLists
    ? { count: sbom.packages, unit: `packages of the list that it was given (${sbom.format})` }
    : null;
}

/** By what the result is of: what the configuration calls it may be left out, or wrong. */
function restsOnDatabase(of: ResolvedScan, named: readonly Tool[]): boolean {
  if ([of.tool, ...named].some(needsDatabase)) return true;
  return of.part === 'dependencies' && named.includes('other');
}

function otherTool(of: ResolvedScan, { tool }: ScanResult): string[] {
  const named = toolsNamed(tool);
  if (of.tool === 'other' || named.includes(of.tool) || named.every((one) => one === 'other')) return [];
  return [`it is a result of ${tool}, and the configuration says ${of.tool}`];
}

/** @param file where the result is; null: the command makes it */
async function resultOf(
  of: ResolvedScan,
  target: string,
  file: string | null,
  about: ScanAbout,
  name: string,
): Promise<ScanResult> {
  const within = [...(target.startsWith('/') ? [target] : []), about.projectFolder];
  // What something is planted in, and the version before, may be anywhere.
  const whose = name === 'result' ? { hosts: about.hosts, part: of.part } : null;
  if (file !== null) return readResult(await readJsonFile(file, within), file, whose);
  if (of.command === null) throw new ShakedownError('SECURITY_SCAN', `${of.name} has neither a command nor a result.`);
  if (target.startsWith('/') && !(await isThere(target))) {
    throw new ShakedownError('SECURITY_SCAN', `${of.name} was not run: ${target} is not there.`, {
      hint: 'Correct its target.',
    });
  }
  await mkdir(about.folder, { recursive: true });
  // Names that differ in signs alone have files of their own, and none is left from before.
  const own = `${of.name.replace(/[^\w.-]+/g, '-').slice(0, 80)}-${fingerprintOf([of.name]).slice(0, 8)}`;
  const output = join(about.folder, `${own}-${name}.json`);
  await rm(output, { recursive: true, force: true });
  const filled = of.command.map((part) => part.replaceAll('{{target}}', target).replaceAll('{{output}}', output));
  const [program = '', ...args] = filled;
  const toFile = of.command.some((part) => part.includes('{{output}}'));
  const ended = await runProgram(program, args, {
    timeoutMs: of.timeoutMs,
    cwd: of.folder ?? about.projectFolder,
    signal: about.signal,
  });
  if (ended.kind === 'failed')
    throw new ShakedownError('SECURITY_SCAN', `${of.name} did not run: ${program}: ${ended.reason}.`);
  const codes = of.exitCodes ?? resultCodes[of.tool];
  if (!codes.includes(ended.code)) {
    // What it wrote of itself may hold a password or a token, and is not kept.
    throw new ShakedownError(
      'SECURITY_SCAN',
      `${of.name} ended with ${ended.code}, after which ${of.tool} has no result; what it said is not shown, as it may hold a secret: run its command by hand.`,
    );
  }
  // Kept as it was written, so that who doubts can look.
  if (!toFile) await writeFile(output, ended.stdout);
  else if (!(await isThere(output)))
    throw new ShakedownError('SECURITY_SCAN', `${of.name} ended with ${ended.code} and wrote no result.`);
  const read = toFile ? await readJsonFile(output, within) : parseResult(ended.stdout, `of ${of.name}`, within);
  const result = readResult(read, `of ${of.name}`, whose);
  // Its result has nothing of it.
  const [, commits] = /(\d+) commits scanned/.exec(ended.stderr) ?? [];
  const [, bytes] = /scanned ~(\d+) bytes/.exec(ended.stderr) ?? [];
  if (result.looked !== null || result.tool !== 'gitleaks') return result;
  if (commits !== undefined) return { ...result, looked: { count: Number(commits), unit: 'commits' } };
  return bytes === undefined ? result : { ...result, looked: { count: Number(bytes), unit: 'bytes' } };
}

async function databaseAge(of: ResolvedScan, { databaseAt }: ScanResult, { nowMs }: ScanAbout): Promise<number | null> {
  const at = databaseAt === null ? Number.NaN : Date.parse(databaseAt);
  if (!Number.isNaN(at)) return nowMs - at;
  if (of.databaseFile === null) return null;
  const found = await stat(of.databaseFile).catch(() => null);
  return found === null ? null : nowMs - found.mtimeMs;
}

async function controlOf(of: ResolvedScan, result: ScanResult, about: ScanAbout): Promise<ScanFacts['control']> {
  if (of.control === null) return null;
  const { target, file, expects } = of.control;
  const unsound = (problem: string) => ({ expects, found: false, problem });
  try {
    const planted = await resultOf(of, target ?? of.target, file, about, 'control');
    if (planted.tool !== result.tool || planted.version !== result.version)
      return unsound(
        `it was made by ${planted.tool} ${planted.version ?? ''}, not ${result.tool} ${result.version ?? ''}`,
      );
    if (planted.databaseAt !== result.databaseAt) return unsound('it was made with another database');
    const found = planted.findings.some(({ rule, title, where, seen }) =>
      [rule, title, where, seen].some((one) => one.includes(expects)),
    );
    return { expects, found, problem: null };
  } catch (error) {
    about.signal.throwIfAborted();
    return unsound((error as Error).message);
  }
}

async function previousOf(of: ResolvedScan, result: ScanResult, about: ScanAbout): Promise<ScanFacts['previous']> {
  if (of.previous === null) return null;
  try {
    const before = await resultOf(of, of.target, of.previous, about, 'previous');
    const fingerprints = before.findings.map(({ fingerprint }) => fingerprint);
    const other = before.tool !== result.tool || before.version !== result.version;
    const problem = other
      ? `it was made by ${before.tool} ${before.version ?? 'of no version'}, not ${result.tool} ${result.version ?? 'of no version'}`
      : before.databaseAt !== result.databaseAt
        ? 'it was made with another database: scan the previous version again'
        : (before.problems[0] ?? null);
    return { fingerprints, problem };
  } catch (error) {
    return { fingerprints: [], problem: (error as Error).message };
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
