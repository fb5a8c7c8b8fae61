import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { browserEvents } from '../../domains/browsers/public.ts';
import { capacityEvents } from '../../domains/capacity/public.ts';
import { events as chaosEvents } from '../../domains/chaos/public.ts';
import { journeyEvents } from '../../domains/journeys/public.ts';
import { events as monitoringEvents } from '../../domains/monitoring/public.ts';
import { uatEvents } from '../../domains/uat/results/events.ts';
import { ShakedownError } from '../../model/error.ts';
import type { JournalData } from '../../model/event.ts';

/** A journal line holds one window of all routes at the most; longer ones are damage, and are not kept in memory. */
const lineCharactersAtMost = 8_000_000;

const number = z.number();
const count = z.number().min(0);
const text = z.string();
const figures = z.object({ p50: number.nullable(), p95: number.nullable(), p99: number.nullable() }).loose();

/** Checked by hand: a day's journal has half a million of each of these two. */
const packedRoute = z.custom<unknown>(
  (value) => Array.isArray(value) && value.length === 5 && Number.isSafeInteger(value[0]) && value.every(isCount),
);
function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

/** What the fold reads of each event; what it only passes on is not looked into. */
const schemas: Record<JournalData['type'], z.ZodType> = {
  'shakedown.run.started': z
    .object({
      runId: text,
      command: text,
      durationMs: count,
      candidate: z.object({ name: text, version: text, baselineVersion: text.nullable() }),
      environment: z.object({ name: text, targetUrl: text }),
      host: z.object({}).loose(),
      programs: z.array(z.unknown()),
    })
    .loose(),
  'shakedown.plan.ready': z.object({
    plan: z
      .object({
        routes: z.array(z.object({ method: text, route: text })),
        options: z.object({}).loose(),
        sessions: count,
        requests: count,
        leftOut: z.array(z.unknown()),
        scheduleSha256: text,
        averageRatePerSecond: count,
      })
      .loose(),
    recording: z.object({ name: text }).loose(),
  }),
  'shakedown.engine.started': z
    .object({ name: text, version: text, certifiable: z.boolean(), windowMs: number.positive(), virtualUsers: count })
    .loose(),
  'shakedown.load.started': z.object({ startedAt: text, fromMs: count.optional() }),
  'shakedown.load.checkpoint': z.object({
    fidelity: z.object({
      scales: z.array(z.object({ binMs: number, n: number, x: number, y: number, xx: number, yy: number, xy: number })),
      planned: z.array(number.nullable()),
      sent: z.array(number.nullable()),
      sessions: count,
      disordered: count,
      compared: count,
      matched: count,
      lateness: text,
    }),
  }),
  'shakedown.window.closed': z.object({
    window: z
      .object({
        index: z.int().min(0),
        startMs: count,
        durationMs: number.positive(),
        planned: count,
        completed: count,
        failed: count,
        failures: z.object({ seenMs: number, lastMs: number }).optional(),
        unsent: count,
        bytes: count,
        response: figures,
        service: figures,
        starved: count,
        generatorLatenessP99Ms: number,
        targetWaitP99Ms: number,
        generatorCpuCores: number.nullable(),
        void: text.nullable(),
        aside: text.optional(),
      })
      .loose(),
    routes: z.array(
      z.union([
        packedRoute,
        z.object({ route: z.int().min(0), completed: count, failed: count, bytes: count }).loose(),
      ]),
    ),
  }),
  'shakedown.error.seen': z
    .object({ kind: text, status: number, route: number, atMs: number, message: text, count: count.optional() })
    .loose(),
  'shakedown.errors.repeated': z.object({ errors: z.array(z.tuple([text, number, number, number, count])) }),
  'shakedown.health.checked': z.object({ atMs: number, up: z.boolean() }).loose(),
  ...monitoringEvents,
  ...capacityEvents,
  ...journeyEvents,
  ...chaosEvents,
  ...browserEvents,
  ...uatEvents,
  'shakedown.warning': z.object({ message: text }).loose(),
  'shakedown.load.ended': z.object({
    coveredMs: count,
    fidelity: z.object({ score: number.nullable(), sentRequests: count, statusParity: number.nullable() }).loose(),
    accounting: z.object({ planned: count, completed: count, failed: count, unsent: count }),
  }),
  'shakedown.run.interrupted': z.object({ reason: text }),
  'shakedown.run.ended': z.object({ endedAt: text }),
};

export type TimedData = JournalData & { time: string };

/**
 * Streams the known events of a journal. Types of later versions are passed over; a last line that a killed run left unfinished is
 * too; any other line that is not an event is counted through `onDamaged`.
 * @throws ShakedownError RUN_NOT_FOUND when the journal cannot be read
 */
export async function* readJournal(file: string, onDamaged: () => void): AsyncGenerator<TimedData> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 16 })) {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, lineCharactersAtMost);
      for (const line of lines) {
        const event = parse(line);
        if (event === 'damaged') onDamaged();
        else if (event !== null) yield event;
      }
    }
  } catch (cause) {
    throw new ShakedownError('RUN_NOT_FOUND', `The journal ${file} cannot be read: ${(cause as Error).message}.`, {
      hint: 'Name the folder of a run, one with a journal.ndjson in it.',
      cause,
    });
  }
  const last = parse(rest);
  if (last !== null && last !== 'damaged') yield last;
}

function parse(line: string): TimedData | 'damaged' | null {
  if (line.trim() === '') return null;
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return 'damaged';
  }
  if (typeof event !== 'object' || event === null) return 'damaged';
  const { type, data, time } = event as Record<string, unknown>;
  if (typeof type !== 'string') return 'damaged';
  if (!Object.hasOwn(schemas, type)) return null;
  const known = type as JournalData['type'];
  if (!schemas[known].safeParse(data).success) return 'damaged';
  return { type: known, data, time: typeof time === 'string' ? time : '' } as TimedData;
}
