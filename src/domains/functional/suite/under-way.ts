import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { makeFolder } from '../../../evidence/atomic-file.ts';
import { bootId, identify, lives, pidNamespace, seesProcessesOf } from '../../../evidence/process.ts';

const variable = 'SHAKEDOWN_SUITE_RUN';
const patienceMs = 5000;

const saved = z.object({
  /** Nobody else has it in its environment. */
  marker: z.uuid(),
  group: z.int().min(2),
  harness: z.object({ pid: z.int(), startTicks: z.number().nullable() }),
  ...{ bootId: z.string(), pidNamespace: z.string(), host: z.string() },
});

export interface UnderWay {
  /** For the environment of the suite. */
  readonly variable: Readonly<Record<string, string>>;
  /** Writes down the group that it runs in, so that a later run finds it even if this one is killed. */
  started(group: number): void;
  ended(): void;
}

export async function underWay(file: string): Promise<UnderWay> {
  await makeFolder(dirname(file));
  const marker = randomUUID();
  return {
    variable: { [variable]: marker },
    started(group) {
      const harness = { pid: process.pid, startTicks: identify(process.pid)?.startTicks ?? null };
      const content: z.input<typeof saved> = {
        ...{ marker, group, harness, bootId: bootId(), pidNamespace: pidNamespace(), host: hostname() },
      };
      writeFileSync(file, `${JSON.stringify(content)}\n`);
    },
    ended() {
      rmSync(file, { force: true });
    },
  };
}

/**
 * Ends what a run of the suite left behind that was killed itself. Only what has its marker in its environment and is still in its group is ended.
 * @returns why what is found in the result files may be another run's; null: it is not
 */
export async function endEarlier(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const read = saved.safeParse(parsed(text));
  if (!read.success) return 'It is not known whether an earlier run of the suite has ended: its note cannot be read.';
  const { marker, group, harness, ...place } = read.data;
  // With its machine, or its container, it has ended.
  if (!seesProcessesOf(place)) return null;
  const { startTicks, pid } = harness;
  if (startTicks !== null && lives({ pid, startTicks }))
    return `Another run of this suite is under way (process ${pid}), so whose results these are is not known.`;
  // Without /proc it cannot be told whose group it is.
  if (startTicks === null)
    return 'An earlier run was killed, and whether its suite still runs cannot be found out here.';
  for (const untilMs = Date.now() + patienceMs; ; await sleep(20)) {
    const rest = membersOf(group, marker);
    if (rest.length === 0) return null;
    if (Date.now() > untilMs) return `An earlier run of the suite goes on (process ${rest[0]}) and cannot be ended.`;
    for (const one of rest) end(one);
  }
}

function membersOf(group: number, marker: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      if (pid === process.pid || identify(pid) === null) return false;
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const groupOf = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
        return groupOf === group && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${variable}=${marker}`);
      } catch {
        // Gone meanwhile, or another user's.
        return false;
      }
    });
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
