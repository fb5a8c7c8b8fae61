import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ShakedownError } from '../model/error.ts';
import { seededRandom } from './random.ts';
import { createDraws, sessionStarts } from './recording/arrivals.ts';
import { pickBehaviour } from './recording/behaviour.ts';
import { clientAddress, language, userAgent } from './recording/people.ts';
import { createVisitor, type RawRequest } from './recording/visitor.ts';

export interface RecordSampleOptions {
  /** A running sample system. */
  baseUrl: string;
  /** File to write: one request a line, as the NDJSON importer reads it. */
  out: string;
  /** Sessions start within this; the last ones end some seconds later. Default 3 minutes. */
  durationMs?: number;
  /** Default 2,300. */
  sessions?: number;
  /** Same seed, same users doing the same things at the same times; default 1. */
  seed?: number;
  /** Written in place of `baseUrl`; default `https://shop.example`. */
  origin?: string;
  signal?: AbortSignal;
}

export interface RecordedSample {
  sessions: number;
  requests: number;
  /** Sessions that ended early, as the shop did not answer. */
  broken: number;
}

/**
 * Drives the sample system with seeded users who browse, search, buy, sign in, use the app or crawl, arriving in bursts, and writes
 * down the requests and answers in order of time. Held in memory until the end: about 1 KB a request.
 * @throws ShakedownError SAMPLE_RECORD when every session failed; the signal's reason when aborted
 */
export async function recordSampleTraffic(options: RecordSampleOptions): Promise<RecordedSample> {
  const { baseUrl, out, durationMs = 180_000, sessions = 2300, seed = 1, signal } = options;
  const origin = options.origin ?? 'https://shop.example';
  const starts = sessionStarts(sessions, durationMs, createDraws(seededRandom(seed)));
  const zero = performance.now() + 200;
  const lines: RawRequest[] = [];
  let broken = 0;

  const session = async (index: number, startMs: number) => {
    await sleep(Math.max(0, zero + startMs - performance.now()), undefined, signal === undefined ? {} : { signal });
    const draws = createDraws(seededRandom(seed * 1_000_003 + index));
    const behaviour = pickBehaviour(draws);
    const visitor = createVisitor({
      baseUrl,
      origin,
      client: clientAddress(index),
      userAgent: userAgent(behaviour.kind, draws),
      language: language(draws),
      draws,
      signal,
    });
    try {
      await behaviour.run(visitor, index);
    } catch {
      signal?.throwIfAborted();
      broken++;
    } finally {
      visitor.close();
      for (const line of visitor.recorded) lines.push(line);
    }
  };
  await Promise.all(starts.map((startMs, index) => session(index, startMs)));
  if (broken === sessions) {
    throw new ShakedownError('SAMPLE_RECORD', `Nothing could be recorded at ${baseUrl}: it did not answer.`, {
      hint: 'Check that the sample system is running.',
    });
  }
  lines.sort((a, b) => a.time - b.time);
  await pipeline(
    Readable.from(lines).map((line: RawRequest) => `${JSON.stringify(line)}\n`),
    createWriteStream(out),
  );
  return { sessions, requests: lines.length, broken };
}
