import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalData } from '../../src/model/event.ts';
import { experiment } from '../domains/chaos/made.ts';
import { shopMemory } from '../domains/monitoring/shop-memory.ts';
import { type MadeRun, watched } from '../run/results/run-folder.ts';

/** One way to be fooled, and an honest run that looks much like it. */
export interface Deceit {
  what: string;
  /** The run, and what is done to its folder afterwards. */
  made: MadeRun;
  tamper?: (folder: string) => void;
  verdict: 'fail' | 'inconclusive';
  /** The first reason, as the headline has it. */
  because: RegExp;
  /** Absent: the same run left alone. */
  control?: MadeRun;
}

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** Five minutes of it are all that is asked for. */
const shortConfig = { objectives: { 'stable-time': { target: 0.08 }, throughput: { target: 500 } } };
export const short: MadeRun = {
  windows: 60,
  windowMs: 5 * second,
  rate: 1200,
  samples: 60,
  routes: ['GET /', 'GET /products'],
  config: shortConfig,
};
export const shortMs = 5 * minute;

/** A day within all targets. */
export const day: MadeRun = {
  windows: 400,
  windowMs: 216 * second,
  rate: 1200,
  samples: 20,
  routes: ['GET /'],
};
export const dayMs = 24 * hour;

export function configured(more: object): MadeRun['config'] {
  return { ...shortConfig, ...more };
}

/** Health checks of a run: written down at every change and once a minute. */
export function checks(
  lengthMs: number,
  isUp: (atMs: number) => boolean,
  everyMs = second,
): NonNullable<MadeRun['health']> {
  const found: NonNullable<MadeRun['health']> = [];
  let last: { up: boolean; atMs: number } | null = null;
  for (let atMs = 0; atMs < lengthMs; atMs += everyMs) {
    const up = isUp(atMs);
    if (last !== null && last.up === up && atMs - last.atMs < minute) continue;
    last = { up, atMs };
    found.push({ atMs, up, detail: up ? 'status 200' : 'status 503' });
  }
  return found;
}

export function alert(fromMs: number, toMs: number | null, severity: string | null, name = 'ShopDown'): JournalData[] {
  const change = (atMs: number, state: 'firing' | 'resolved'): JournalData => ({
    type: 'shakedown.alert.changed',
    data: { atMs, name, state, severity, detail: '' },
  });
  return [change(fromMs, 'firing'), ...(toMs === null ? [] : [change(toMs, 'resolved')])];
}

/** A source that could be read, once a minute. */
export function readable(source: string, lengthMs: number, ok: (atMs: number) => boolean = () => true): JournalData[] {
  return Array.from({ length: Math.ceil(lengthMs / minute) }, (_, i) => ({
    type: 'shakedown.watch.checked',
    data: { atMs: i * minute, source, ok: ok(i * minute) },
  }));
}

export function errorLines(lengthMs: number, linesAt: (atMs: number) => number): JournalData[] {
  return Array.from({ length: Math.ceil(lengthMs / minute) }, (_, i) => i * minute).flatMap((atMs): JournalData[] => {
    const count = Math.round(linesAt(atMs));
    if (count === 0) return [];
    return [{ type: 'shakedown.log.errors', data: { atMs, source: 'shop', count, example: 'FATAL: no connection' } }];
  });
}

export function processes(
  ...changes: [atMs: number, name: string, state: 'gone' | 'back' | 'restarted'][]
): JournalData[] {
  return changes.map(([atMs, name, state]) => ({ type: 'shakedown.process.changed', data: { atMs, name, state } }));
}

export function downtime(fromMs: number, toMs: number): JournalData {
  return { type: 'shakedown.downtime.planned', data: { fromMs, toMs, reason: 'upgrade' } };
}

/** An experiment that kills an instance at a time. */
export function kill(fromMs: number, toMs: number): JournalData[] {
  return experiment('An instance dies', [
    { id: 'f1', fault: 'process-kill', title: 'Kill', component: 'shop-2', fromMs, toMs },
  ]) as JournalData[];
}

export const three = ['shop-1', 'shop-2', 'shop-3'];

export function figures(
  lengthMs: number,
  valueAt: (id: string, share: number) => number | null,
  instances: readonly string[] = three,
): JournalData[] {
  return watched(instances, lengthMs, valueAt);
}

export const usual = (id: string) => (id.endsWith('memory') ? 200 : 1.5);

/** One series of memory in MB, over a run. */
export function memory(lengthMs: number, megabytesAt: (hours: number, i: number) => number): JournalData[] {
  const mb = 1024 * 1024;
  const metric = shopMemory({ limit: 8192 * mb });
  const everyMs = lengthMs / 480;
  return [
    { type: 'shakedown.metrics.described', data: { metrics: [metric] } },
    ...Array.from({ length: 480 }, (_, i): JournalData => {
      const values = { [metric.id]: megabytesAt((i * everyMs) / hour, i) * mb };
      return { type: 'shakedown.metrics.sampled', data: { atMs: i * everyMs, values } };
    }),
  ];
}

/** Changes a file of a run, line by line; a line may become none or several. */
export function edit(path: string, change: (line: string, index: number) => string | string[] | null) {
  return (folder: string): void => {
    const file = join(folder, path);
    const lines = readFileSync(file, 'latin1').trimEnd().split('\n');
    const changed = lines.flatMap((line, index) => change(line, index) ?? []);
    writeFileSync(file, `${changed.join('\n')}\n`, 'latin1');
  };
}

export const isWindow = (line: string) => line.includes('"shakedown.window.closed"');
