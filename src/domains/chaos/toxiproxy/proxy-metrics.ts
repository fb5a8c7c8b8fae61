import { setTimeout as sleep } from 'node:timers/promises';
import { ownBytesTo } from './own-ports.ts';

const answerMs = 2_000;
/** Between two readings while nothing is asked, ms. */
const everyMs = 15_000;
/** As long as a closed connection stays in the kernel's list (TIME_WAIT), ms. */
const recentMs = 60_000;
const mostFailures = 3;
/** Longest that a reading waits for connections of our own to be counted, ms; and between two tries. */
const settleMs = 2_000;
const tryMs = 50;

/** Which proxy of which Toxiproxy, and where it listens (host:port). */
export interface MeteredLink {
  toxiproxyUrl: string;
  proxy: string;
  listen: string;
}

/** What Toxiproxy counted of a proxy at one moment. */
interface Reading {
  atMs: number;
  /** What clients sent, on connections that have ended. */
  bytes: number;
  /** What connections of our own that were closed by then had sent. */
  ownClosed: number;
  /** It has a figure of this proxy: without `-proxy-metrics` there never is one. */
  isCounted: boolean;
}

/** A proxy's readings of the last minute. */
interface Meter {
  /** Resolves when the first reading was had, or failed. */
  begun: Promise<void>;
  readings: Reading[];
  timer: NodeJS.Timeout;
}

const meters = new Map<string, Meter>();

/**
 * Begins to read Toxiproxy's metrics of a proxy (https://github.com/Shopify/toxiproxy/blob/main/METRICS.md); what was counted before is forgotten. It ends by
 * itself where Toxiproxy has none, or is gone.
 */
export function beginMeter(link: MeteredLink): Meter {
  const key = keyOf(link);
  clearInterval(meters.get(key)?.timer);
  let failures = 0;
  const readings: Reading[] = [];
  const read = async () => {
    const reading = await readingOf(link);
    failures = reading === null ? failures + 1 : 0;
    if (reading !== null) readings.push(reading);
    while ((readings[0]?.atMs ?? Number.POSITIVE_INFINITY) < performance.now() - recentMs) readings.shift();
    if (failures === mostFailures) clearInterval(meter.timer);
  };
  const meter: Meter = { readings, timer: setInterval(read, everyMs).unref(), begun: Promise.resolve() };
  meter.begun = read();
  meters.set(key, meter);
  return meter;
}

/** What others sent over a link. */
export interface OthersBytes {
  /** Whether others sent something on connections that have ended since; null: Toxiproxy does not say. */
  areThere(): Promise<boolean | null>;
}

/**
 * @param cutsOff what ended in the last minute before counts as well
 * @returns null: this Toxiproxy has no metrics
 */
export async function watchOthersBytes(link: MeteredLink, cutsOff: boolean): Promise<OthersBytes | null> {
  const meter = meters.get(keyOf(link)) ?? beginMeter(link);
  await meter.begun;
  const first = meter.readings[0];
  const now = await settledReading(link, first);
  if (now === null) return null;
  const recent = meter.readings.find(({ atMs }) => atMs >= now.atMs - recentMs);
  const base = cutsOff ? (recent ?? now) : now;
  return {
    async areThere() {
      const reading = await readingOf(link);
      if (reading === null || !reading.isCounted) return null;
      // Toxiproxy counts a connection when it ends. All that we sent is taken off, so that chance can only hide others.
      return reading.bytes - base.bytes > ownBytesTo(portOf(link)).all - base.ownClosed;
    },
  };
}

/** What we measured by and closed is counted a moment later; until then it would be taken for that of others. */
async function settledReading(link: MeteredLink, first: Reading | undefined): Promise<Reading | null> {
  const untilMs = performance.now() + settleMs;
  for (;;) {
    const reading = await readingOf(link);
    if (reading === null || first === undefined) return reading;
    const isCounted = reading.bytes - first.bytes >= reading.ownClosed - first.ownClosed;
    if (isCounted || performance.now() >= untilMs) return reading;
    await sleep(tryMs);
  }
}

/** null: Toxiproxy does not answer, or has no metrics at all. */
async function readingOf(link: MeteredLink): Promise<Reading | null> {
  // Before it is asked: what is closed meanwhile may not be counted yet.
  const { closed: ownClosed } = ownBytesTo(portOf(link));
  const atMs = performance.now();
  try {
    const answer = await fetch(`${link.toxiproxyUrl}/metrics`, {
      signal: AbortSignal.timeout(answerMs),
      redirect: 'error',
    });
    const text = await answer.text();
    return answer.ok ? { atMs, ownClosed, ...receivedBytes(text, link.proxy) } : null;
  } catch {
    return null;
  }
}

/** @param text in Prometheus' exposition format */
export function receivedBytes(text: string, proxy: string): Pick<Reading, 'bytes' | 'isCounted'> {
  const labels = [`direction="upstream"`, `proxy="${escaped(proxy)}"`];
  const figures = text.split('\n').flatMap((line) => {
    const [, within = '', figure = ''] = /^toxiproxy_proxy_received_bytes_total\{(.*)\} (\S+)$/.exec(line) ?? [];
    return labels.every((label) => `,${within},`.includes(`,${label},`)) ? [Number(figure)] : [];
  });
  return { bytes: figures.reduce((sum, one) => sum + one, 0), isCounted: figures.length > 0 };
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function keyOf({ toxiproxyUrl, proxy }: MeteredLink): string {
  return `${toxiproxyUrl} ${proxy}`;
}

function portOf({ listen }: MeteredLink): number {
  return Number(listen.slice(listen.lastIndexOf(':') + 1));
}
