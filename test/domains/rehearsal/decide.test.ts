import { describe, expect, it } from 'vitest';
import { decide, type SoFar } from '../../../src/domains/rehearsal/canary/decide.ts';
import type { Arm, Asked, MemoryPoint, Window } from '../../../src/domains/rehearsal/canary/evidence.ts';
import { Random } from '../../../src/domains/traffic/public.ts';

const asked: Asked = {
  kind: 'asked',
  ...{ steps: [5, 25, 50, 100], stepMs: 25_000, deadlineMs: 90_000, minimumRequests: 60 },
  ...{ slowdownPercent: 10, failedPoints: 0.1, memoryMbPerMinute: 60, windowMs: [800, 200, 200, 200] },
};

interface Version {
  /** Response time, as a multiple of what is usual. */
  times?: number;
  failed?: number;
  requests?: number;
}

function dice(seed: number) {
  const random = new Random(`decide ${seed}`);
  const uniform = () => (random.uint32() + 0.5) / 2 ** 32;
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

/** Windows of a step; each arm has noise of its own that resembles its neighbour by `phi`. */
function windowsOf(
  count: number,
  candidate: Version,
  { phi = 0, seed = 1, step = 1, control = {} as Version, share = 0.25 } = {},
): Window[] {
  const { uniform, normal } = dice(seed);
  const levels = { candidate: 0, control: 0 };
  const arm = (which: 'candidate' | 'control', { times = 1, failed = 0, requests = 5 }: Version): Arm => {
    levels[which] = phi * levels[which] + Math.sqrt(1 - phi ** 2) * normal() * 0.2;
    const failing = Array.from({ length: requests }, uniform).filter((one) => one < failed).length;
    const slow = Array.from({ length: requests }, uniform).filter((one) => one < 0.05).length;
    return { requests, failed: failing, slow, index: requests === 0 ? null : times * Math.exp(levels[which]) };
  };
  return Array.from({ length: count }, (_, i) => {
    const [one, other] = [arm('candidate', candidate), arm('control', control)];
    return { kind: 'window', step, startMs: 200 * i, candidate: one, control: other, all: Math.round(5 / share) };
  });
}

function at(windows: Window[], change: Partial<SoFar> = {}): ReturnType<typeof decide> {
  return decide({
    asked,
    step: 1,
    elapsedMs: 200 * windows.length,
    windows,
    earlier: [],
    memory: [],
    trouble: null,
    ...change,
  });
}

/** What a step comes to, looked at after each window. */
function stepOf(windows: Window[]): ReturnType<typeof decide> {
  for (let count = 1; count <= windows.length; count++) {
    const found = at(windows.slice(0, count));
    if (found.decision !== 'wait' && found.decision !== 'hold') return found;
  }
  return at(windows);
}

describe('a step of a canary release', () => {
  it('goes on when nothing speaks against the candidate, and says what was seen', () => {
    expect(at(windowsOf(60, {}))).toEqual({ decision: 'wait', reason: '' });
    const { decision, reason } = at(windowsOf(126, {}));
    expect(decision).toBe('promote');
    expect(reason).toMatch(
      /^Nothing speaks against the candidate at 25 %: response time [+−]?\d+ % \([+−]?\d+ to [+−]?\d+ %\), 0 of 630 requests failed, 0 of 630 on the control\.$/,
    );
  });

  it.each([
    ['slower by half', { times: 1.5 }, /^The candidate is \d+ % slower than the control \(99\.\d+ % interval/],
    ['many times slower', { times: 20 }, /^The candidate is 1\d\d\d % slower than the control \(99\.\d+ % interval/],
    [
      'failing three in a hundred',
      { failed: 0.03 },
      /of the requests failed on the candidate, and 0\.00 % on the control/,
    ],
    ['failing always', { failed: 1 }, /^\d+ of \d+ requests failed on the candidate, and 0 on the control\.$/],
  ])('is rolled back for a candidate that is %s', (_, version, reason) => {
    const found = stepOf(windowsOf(230, version));
    expect(found.decision).toBe('rollback');
    expect(found.reason).toMatch(reason);
  });

  it('is rolled back for memory that grows, and for an instance that ended', () => {
    const memory = (perPoint: number): MemoryPoint[] =>
      Array.from({ length: 15 }, (_, i) => ({
        kind: 'memory',
        step: 1,
        atMs: 1000 * i,
        controlMb: 90 + (i % 3),
        candidateMb: 90 + perPoint * i,
      }));
    expect(at(windowsOf(20, {}), { memory: memory(4) }).reason).toMatch(
      /^The candidate's memory grows by 2\d\d MB a minute more/,
    );
    expect(at(windowsOf(20, {}), { memory: memory(0.1) }).decision).toBe('wait');
    const all = { step: 3, windows: [] };
    const points = (grown: (i: number) => number): MemoryPoint[] =>
      Array.from({ length: 22 }, (_, i) => {
        const candidateMb = 90 + (i % 3) + grown(i);
        return { kind: 'memory', step: 3, atMs: 1000 * i, controlMb: 90, candidateMb };
      });
    // At 100 % the control has no requests, so its heap does not fill up further, and that of a good candidate does.
    expect(at([], { ...all, memory: points((i) => 8 * i) }).reason).toMatch(
      /^The candidate's memory grows by \d+ MB a minute and does not level off/,
    );
    expect(at([], { ...all, memory: points((i) => 150 * -Math.expm1(-i / 6)) }).decision).toBe('wait');
    expect(at(windowsOf(3, {}), { trouble: 'green-1 of v2 ended.' })).toEqual({
      decision: 'rollback',
      reason: 'green-1 of v2 ended.',
    });
  });

  it.each([
    ['no traffic at all', windowsOf(130, { requests: 0 }), 'The candidate answered 0 requests at 25 %; 60 are needed.'],
    [
      'no control',
      windowsOf(130, {}, { control: { requests: 0 } }),
      'The control answered 0 requests at 25 %; 30 are needed to compare with.',
    ],
    [
      'a share that is not what was set',
      windowsOf(130, {}, { share: 0.9 }),
      'The switch was set to 25 %, and the clients got 83.3 % from the candidate.',
    ],
    [
      'traffic that vanishes in the middle',
      [...windowsOf(100, {}), ...windowsOf(30, { requests: 0 })],
      'No request reached the candidate in the last 5 s.',
    ],
  ])('is held, then rolled back, and never promoted with %s', (_, windows, reason) => {
    expect(at(windows)).toEqual({ decision: 'hold', reason });
    expect(at(windows, { elapsedMs: 90_000 })).toEqual({
      decision: 'rollback',
      reason: `${reason} The time for this step, 90 s, is over.`,
    });
  });

  it('says of a step that went on whether it showed that the candidate is as fast', () => {
    const few = windowsOf(31, { requests: 3 }, { step: 0, share: 0.05, phi: 0.5 }).map((window) => ({
      ...window,
      all: 60,
    }));
    const { decision, reason } = at(few, { step: 0, elapsedMs: 26_000 });
    expect(decision).toBe('promote');
    expect(reason).toMatch(
      /^Nothing speaks against the candidate at 5 %, but too little was seen at this step to tell whether it is slower by more than 10 %: response time/,
    );
  });

  it('shows the interval that decides, and when it is decided', () => {
    const held = Array.from({ length: 40 }, (_, seed) =>
      at(windowsOf(130, { times: 1.2 }, { phi: 0.5, seed }), { elapsedMs: 26_000 }),
    ).filter(({ decision }) => decision === 'hold');
    expect(held.length).toBeGreaterThan(0);
    for (const { reason } of held)
      expect(reason).toMatch(
        /\(99\.2 % interval [+−]?\d+ to [+−]?\d+ %, allowed 10 %\)\. That is not decided yet: the next look is at 140 windows, and there are 130\.$/,
      );
  });

  it('at 100 % has nothing to compare with at the same time, and is held against the control of the steps before', () => {
    const last = { step: 3, earlier: windowsOf(100, {}) };
    const without = { control: { requests: 0 }, step: 3, share: 1 };
    expect(at(windowsOf(126, {}, without), last)).toMatchObject({ decision: 'promote' });
    expect(at(windowsOf(113, { failed: 0.05 }, without), last)).toMatchObject({ decision: 'rollback' });
  });
});

describe('the chance of being wrong', () => {
  it.each([0, 0.5, 0.9])(
    'an identical version is rolled back in few of many steps, where neighbours resemble each other by %s',
    (phi) => {
      let wrong = 0;
      for (let seed = 0; seed < 150; seed++) {
        if (stepOf(windowsOf(126, {}, { phi, seed })).decision === 'rollback') wrong++;
      }
      // At most 5 % of whole rollouts, so less of a step.
      expect(wrong).toBeLessThanOrEqual(3);
    },
  );

  it('a pause of a second of one instance is no slow version', () => {
    const windows = windowsOf(126, {}).map((window, i) =>
      i < 60 || i >= 65 || window.candidate.index === null
        ? window
        : { ...window, candidate: { ...window.candidate, index: 6 * window.candidate.index } },
    );
    expect(stepOf(windows).decision).toBe('promote');
  });

  it('a version that is slower by half is seen within 26 s in nearly all of them', () => {
    let seen = 0;
    for (let seed = 0; seed < 60; seed++)
      if (stepOf(windowsOf(130, { times: 1.5 }, { seed })).decision === 'rollback') seen++;
    expect(seen).toBeGreaterThanOrEqual(54);
  });
});
