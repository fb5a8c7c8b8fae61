import { setTimeout as sleep } from 'node:timers/promises';
import { why } from '../asking/ask.ts';
import type { LogStore } from '../configuration/logs.ts';
import type { LogBackend, Span } from './backend/backend.ts';
import { linesSince, placesOf } from './backend/files.ts';
import { openBackend } from './backend/open.ts';
import { type Compared, compare, conflictOf } from './compare.ts';
import type { Evidence, Marker } from './evidence.ts';
import { byInstance, fieldsOf, requestsIn } from './fields.ts';
import { fieldOf, type Line, parseLine } from './line.ts';
import { personalIn } from './personal.ts';
import { newBatch, type Planted, plant, plantCanary } from './plant.ts';

const lookEveryMs = 250;
/** Clocks of machines that are kept in time differ by less. */
const clockMs = 2000;

/** What failed requests are counted with beside the logs. */
export interface Counters {
  /** `Prometheus`, `the instances’ own metrics`. */
  of: string;
  within: number;
  /** Fields of lines that tell of requests. */
  only: Readonly<Record<string, string>>;
  read(): Promise<{ requests: number; errors: number }>;
}

export interface Looking {
  store: LogStore;
  /** Where requests go when the store names no URL. */
  urls: readonly string[];
  counters: Counters | null;
  /** The store is what the application itself writes, so there is no way that a line could be lost on. */
  isSource?: boolean;
  signal: AbortSignal;
  record(evidence: Evidence): void;
  phase(text: string): void;
}

/** Looks at one store: writes markers, finds them, counts lines, and reads them. It records what it saw. */
export async function lookAt(looking: Looking): Promise<void> {
  const { store, signal, record, phase, counters } = looking;
  const backend = openBackend(store);
  const about = await backend.about().then(
    (known) => ({ about: known, error: null }),
    (cause: unknown) => ({ about: null, error: why(cause) }),
  );
  const withinMs = store.withinS * 1000;
  record({
    kind: 'store',
    store: store.name,
    type: store.kind,
    ...about,
    withinMs,
    unasked: looking.isSource === true ? [] : unaskedOf(looking),
  });
  if (about.error !== null) return;
  const begins = placesOf(store.written);
  const droppedBefore = await backend.dropped().catch(() => null);
  const before = await read(counters);
  const fromMs = Date.now();
  phase(`${store.name}: writing lines and looking for them`);
  const batch = newBatch();
  const planted = await plant({ store, backend, urls: looking.urls, signal }, batch);
  const canary = newBatch();
  const sent = store.marker.by === 'request' && (await plantCanary(urlsOf(looking), canary, signal));
  const found = await findAll(backend, batch, planted, withinMs, signal);
  const markers = planted.map((one) => asFound(one, found.at.get(one.id), store));
  record({
    ...{ kind: 'markers', store: store.name, by: store.marker.by, everyMs: lookEveryMs, error: found.error, markers },
    header: store.marker.by === 'request' ? store.marker.header : '',
  });
  const after = await read(counters);
  const span = spanOf(markers, fromMs, Date.now());
  // Lines of the last moment are still on their way.
  await sleep(settleMsOf(markers, withinMs), undefined, { signal });
  await countWritten(looking, backend, begins, span);
  await readLines(looking, backend, { span, canary: sent ? canary : null, before, after });
  const droppedAfter = await backend.dropped().catch(() => null);
  const rise = riseOf(droppedBefore, droppedAfter);
  record({ kind: 'dropped', store: store.name, rise });
}

const settleMsOf = (markers: readonly Marker[], withinMs: number) =>
  Math.min(withinMs, 300 + 2 * Math.max(0, ...markers.map(({ delayMs }) => delayMs ?? 0)));

const urlsOf = ({ store, urls }: Looking) =>
  store.marker.by === 'request' && store.marker.urls.length > 0 ? store.marker.urls : urls;

function unaskedOf({ store, counters }: Looking): string[] {
  const byRequest = store.marker.by === 'request';
  return [
    ...(store.written.length === 0 ? ['whether every line arrives: `written` names no file of the application'] : []),
    ...(byRequest || store.shapes.length === 0
      ? ['lines of other shapes: `shapes` is empty, or markers are written by request']
      : []),
    ...(byRequest || store.lateS.length === 0
      ? ['lines that are late: `lateS` is empty, or markers are written by request']
      : []),
    ...(store.instances.length === 0 ? ['whether each instance’s lines arrive: `instances` names none'] : []),
    ...(counters === null ? ['whether the error rate is that of metrics: `errorRate` is not configured'] : []),
  ];
}

interface At {
  line: Line;
  /** Epoch ms at which it was first seen. */
  seenMs: number;
}

async function findAll(
  backend: LogBackend,
  batch: string,
  planted: readonly Planted[],
  withinMs: number,
  signal: AbortSignal,
): Promise<{ at: Map<string, At>; error: string | null }> {
  const at = new Map<string, At>();
  const wanted = planted.filter(({ error, refused }) => error === null && refused === null);
  const until = Math.max(Date.now(), ...wanted.map(({ atMs }) => atMs)) + withinMs;
  let error: string | null = null;
  while (at.size < wanted.length) {
    try {
      const lines = await backend.find(batch);
      const seenMs = Date.now();
      error = null;
      for (const line of lines) {
        for (const [id] of line.text.matchAll(new RegExp(`${batch}\\d+`, 'g'))) {
          if (!at.has(id)) at.set(id, { line, seenMs });
        }
      }
    } catch (cause) {
      error = why(cause);
    }
    if (at.size >= wanted.length || Date.now() >= until) break;
    await sleep(lookEveryMs, undefined, { signal });
  }
  return { at, error };
}

function asFound({ kind, of, error, refused, atMs, timeMs }: Planted, at: At | undefined, store: LogStore): Marker {
  const lineMs = at?.line.atMs ?? null;
  return {
    ...{ kind, of, error, refused },
    delayMs: at === undefined ? null : Math.max(0, at.seenMs - atMs),
    offMs: lineMs === null ? null : lineMs - (timeMs ?? atMs),
    instance: at === undefined ? '' : String(fieldOf(at.line, 'instance', store.fields) ?? ''),
  };
}

/** By the clock of those who write lines, which may be another. */
function spanOf(markers: readonly Marker[], fromMs: number, toMs: number): Span {
  const offs = markers.flatMap(({ kind, offMs }) => (kind === 'plain' && offMs !== null ? [offMs] : []));
  const middle = offs.sort((a, b) => a - b)[Math.floor(offs.length / 2)] ?? 0;
  const off = Math.abs(middle) > clockMs ? middle : 0;
  return { fromMs: fromMs + off, toMs: toMs + off };
}

/** Holds what the application wrote to its own files meanwhile against what is found, and looks again until all is there or the time is over. */
async function countWritten(
  { store, signal, record, phase }: Looking,
  backend: LogBackend,
  begins: ReturnType<typeof placesOf>,
  span: Span,
): Promise<void> {
  if (store.written.length === 0) return;
  phase(`${store.name}: counting lines`);
  const base = { kind: 'counted', store: store.name, files: store.written.length } as const;
  try {
    const written: Line[] = [];
    for (const [file, begin] of begins) {
      written.push(...linesSince(file, begin).map((text) => parseLine(text, store.fields)));
    }
    const times = written.flatMap(({ atMs }) => (atMs === null ? [] : [atMs]));
    const wide = {
      fromMs: times.reduce((least, one) => Math.min(least, one), span.fromMs) - clockMs,
      toMs: times.reduce((most, one) => Math.max(most, one), span.toMs) + clockMs,
    };
    const until = Date.now() + store.withinS * 1000;
    let compared: Compared;
    for (;;) {
      const { lines, total } = await backend.lines(wide);
      compared = compare(written, lines, total, store.fields);
      if (compared.missingCount === 0 || Date.now() >= until) break;
      await sleep(2 * lookEveryMs, undefined, { signal });
    }
    const types = await backend.types().catch(() => null);
    const causes = new Map<string, number>();
    for (const line of compared.missing ?? []) {
      const cause = types === null ? null : conflictOf(line, types);
      if (cause !== null) causes.set(cause, (causes.get(cause) ?? 0) + 1);
    }
    record({
      ...{ ...base, written: written.length, missing: compared.missingCount, error: null },
      ...{ duplicates: compared.duplicates, by: compared.by },
      causes: [...causes].map(([cause, lines]) => ({ cause, lines })),
    });
  } catch (cause) {
    signal.throwIfAborted();
    record({ ...base, written: 0, missing: 0, duplicates: 0, by: 'content', causes: [], error: why(cause) });
  }
}

interface Reading {
  span: Span;
  canary: string | null;
  before: CounterReading;
  after: CounterReading;
}

async function readLines(looking: Looking, backend: LogBackend, reading: Reading): Promise<void> {
  const { store, record, counters } = looking;
  const { span, canary, before, after } = reading;
  const name = store.name;
  try {
    const { lines, total } = await backend.lines(span);
    const seen = fieldsOf(lines, store.required, store.fields);
    record({
      ...{ kind: 'lines', store: name, looked: lines.length, total, ...seen, error: null },
      ...{ instances: byInstance(lines, store.fields), expected: store.instances },
      personal: personalIn(lines, store.personalData, store.fields),
      canaries: canary === null ? null : (await backend.find(canary)).length,
    });
    if (counters === null) return;
    const { of, within, only } = counters;
    const isWhole = total !== null && total <= lines.length;
    record({
      ...{ kind: 'rate', store: name, of, within },
      logs: isWhole ? requestsIn(lines, store.fields, only) : null,
      metrics: before.is === null || after.is === null ? null : differenceOf(before.is, after.is),
      error: before.error ?? after.error ?? (isWhole ? null : `only ${lines.length} lines of that time were read`),
    });
  } catch (cause) {
    looking.signal.throwIfAborted();
    record({
      ...{ kind: 'lines', store: name, looked: 0, total: null, instances: {}, expected: store.instances },
      ...{ missing: [], levels: {}, unknownLevels: [], personal: [], canaries: null, error: why(cause) },
    });
  }
}

interface CounterReading {
  is: { requests: number; errors: number } | null;
  error: string | null;
}

async function read(counters: Counters | null): Promise<CounterReading> {
  if (counters === null) return { is: null, error: null };
  return counters.read().then(
    (is) => ({ is, error: null }),
    (cause: unknown) => ({ is: null, error: why(cause) }),
  );
}

const differenceOf = (before: { requests: number; errors: number }, after: { requests: number; errors: number }) => ({
  requests: after.requests - before.requests,
  errors: after.errors - before.errors,
});

function riseOf(before: Record<string, number> | null, after: Record<string, number> | null) {
  if (before === null || after === null) return null;
  const rises = Object.entries(after).map(([reason, lines]) => ({ reason, lines: lines - (before[reason] ?? 0) }));
  return rises.filter(({ lines }) => lines > 0);
}
