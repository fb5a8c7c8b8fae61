import { beforeAll, describe, expect, it } from 'vitest';
import type { Plan, PlanInput } from '../../../../src/domains/traffic/plan/plan.ts';
import type { PlannedSession } from '../../../../src/model/plan.ts';
import type { RecordedSession } from '../../../../src/model/traffic.ts';
import { burstySessions, dispersion, plan, recording, request, sessionsOf } from './recordings.ts';

const minute = 60_000;
const sourceMs = 4 * minute;
let recorded: RecordedSession[];
let source: Pick<PlanInput, 'folder' | 'manifest'>;
let recordedRate: number;

beforeAll(async () => {
  recorded = burstySessions(sourceMs);
  source = await recording(recorded, sourceMs);
  recordedRate = source.manifest.requests / (sourceMs / 1000);
});

function dueTimes(sessions: PlannedSession[]): number[] {
  const due: number[] = [];
  for (const { startMs, requests } of sessions) for (const { dueMs } of requests) due.push(startMs + dueMs);
  return due;
}
/** Whole, and quicker to compare than the sessions. */
const textOf = async (made: Plan) => JSON.stringify(await sessionsOf(made));
const leftOut = (summary: { leftOut: { requests: number }[] }) =>
  summary.leftOut.reduce((sum, { requests }) => sum + requests, 0);

describe('recorded', () => {
  it('plans every session as it was', async () => {
    const made = await plan(source);
    const sessions = await sessionsOf(made);
    const lines = sessions.map(({ recordedSession, startMs, requests }) =>
      JSON.stringify([recordedSession, startMs, ...requests.flatMap(({ dueMs, path }) => [dueMs, path])]),
    );
    const expected = recorded.map(({ id, startMs, requests }) =>
      JSON.stringify([id, startMs, ...requests.flatMap(({ offsetMs, path }) => [offsetMs, path])]),
    );
    expect(lines.join('\n')).toBe(expected.join('\n'));
    expect(made.summary).toMatchObject({ sessions: recorded.length, requests: source.manifest.requests, leftOut: [] });
  });

  it('gives the same from disk when the recording is too large for memory', async () => {
    for (const scale of [1, 2.5]) {
      const inMemory = await plan(source, { options: { scale } });
      const fromDisk = await plan(source, { options: { scale }, templateBytes: 1000 });
      expect(fromDisk.summary).toEqual(inMemory.summary);
      expect(await textOf(fromDisk)).toBe(await textOf(inMemory));
    }
  });

  it('accounts for every request at any scale and length', async () => {
    for (const options of [
      { scale: 0.3 },
      { scale: 1 },
      { scale: 2.5 },
      { durationMs: 2 * minute },
      { durationMs: 90_000, scale: 3.2 },
    ]) {
      const { summary } = await plan(source, { options });
      const copies = Math.ceil(options.scale ?? 1);
      expect(summary.requests + leftOut(summary), JSON.stringify(options)).toBe(source.manifest.requests * copies);
    }
  });

  it('does not lay copies on the same instant', async () => {
    const starts = (await sessionsOf(await plan(source, { options: { scale: 3 } }))).map(({ startMs }) => startMs);
    const single = recorded.map(({ startMs }) => startMs);
    expect(starts.length).toBe(3 * single.length);
    expect(new Set(starts).size).toBeGreaterThan(2.9 * new Set(single).size);
    expect(dispersion(starts, 10, 0, sourceMs)).toBeLessThan(1.3 * dispersion(single, 10, 0, sourceMs));
  });

  it('compresses starts and think times alike', async () => {
    const sessions = await sessionsOf(await plan(source, { options: { speed: 2 } }));
    const last = recorded.length - 1;
    expect(sessions[last]?.startMs).toBeCloseTo((recorded[last]?.startMs ?? 0) / 2, 2);
    expect(sessions[last]?.requests.at(-1)?.dueMs).toBeCloseTo((recorded[last]?.requests.at(-1)?.offsetMs ?? 0) / 2, 2);
  });

  it('ends sessions that go on too long after the end', async () => {
    const long = [
      { id: 'long', startMs: 0, requests: [0, 9_000, 10_500, 600_000].map((at) => request(at, 'GET', '/')) },
    ];
    const made = await plan(await recording(long, 600_000), { options: { durationMs: 10_000 } });
    expect((await sessionsOf(made))[0]?.requests.map(({ dueMs }) => dueMs)).toEqual([0, 9_000, 10_500]);
    expect(made.summary).toMatchObject({
      requests: 3,
      leftOut: [{ reason: 'after the end', requests: 1 }],
      lastDueMs: 10_500,
    });
  });
});

describe('seed', () => {
  it('gives the same plan again, and another one for another seed', async () => {
    const options = { mode: 'bootstrap', durationMs: minute, ratePerSecond: 400 } as const;
    const one = await plan(source, { options });
    const same = await plan(source, { options });
    const other = await plan(source, { options: { ...options, seed: 2 } });
    expect(same.summary).toEqual(one.summary);
    expect(await textOf(same)).toBe(await textOf(one));
    expect(await textOf(one)).toBe(await textOf(one));
    expect(other.summary.scheduleSha256).not.toBe(one.summary.scheduleSha256);
    expect(other.summary.nonce).not.toBe(one.summary.nonce);
  });

  it('shows in the digest what is sent, not only when', async () => {
    const changed = recorded.map((session, i) =>
      i > 0 ? session : { ...session, requests: session.requests.map((each) => ({ ...each, path: '/other' })) },
    );
    const one = await plan(source, { options: { seed: 1 } });
    const other = await plan(await recording(changed, sourceMs), { options: { seed: 1 } });
    expect(other.summary.scheduleSha256).not.toBe(one.summary.scheduleSha256);
  });
});

describe('rate', () => {
  it.each([
    ['bootstrap', 1_200, minute],
    ['bootstrap', 5, 10 * minute],
    ['loop', 1_200, minute],
    ['loop', 50, 12 * minute],
    ['recorded', 100, 60 * minute],
    ['recorded', 10, 3 * minute],
  ] as const)('%s reaches %d/s within 1 %%', async (mode, ratePerSecond, durationMs) => {
    const made = await plan(source, { options: { mode, ratePerSecond, durationMs } });
    const runMs = mode === 'recorded' ? Math.min(durationMs, sourceMs) : durationMs;
    const due = dueTimes(await sessionsOf(made)).filter((time) => time < runMs).length;
    expect(due / (runMs / 1000) / ratePerSecond).toBeCloseTo(1, 2);
    expect(made.summary.averageRatePerSecond).toBeCloseTo(due / (runMs / 1000), 6);
  });

  it('holds under a shape, and when templates are a sample', async () => {
    const shape = { kind: 'day', points: [] } as const;
    for (const templateBytes of [1e9, 200_000]) {
      const options = {
        mode: 'bootstrap',
        ratePerSecond: 700,
        durationMs: 2 * minute,
        shape: { ...shape, points: [] },
      } as const;
      const { summary } = await plan(source, {
        templateBytes,
        options: { ...options, shape: { kind: 'day', points: [] } },
      });
      expect(summary.averageRatePerSecond / 700).toBeCloseTo(1, 2);
    }
  });

  it('counts what it says', async () => {
    const made = await plan(source, { options: { mode: 'bootstrap', ratePerSecond: 300, durationMs: minute } });
    const sessions = await sessionsOf(made);
    const due = dueTimes(sessions);
    const perSecond = new Map<number, number>();
    for (const time of due) perSecond.set(Math.floor(time / 1000), (perSecond.get(Math.floor(time / 1000)) ?? 0) + 1);
    expect(made.summary).toMatchObject({
      sessions: sessions.length,
      requests: due.length,
      peakRatePerSecond: Math.max(...perSecond.values()),
      lastDueMs: Math.max(...due),
    });
    const ends = sessions.map(({ startMs, requests }) => startMs + (requests.at(-1)?.dueMs ?? 0) + 20);
    const underWay = sessions.map(({ startMs }, i) => ends.slice(0, i + 1).filter((end) => end > startMs).length);
    expect(made.summary.peakSessions).toBe(Math.max(...underWay));
    expect(sessions.every(({ index, startMs }, i) => index === i && startMs >= (sessions[i - 1]?.startMs ?? 0))).toBe(
      true,
    );
  });
});

describe('loop', () => {
  it.each([1.7, 3])(
    'keeps the rate that a scale of %d promises, though a run begins and ends within sessions',
    async (scale) => {
      const durationMs = sourceMs / 8;
      const made = await plan(source, { options: { mode: 'loop', durationMs, scale } });
      const due = dueTimes(await sessionsOf(made)).filter((at) => at < durationMs);
      const { requests, ratePerSecond } = made.summary.recorded ?? { requests: 0, ratePerSecond: 0 };
      expect(requests).toBeGreaterThan(0);
      expect((due.length * 1000) / durationMs / (scale * ratePerSecond)).toBeCloseTo(1, 1);
      expect(made.summary.averageRatePerSecond / (scale * ratePerSecond)).toBeGreaterThan(0.97);
      expect(made.summary.averageRatePerSecond / (scale * ratePerSecond)).toBeLessThan(1.03);
    },
  );

  it('plays the recording again and again', async () => {
    const made = await plan(source, { options: { mode: 'loop', durationMs: 3 * sourceMs } });
    const sessions = await sessionsOf(made);
    expect(sessions.length).toBe(3 * recorded.length);
    const again = sessions[2 * recorded.length + 7];
    expect(again?.recordedSession).toBe(recorded[7]?.id);
    expect(again?.startMs).toBeCloseTo(2 * sourceMs + (recorded[7]?.startMs ?? 0), 3);
  });

  it('gives the same from disk', async () => {
    // With another scale the rate is met to one session in memory only.
    const options = { mode: 'loop', durationMs: 2.4 * sourceMs } as const;
    const inMemory = await plan(source, { options });
    const fromDisk = await plan(source, { options, templateBytes: 1000 });
    expect(fromDisk.summary).toEqual(inMemory.summary);
    expect(await textOf(fromDisk)).toBe(await textOf(inMemory));
  });
});

describe('bootstrap', () => {
  it.each([1, 4, 12])('keeps the burstiness of session starts and requests at %d times the rate', async (factor) => {
    const durationMs = 20 * minute;
    const options = { mode: 'bootstrap', durationMs, ratePerSecond: recordedRate * factor } as const;
    const sessions = await sessionsOf(await plan(source, { options }));
    const starts = sessions.map(({ startMs }) => startMs);
    const due = dueTimes(sessions);
    const recordedStarts = recorded.map(({ startMs }) => startMs);
    const recordedDue = recorded.flatMap(({ startMs, requests }) => requests.map(({ offsetMs }) => startMs + offsetMs));
    for (const windowMs of [10, 100, 1_000]) {
      const ofStarts = dispersion(starts, windowMs, 0, durationMs) / dispersion(recordedStarts, windowMs, 0, sourceMs);
      expect(ofStarts, `starts, ${windowMs} ms`).toBeGreaterThan(0.8);
      expect(ofStarts, `starts, ${windowMs} ms`).toBeLessThan(1.25);
      const ofDue = dispersion(due, windowMs, minute, durationMs) / dispersion(recordedDue, windowMs, 10_000, sourceMs);
      expect(ofDue, `requests, ${windowMs} ms`).toBeGreaterThan(0.8);
      expect(ofDue, `requests, ${windowMs} ms`).toBeLessThan(1.25);
    }
    // Not so with Poisson arrivals: there it is 1 at every window.
    expect(dispersion(starts, 100, 0, durationMs)).toBeGreaterThan(2.5);
  });

  it('draws from all of the recording', async () => {
    const options = { mode: 'bootstrap', durationMs: 20 * minute, ratePerSecond: recordedRate * 5 } as const;
    const sessions = await sessionsOf(await plan(source, { options }));
    const used = new Set(sessions.map(({ recordedSession }) => recordedSession));
    expect(used.size).toBeGreaterThan(0.95 * recorded.length);
  });

  it('makes much of a recording of one request', async () => {
    const one = await recording([{ id: 'one', startMs: 0, requests: [request(0, 'GET', '/')] }], 0);
    const { summary } = await plan(one, { options: { mode: 'bootstrap', durationMs: 30_000, ratePerSecond: 1_000 } });
    expect(summary.averageRatePerSecond / 1_000).toBeCloseTo(1, 2);
  });
});

describe('shape', () => {
  it.each([
    [{ kind: 'ramp', points: [] }, [0.1, 1.9]],
    [
      {
        kind: 'points',
        points: [
          [0, 1],
          [0.5, 1],
          [0.5, 3],
          [1, 3],
        ],
      },
      [0.5, 0.5, 1.5, 1.5],
    ],
    [
      {
        kind: 'points',
        points: [
          [0, 0],
          [0.5, 2],
          [1, 0],
        ],
      },
      [0, 2, 0],
    ],
  ] as const)('%j', async (shape, nodes) => {
    const durationMs = 10 * minute;
    const shaped = { kind: shape.kind, points: shape.points.map(([at, factor]): [number, number] => [at, factor]) };
    const options = { mode: 'bootstrap', durationMs, ratePerSecond: 1_000, shape: shaped } as const;
    const due = dueTimes(await sessionsOf(await plan(source, { options })));
    const steps = 20;
    for (let step = 0; step < steps; step++) {
      const position = ((step + 0.5) / steps) * (nodes.length - 1);
      const low = nodes[Math.floor(position)] ?? 0;
      const high = nodes[Math.floor(position) + 1] ?? 0;
      // The step in the second shape lies between two nodes.
      const stepped = shape.points.length === 4;
      const expected = stepped
        ? step < steps / 2
          ? 0.5
          : 1.5
        : low + (high - low) * (position - Math.floor(position));
      const from = (step / steps) * durationMs;
      const count = due.filter((time) => time >= from && time < from + durationMs / steps).length;
      const factor = count / ((1_000 * durationMs) / 1000 / steps);
      expect(Math.abs(factor - expected), `step ${step}: ${factor} for ${expected}`).toBeLessThan(
        0.15 + 0.1 * expected,
      );
    }
  });
});

describe('refusals', () => {
  it.each([
    [{ durationMs: 0 }, 'PLAN_OPTIONS'],
    [{ scale: Number.NaN }, 'PLAN_OPTIONS'],
    [{ speed: -1 }, 'PLAN_OPTIONS'],
    [{ ratePerSecond: 0 }, 'PLAN_OPTIONS'],
    [
      {
        shape: {
          kind: 'points',
          points: [
            [0, 0],
            [1, 0],
          ],
        },
      },
      'PLAN_OPTIONS',
    ],
    [
      {
        shape: {
          kind: 'points',
          points: [
            [0.5, 1],
            [0.2, 1],
          ],
        },
      },
      'PLAN_OPTIONS',
    ],
  ])('%j is %s', async (options, code) => {
    await expect(plan(source, { options: options as object })).rejects.toMatchObject({ code });
  });

  it('refuses an empty recording, and one with nothing that may be sent', async () => {
    await expect(plan(await recording([], 1000))).rejects.toMatchObject({ code: 'PLAN_EMPTY' });
    const posts = await recording([{ id: 'a', startMs: 0, requests: [request(0, 'POST', '/orders')] }], 1000);
    await expect(plan(posts)).rejects.toThrow('unsafe method (1)');
  });

  it('stops when told to', async () => {
    await expect(plan(source, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});
