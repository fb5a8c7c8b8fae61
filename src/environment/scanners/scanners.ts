import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../finding.ts';
import { ask, findOrGet, type ObtainOptions, type ProgramSource } from '../obtain.ts';
import { cacheFolder, isExecutable, onPath } from '../paths.ts';
import { runProgram } from '../run-program.ts';

/** A scanner that is installed here. `version`: `2.3.1`. */
export interface ScannerProgram {
  readonly path: string;
  readonly version: string;
  readonly origin: string;
}

interface About {
  /** For people. */
  readonly title: string;
  readonly variable: string;
  readonly purpose: string;
  /** Says its version. */
  readonly ask: readonly string[];
  /** In what it says; absent: the first version in it. */
  readonly says?: RegExp;
  /** How long it takes to get, in words. */
  readonly takes: string;
  /** Texts to put into variables of its packages. */
  readonly variables?: Record<string, string>;
  /** A pinned Go module, or a Python package. */
  readonly from: { readonly go: string } | { readonly pip: string };
}

const scanners = {
  'osv-scanner': {
    ...{ title: 'osv-scanner', variable: 'SHAKEDOWN_OSV_SCANNER', purpose: 'known weaknesses of dependencies' },
    ...{ ask: ['--version'], says: /osv-scanner version: v?(\d+\.\d+\.\d+)/, takes: '3–5 min' },
    from: { go: 'github.com/google/osv-scanner/v2/cmd/osv-scanner' },
  },
  gitleaks: {
    ...{ title: 'gitleaks', variable: 'SHAKEDOWN_GITLEAKS', purpose: 'secrets in sources' },
    ...{ ask: ['version'], says: /^v?(\d+\.\d+\.\d+)/m, takes: '1 min' },
    from: { go: 'github.com/zricethezav/gitleaks/v8' },
    variables: { 'github.com/zricethezav/gitleaks/v8/version.Version': '8.30.1' },
  },
  semgrep: {
    ...{ title: 'Semgrep', variable: 'SHAKEDOWN_SEMGREP', purpose: 'weak code' },
    ...{ ask: ['--version', '--disable-version-check'], takes: '1 min' },
    from: { pip: 'semgrep==1.185.0' },
  },
  schemathesis: {
    ...{
      title: 'Schemathesis',
      variable: 'SHAKEDOWN_SCHEMATHESIS',
      purpose: 'interfaces, asked with what nobody expects',
    },
    ...{ ask: ['--version'], takes: '1 min' },
    from: { pip: 'schemathesis==4.32.5' },
  },
} as const satisfies Record<string, About>;

export type ScannerName = keyof typeof scanners;
const scannerNames = Object.keys(scanners) as ScannerName[];

/** `npx shakedown doctor --get`, in a hint. */
export const howToGet = 'Get it with `npx shakedown doctor --get` (by Go or Python, once)';

/**
 * Finds a scanner: by its variable, on PATH, in the cache; with `obtain` it is got where it is nowhere, by Go or by Python's pip, into the cache.
 * @param options isSurvey: a Python package that we installed is not loaded, which takes seconds: its environment says its version
 * @returns null when there is none; the warnings say why
 */
export async function findScanner(
  name: ScannerName,
  options: ObtainOptions & { isSurvey?: boolean } = {},
): Promise<ScannerProgram | null> {
  const about: About = scanners[name];
  const env = options.env ?? process.env;
  if ('go' in about.from) {
    const source: ProgramSource<{ version: string }> = {
      ...{ title: about.title, program: name, variable: about.variable, buildTime: about.takes },
      ...{ module: fileURLToPath(new URL(name, import.meta.url)), packagePath: about.from.go },
      ...(about.variables === undefined ? {} : { variables: about.variables }),
      probe: (path, signal) => probe(path, about, signal),
    };
    return findOrGet(source, null, { ...options, obtain: options.obtain ?? false });
  }
  const own = pipFolder(about.from.pip, env);
  const program = join(own, 'bin', name);
  const places: [path: string | undefined, origin: string][] = [
    [env[about.variable], about.variable],
    ...onPath(name, env).map((path): [string, string] => [path, 'PATH']),
    [isExecutable(program) ? program : undefined, 'cache'],
  ];
  for (const [path, origin] of places) {
    if (path === undefined || path === '') continue;
    const isLight = options.isSurvey === true && origin === 'cache';
    const found = await (isLight ? probeInstalled(name, own, options.signal) : probe(path, about, options.signal));
    if (typeof found !== 'string') return { path, origin, ...found };
    options.signal?.throwIfAborted();
    options.onWarning?.(`${about.title} at ${path} (${origin}) is not used: ${found}.`);
  }
  if (options.obtain !== true) return null;
  options.onProgress?.(`getting ${about.title} by pip (about ${about.takes}, once)`);
  const problem = await install(about.from.pip, own, env, options.signal);
  if (problem !== null) {
    options.onWarning?.(`${about.title} could not be got: ${problem}.`);
    return null;
  }
  const found = await probe(program, about, options.signal);
  if (typeof found !== 'string') return { path: program, origin: 'got by pip', ...found };
  options.onWarning?.(`${about.title} was got by pip, and is not used: ${found}.`);
  return null;
}

async function probe(
  path: string,
  { ask: args, says, title }: About,
  signal: AbortSignal | undefined,
): Promise<{ version: string } | string> {
  const answer = await ask(path, args, signal);
  if ('error' in answer) return answer.error;
  const [, version] = (says ?? /(\d+\.\d+\.\d+)/).exec(answer.stdout) ?? [];
  return version === undefined ? `it does not answer as ${title} does` : { version };
}

/** Its interpreter has to run, and its package to be there. */
async function probeInstalled(
  name: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<{ version: string } | string> {
  const code = 'import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))';
  const answer = await ask(join(folder, 'bin', 'python'), ['-c', code, name], signal);
  return 'error' in answer ? answer.error : { version: answer.stdout.trim() };
}

const pipFolder = (requirement: string, env: NodeJS.ProcessEnv) =>
  join(cacheFolder(env), 'scanners', requirement.replace('==', '-'));

/** Makes an environment of its own for a package. @returns why it could not; null: it is there */
async function install(
  requirement: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const [python] = onPath('python3', env);
  if (python === undefined) return 'there is no python3 on PATH';
  await mkdir(join(folder, '..'), { recursive: true });
  // Scripts of an environment hold its path, so it is made where it stays, and is gone where something failed.
  const begun = `${folder}.unfinished`;
  await rm(begun, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
  const steps: [program: string, args: string[]][] = [
    [python, ['-m', 'venv', folder]],
    [
      join(folder, 'bin', 'pip'),
      ['install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:', requirement],
    ],
  ];
  for (const [program, args] of steps) {
    const ended = await runProgram(program, args, { timeoutMs: 10 * 60_000, env, signal });
    if (ended.kind === 'ended' && ended.code === 0) continue;
    await rename(folder, begun).catch(() => {});
    await rm(begun, { recursive: true, force: true });
    if (ended.kind === 'failed') return ended.reason;
    return ended.stderr.trim().split('\n').at(-1)?.slice(0, 200) || `${program} ended with ${ended.code}`;
  }
  return null;
}

/** What `doctor` says of each scanner. With `obtain` those that are not here are got. */
export function findScanners(options: ObtainOptions): Promise<Finding[]> {
  return Promise.all(scannerNames.map((name) => findingOf(name, options)));
}

async function findingOf(name: ScannerName, options: ObtainOptions): Promise<Finding> {
  const about: About = scanners[name];
  const warnings: string[] = [];
  const found = await findScanner(name, {
    ...options,
    isSurvey: options.obtain !== true,
    onWarning: (text) => warnings.push(text),
  });
  const base = { name, purpose: `${about.purpose}, for the final validation`, needed: false } as const;
  if (found !== null) {
    const where = `${found.path} (${found.origin})`;
    return { ...base, state: 'found', version: found.version, where, advice: warnings[0] ?? null };
  }
  const needs = 'go' in about.from ? 'go' : 'python3';
  const isObtainable = onPath(needs, options.env ?? process.env).length > 0 && warnings.length === 0;
  const how = 'go' in about.from ? 'built by Go' : 'got by pip';
  return {
    ...base,
    ...{ version: null, where: null },
    state: isObtainable ? 'obtainable' : 'missing',
    advice: isObtainable
      ? `${how} with \`shakedown doctor --get\` (${about.takes}), or name yours by ${about.variable}`
      : `${warnings[0] ?? ''} Install it, or ${needs === 'go' ? 'Go' : 'Python'}, or name it by ${about.variable}`.trim(),
  };
}
