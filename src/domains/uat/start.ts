import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { open, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { sourceConditions } from '../../environment/own-files.ts';
import { standingBack } from '../../environment/stand-back.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { UatAttempt, UatEvent } from '../../model/uat.ts';
import { settingsEnvironment, type UatSettings } from './settings.ts';

const pollMs = 250;
const killAfterMs = 8000;

export interface UatStart {
  /** Where `playwright.config.ts` and the scenarios are. */
  scenarioFolder: string;
  settings: UatSettings;
  signal: AbortSignal;
  /** Only says what would be run. */
  isList?: boolean;
  /** The browsers stand back for others: as of `nice` by so much, and for a target as src/environment/stand-back.ts has it; absent: not at all. */
  besideLoad?: { niceness: number; origin: string };
  /** Of the runner's process, beside this one's. */
  environment?: Record<string, string>;
  onPlanned(cells: number, planned: Planned): void;
  /** A scenario begins. */
  onStart?(start: Started): void;
  onAttempt(attempt: UatAttempt): void;
  /** The runner's process is there. */
  onProcess?(pid: number): void;
}

type Planned = Extract<UatEvent, { type: 'begin' }>['planned'];
type Started = Extract<UatEvent, { type: 'start' }>;

/**
 * Runs the scenarios by Playwright's own runner, in a process of its own.
 * @returns its exit code; null when it was ended by a signal
 * @throws ShakedownError UAT_NO_SCENARIOS, UAT_DUPLICATE_ID, UAT_NOT_LOADED when nothing could be run
 */
export async function startScenarios({
  scenarioFolder,
  settings,
  signal,
  isList,
  besideLoad,
  environment = {},
  onPlanned,
  onStart,
  onAttempt,
  onProcess,
}: UatStart): Promise<number | null> {
  const config = join(scenarioFolder, 'playwright.config.ts');
  if (!existsSync(config)) {
    throw new ShakedownError('UAT_NO_SCENARIOS', `No business scenarios: ${config} is not there.`, {
      hint: '`shakedown uat new <id> <title>` writes one, with the configuration.',
    });
  }
  const file = join(settings.folder, 'uat-settings.json');
  await writeFile(file, `${JSON.stringify({ ...settings, parentPid: process.pid }, null, 1)}\n`);
  const runner = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
  const record = join(settings.folder, 'uat.ndjson');
  // Rounds of one run write to the same file.
  const events = follow(record, await sizeOf(record));
  // A forgotten `test.only` would leave all others out in silence, whatever the configuration says.
  const wanted = ['test', '-c', config, '--forbid-only', ...(isList === true ? ['--list'] : [])];
  const [program = '', ...args] = [
    ...(besideLoad === undefined ? [] : standingBack(besideLoad.origin)),
    ...[process.execPath, runner, ...wanted],
  ];
  const child = spawn(program, args, {
    cwd: scenarioFolder,
    // In a group of its own: Ctrl-C is for the command, which ends it in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...environment,
      ...settingsEnvironment(file),
      NODE_OPTIONS: [process.env.NODE_OPTIONS, ...sourceConditions].filter(Boolean).join(' '),
      FORCE_COLOR: '0',
      PLAYWRIGHT_HTML_OPEN: 'never',
    },
  });
  if (child.pid !== undefined) {
    onProcess?.(child.pid);
    if (besideLoad !== undefined) lowerPriority(child.pid, besideLoad.niceness);
  }
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      said = `${said}${data.toString('utf8')}`.slice(-8000);
    });
  }
  const seen: UatEvent[] = [];
  const readNew = async () => {
    for (const event of await events.read()) {
      if (event.type === 'begin') onPlanned(event.planned.length, event.planned);
      if (event.type === 'start') onStart?.(event);
      if (event.type === 'attempt') onAttempt(event.attempt);
      else seen.push(event);
    }
  };
  // One after the other: the last message must not be missed because another is being read.
  let reading = Promise.resolve();
  const poll = () => {
    reading = reading.then(readNew, readNew);
    return reading;
  };
  const timer = setInterval(() => void poll().catch(() => {}), pollMs);
  const end = (name: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid ?? 0), name);
    } catch {
      // Gone already.
    }
  };
  const aborted = () => {
    end('SIGINT');
    setTimeout(() => end('SIGKILL'), killAfterMs).unref();
  };
  if (signal.aborted) aborted();
  signal.addEventListener('abort', aborted, { once: true });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    clearInterval(timer);
    signal.removeEventListener('abort', aborted);
  });
  await poll();
  await events.close();
  if (!signal.aborted) refuseEmpty(seen, said);
  return code;
}

function refuseEmpty(events: readonly UatEvent[], said: string): void {
  if (events.some((event) => event.type === 'begin' && event.planned.length > 0)) return;
  const troubles = events.flatMap((event) => (event.type === 'trouble' ? [event.message] : []));
  const text = `${troubles.join('\n')}\n${said}`;
  const duplicate = /UAT_DUPLICATE_ID (\S+): (at .+? and at [^\s,;]+)/.exec(text);
  if (duplicate !== null) {
    throw new ShakedownError('UAT_DUPLICATE_ID', `Two scenarios have the id ${duplicate[1]}: ${duplicate[2]}`, {
      hint: 'Give one of them another id.',
    });
  }
  const first = troubles.find((each) => !/No tests found/i.test(each)) ?? notLoaded(events, said);
  if (first !== undefined) {
    const [line = ''] = first.split('\n');
    const missing = /Cannot find (?:module|package) '((?:shakedown|@playwright\/test)(?:\/[^']*)?)'/.exec(first)?.[1];
    const place = /^- (?:.*[/\\])?(\S+\.[cm]?[jt]s)$/m.exec(first)?.[1];
    const from = missing === undefined || place === undefined ? '' : `, which ${place} imports`;
    throw new ShakedownError('UAT_NOT_LOADED', `The scenarios cannot be loaded: ${line}${from}`, {
      hint:
        missing === undefined
          ? 'Correct the file it names; `npx playwright test --list -c uat/playwright.config.ts` says more.'
          : `Install it in the project that the scenarios are in: \`npm install --save-dev ${missing.startsWith('@') ? missing : 'shakedown'}\`.`,
    });
  }
  throw new ShakedownError('UAT_NO_SCENARIOS', 'No scenario is left to run.', {
    hint: 'Check --scenario, --tag, --role and --size: together they choose none. Scenarios are files named *.uat.ts.',
    exitCode: exitCodes.usage,
  });
}

/**
 * Why the runner ended before it had looked for scenarios: it then knew nothing of our reporter, which its configuration names, and said it on
 * its own output alone. undefined: it did look, or named no reason.
 */
function notLoaded(events: readonly UatEvent[], said: string): string | undefined {
  if (events.some(({ type }) => type === 'begin' || type === 'end')) return undefined;
  const lines = said.split('\n');
  const at = lines.findIndex((line) => /^\s*(\w*Error\b.*:|Cannot find (module|package))/.test(line));
  const isOther = at < 0 || /No tests found/i.test(lines[at] ?? '');
  return isOther ? undefined : lines.slice(at).join('\n').trim();
}

/** The events of a run; a line that was cut off, at the end of a killed run, is left out. */
export function readUatEvents(folder: string): UatEvent[] {
  let text: string;
  try {
    text = readFileSync(join(folder, 'uat.ndjson'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
  return text.split('\n').flatMap(parsed);
}

function parsed(line: string): UatEvent[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as UatEvent];
  } catch {
    return [];
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Before it has started anything, so that all of it stands back. */
function lowerPriority(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // Not everywhere may a process do so.
  }
}

/** Reads what was added to a file since the last time, whole lines only. */
function follow(path: string, from: number): { read(): Promise<UatEvent[]>; close(): Promise<void> } {
  let file: Awaited<ReturnType<typeof open>> | null = null;
  let position = from;
  let rest = Buffer.alloc(0);
  return {
    async read() {
      file ??= await open(path, 'r').catch(() => null);
      if (file === null) return [];
      const { size } = await file.stat();
      if (size <= position) return [];
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - position), 0, size - position, position);
      position += bytesRead;
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = bytes.lastIndexOf(10) + 1;
      // A letter of several bytes may be cut as well as a line.
      rest = bytes.subarray(end);
      return bytes.toString('utf8', 0, end).split('\n').flatMap(parsed);
    },
    async close() {
      await file?.close();
    },
  };
}
