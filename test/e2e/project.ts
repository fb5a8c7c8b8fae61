import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LoadSection } from '../../src/domains/load/section.ts';
import type { Results } from '../../src/model/results.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const recording = join(root, 'load/traffic/sample-shop');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Results of a run under load. */
export type LoadResults = Results & { sections: { load: LoadSection } };

export interface Project {
  folder: string;
  /** Starts `shakedown …` in the project. @param before a program, with its arguments, that starts it */
  start(args: string[], env?: NodeJS.ProcessEnv, before?: string[]): { child: ChildProcess; ended: Promise<Ended> };
  run(args: string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** The only run's results, from its folder. */
  results(): LoadResults;
  runFolder(): string;
  remove(): void;
}

/** A user's project in a folder of its own, with this configuration (YAML). */
export function project(config: string): Project {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-e2e-'));
  writeFileSync(join(folder, 'shakedown.config.yaml'), config);
  const start: Project['start'] = (args, env = {}, before = []) => {
    const [program = '', ...rest] = [...before, process.execPath, join(root, 'bin/shakedown.mjs'), ...args];
    const child = spawn(program, rest, {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        text[name] += chunk;
      });
    }
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => resolve({ code, ...text }));
    });
    return { child, ended };
  };
  const runFolder = () => {
    const runs = readdirSync(join(folder, 'reports/runs')).filter((name) => !name.endsWith('.log'));
    if (runs.length !== 1) throw new Error(`expected one run, found ${runs.length}`);
    return join(folder, 'reports/runs', runs[0] ?? '');
  };
  return {
    folder,
    start,
    run: (args, env) => start(args, env).ended,
    runFolder,
    results: () => JSON.parse(readFileSync(join(runFolder(), 'results.json'), 'utf8')) as LoadResults,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A project with a recording of these paths, so many a second. @param clients how many take turns, each a session */
export async function recordedProject(
  paths: string[],
  origin: string,
  seconds: number,
  perSecond = 10,
  more = '',
  clients = 250,
): Promise<Project> {
  const made = project(`
name: '<b>shop</b>'
target: { baseUrl: ${origin}, headers: { x-secret: hunter2hunter2 } }
traffic: { recording: load/traffic/rec, declaredOwn: true }
profile: { mode: recorded }
${more}`);
  const lines = Array.from({ length: seconds * perSecond }, (_, i) =>
    JSON.stringify({
      time: 1_700_000_000_000.5 + (i * 1000) / perSecond,
      method: 'GET',
      url: paths[i % paths.length],
      requestHeaders: [
        ['user-agent', `agent ${i}`],
        ['x-odd', '{{7*7}}<script>'],
      ],
      status: 200,
      durationMs: 5,
      client: `10.0.${(i % clients) >> 8}.${(i % clients) & 255}`,
    }),
  );
  writeFileSync(join(made.folder, 'raw.ndjson'), lines.join('\n'));
  const imported = await made.run(['traffic', 'import', 'raw.ndjson', '--out', 'load/traffic/rec']);
  if (imported.code !== 0) throw new Error(imported.stderr);
  return made;
}

/** The sample shop at a rate that two busy cores bear, judged by the default objectives but for the throughput that goes with it. */
export function sampleConfig(defects: string, more = ''): string {
  return `
name: Shop
target:
  sample: { defects: '${defects}' }
traffic: { recording: ${recording} }
profile: { mode: bootstrap, ratePerSecond: 150, seed: 3 }
objectives:
  throughput: { target: 100 }
  # Of a dozen windows, two that the machine's other work took are more than the usual tenth.
  invalid-windows: { target: 40 }
${more}`;
}

export const verdictOf = (results: LoadResults, id: string) =>
  results.objectives.find(({ objective }) => objective.id === id)?.verdict;

/** Of a run's journal, the data of every event of a type. */
export function eventsOf(folder: string, type: string): Record<string, unknown>[] {
  return readFileSync(join(folder, 'journal.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line.includes(`"type":"${type}"`) && line.endsWith('}'))
    .map((line) => (JSON.parse(line) as { data: Record<string, unknown> }).data);
}

/** Waits until a run has so many windows; throws when it ended before. */
export async function windowsOf(made: Project, child: ChildProcess, count: number): Promise<string> {
  for (;;) {
    await wait(200);
    try {
      const folder = made.runFolder();
      if (eventsOf(folder, 'shakedown.window.closed').length >= count) return folder;
    } catch {
      // Not begun yet.
    }
    if (child.exitCode !== null) throw new Error('the run ended before it had that many windows');
  }
}
