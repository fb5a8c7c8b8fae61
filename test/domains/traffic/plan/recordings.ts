import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePlan, type Plan, type PlanInput } from '../../../../src/domains/traffic/plan/plan.ts';
import { Random } from '../../../../src/domains/traffic/plan/random.ts';
import { createRecordingWriter } from '../../../../src/domains/traffic/recording.ts';
import type { PlannedSession, PlanOptions } from '../../../../src/model/plan.ts';
import type { RecordedRequest, RecordedSession } from '../../../../src/model/traffic.ts';

export type PlanTestInput = Partial<Omit<PlanInput, 'options'>> & { options?: Partial<PlanOptions> };

export const target = { baseUrl: 'http://127.0.0.1:8080', hosts: {}, headers: {} };

export function request(
  offsetMs: number,
  method: string,
  path: string,
  rest: Partial<RecordedRequest> = {},
): RecordedRequest {
  return { offsetMs, method, origin: '', path, route: path.split('?', 1)[0] ?? path, status: 200, ...rest };
}

export async function recording(
  sessions: RecordedSession[],
  durationMs: number,
): Promise<Pick<PlanInput, 'folder' | 'manifest'>> {
  const folder = join(await mkdtemp(join(tmpdir(), 'shakedown-plan-')), 'recording');
  const writer = await createRecordingWriter(folder);
  for (const session of sessions) await writer.write(session);
  const manifest = await writer.close({
    name: 'test',
    startedAt: null,
    durationMs,
    timeResolutionMs: 1,
    hasResponses: sessions.some(({ requests }) => requests.some(({ response }) => response !== undefined)),
    sources: [],
    routes: [],
    notReplayable: [],
    privacy: { state: 'raw' },
  });
  return { folder, manifest };
}

/** Sessions of 1 to 9 requests; starts come in bursts of 1 to 12 within 30 ms, and twice as many in the second half. */
export function burstySessions(durationMs: number, seed = 'bursty'): RecordedSession[] {
  const random = new Random(seed);
  const uniform = () => random.uint32() / 2 ** 32;
  const sessions: RecordedSession[] = [];
  for (let at = 0; ; ) {
    at += -Math.log(1 - uniform()) * (at < durationMs / 2 ? 400 : 200);
    if (at + 30 >= durationMs) break;
    for (let left = 1 + Math.floor(uniform() * 12); left > 0; left--) {
      let offsetMs = 0;
      const requests = Array.from({ length: 1 + Math.floor(uniform() * 9) }, (_, i) => {
        if (i > 0) offsetMs = Math.round((offsetMs + uniform() * 800) * 1000) / 1000;
        return request(offsetMs, 'GET', `/page/${i}`, { durationMs: 20 });
      });
      const startMs = Math.round((at + uniform() * 30) * 1000) / 1000;
      sessions.push({ id: `s${sessions.length}`, startMs, requests });
    }
  }
  return sessions.sort((a, b) => a.startMs - b.startMs).map((session, i) => ({ ...session, id: `s${i}` }));
}

export function plan(source: Pick<PlanInput, 'folder' | 'manifest'>, input: PlanTestInput = {}): Promise<Plan> {
  return makePlan({
    ...source,
    target,
    ...input,
    options: {
      mode: 'recorded',
      durationMs: 3_600_000,
      scale: 1,
      speed: 1,
      shape: { kind: 'flat', points: [] },
      seed: 1,
      writes: 'safe',
      ...input.options,
    },
  });
}

export async function sessionsOf({ sessions }: Plan): Promise<PlannedSession[]> {
  const all: PlannedSession[] = [];
  for await (const session of sessions()) all.push(session);
  return all;
}

/** Index of dispersion: variance over mean of counts in windows. */
export function dispersion(timesMs: readonly number[], windowMs: number, fromMs: number, toMs: number): number {
  const counts = new Float64Array(Math.floor((toMs - fromMs) / windowMs));
  for (const time of timesMs) {
    const window = Math.floor((time - fromMs) / windowMs);
    if (window >= 0 && window < counts.length) counts[window] = (counts[window] ?? 0) + 1;
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
  return variance / mean;
}
