import { setMaxListeners } from 'node:events';
import type { ResolvedConfig } from '../../../model/config.ts';
import { admitRecording, makePlan, type Plan, readManifest } from '../../traffic/public.ts';
import type { Second } from '../rehearsal.ts';
import type { Weights } from '../switch/traffic-switch.ts';
import { answeredBy, type Sent } from './request.ts';
import { playSession } from './session.ts';

/** Answers of one side within a second. */
interface Answers {
  requests: number;
  /** Of the replayed ones, ms. */
  times: number[];
  failed: number;
}

/** Longer than any rehearsal takes. */
const planMs = 3_600_000;

export interface WitnessSettings {
  config: ResolvedConfig;
  baseUrl: string;
  signal: AbortSignal;
  /** The run's clock. */
  now(): number;
}

/**
 * A client that replays the recording in an open loop, and counts what became of every request. It sends none again.
 * @throws ShakedownError TRAFFIC_NOT_ANONYMIZED, PLAN_…
 */
export async function planWitness({ config, baseUrl, signal }: Omit<WitnessSettings, 'now'>): Promise<Plan> {
  const folder = config.traffic.recording;
  const manifest = await readManifest(folder);
  admitRecording(manifest, config.traffic);
  const { hosts, headers, dropHeaders } = config.target;
  return makePlan({
    ...{ folder, manifest, signal },
    target: { baseUrl, hosts, headers: Object.fromEntries(headers), dropHeaders },
    ...{ rules: config.replay.extraction, data: config.replay.data, bodies: config.replay.bodies },
    login: config.replay.login,
    options: {
      ...config.load,
      mode: 'loop',
      durationMs: planMs,
      ratePerSecond: config.rehearsal.ratePerSecond,
      scale: 1,
      shape: { kind: 'flat', points: [] },
    },
  });
}

export class Witness {
  readonly #settings: WitnessSettings;
  readonly #stop = new AbortController();
  #playing: Promise<void> = Promise.resolve();
  readonly #seconds = new Map<number, Map<string, Answers>>();
  /** Everything that was sent and came to an end, in order of the ends. */
  readonly sent: Sent[] = [];
  /** Could not be sent, for want of a value that an answer should have given. */
  unsent = 0;

  constructor(settings: WitnessSettings) {
    this.#settings = settings;
  }

  /** Sessions begin; it goes on until `stop`. */
  start(plan: Plan): void {
    const { now } = this.#settings;
    const signal = AbortSignal.any([this.#settings.signal, this.#stop.signal]);
    // Every request that waits for its moment listens to it.
    setMaxListeners(0, signal);
    const zeroMs = now();
    const { summary } = plan;
    const under = new Set<Promise<void>>();
    this.#playing = (async () => {
      for await (const session of plan.sessions()) {
        const waitMs = zeroMs + session.startMs - now();
        if (waitMs > 0) await waited(waitMs, signal);
        if (signal.aborted) break;
        const play = playSession(session, {
          ...{ plan: summary, now, zeroMs, signal },
          onSent: (sent) => this.add(sent),
          onUnsent: () => {
            if (!signal.aborted) this.unsent++;
          },
        });
        under.add(play);
        void play.finally(() => under.delete(play));
      }
      await Promise.all(under);
    })();
  }

  /** No session goes on; resolves when what was under way has its answers. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#playing;
  }

  /** Takes a request into account that it did not send itself. */
  add(sent: Sent): void {
    this.sent.push(sent);
    const second = Math.floor(sent.endMs / 1000);
    const sides = this.#seconds.get(second) ?? new Map<string, Answers>();
    this.#seconds.set(second, sides);
    const side = answeredBy(sent);
    const counts = sides.get(side) ?? { requests: 0, times: [], failed: 0 };
    sides.set(side, counts);
    counts.requests++;
    if (sent.error !== null) counts.failed++;
    // What is slow on purpose says nothing of the version.
    if (sent.kind === 'replay') counts.times.push(sent.endMs - sent.dueMs);
  }

  /** The seconds that are over and were not taken yet, in order. */
  takeSeconds(weights: Weights): Second[] {
    const current = Math.floor(this.#settings.now() / 1000);
    const over = [...this.#seconds.keys()].filter((second) => second < current).sort((a, b) => a - b);
    return over.map((second) => {
      const sides = this.#seconds.get(second) ?? new Map<string, Answers>();
      this.#seconds.delete(second);
      return {
        startMs: second * 1000,
        weights: { ...weights },
        sides: Object.fromEntries(
          [...sides].map(([side, { requests, times, failed }]) => [
            side,
            { requests, failed, p50Ms: percentile(times, 50), p95Ms: percentile(times, 95) },
          ]),
        ),
      };
    });
  }
}

/** Nearest rank; null: there is none. */
function percentile(times: number[], p: number): number | null {
  if (times.length === 0) return null;
  const sorted = times.sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? 0;
  return Math.round(value * 100) / 100;
}

function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
