import { expect, it } from 'vitest';
import { verdictOf } from '../../../src/domains/part.ts';
import type { Evidence, Move, Speed } from '../../../src/domains/rehearsal/blue-green/evidence.ts';
import { judge } from '../../../src/domains/rehearsal/blue-green/judge.ts';
import { duration } from '../../../src/report-kit/format.ts';

const inFlight = { 'slow GET': 24, 'slow upload': 24, POST: 24, 'idle keep-alive': 24 };
const move = (purpose: Move['purpose'], change: Partial<Move> = {}): Move => ({
  ...{
    kind: 'move',
    purpose,
    atMs: 0,
    setMs: 12,
    stragglersMs: 3,
    stragglers: 1,
    after: 600,
    achieved: 600,
    onOld: 0,
    tied: 0,
  },
  ...(purpose === 'switch' ? { from: 'blue', to: 'green' } : { from: 'green', to: 'blue' }),
  ...{ inFlight, drainMs: 1900, drainLeft: 0, kept: [2, 2] as [number, number] },
  ...change,
});
const up: Extract<Evidence, { kind: 'up' }> = {
  ...{ kind: 'up', version: 'v2', side: 'green', tookMs: 4000, error: null, same: false, difference: 'digests' },
};
const pace = (level: number, length = 30) => Array.from({ length }, (_, i) => level * (1 + 0.1 * Math.sin(i * 2.4)));
const speed = (change: Partial<Speed> = {}): Speed => ({
  ...{
    kind: 'speed',
    slowdownPercent: 100,
    before: pace(1),
    after: pace(1.1),
    back: pace(1),
    leftOut: 0,
    idleTimes: 1,
  },
  requests: { before: 120, after: 120 },
  ...change,
});
const asked: Extract<Evidence, { kind: 'asked' }> = {
  ...{ kind: 'asked', switches: 1, inFlight: 24, rollbackMs: 5000, failedPercent: 0, notTried: [] },
  tried: Object.keys(inFlight),
};
const baseline: Evidence = { kind: 'baseline', requests: 500, failed: 0, example: '' };
const requests: Extract<Evidence, { kind: 'requests' }> = {
  ...{ kind: 'requests', sent: 1800, failed: 0, atSwitch: 1800, atInstances: 1800, lost: 0, unaccounted: 0 },
  ...{ repeated: 0, duplicated: 0, unsent: 0, examples: [] },
};
const good: Evidence[] = [up, asked, baseline, move('switch'), speed(), move('rollback'), requests];

function judged(evidence: readonly Evidence[]) {
  const { checks } = judge(evidence.map((data) => ({ atMs: 0, data })));
  return {
    verdict: verdictOf(checks),
    bad: checks
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`),
  };
}

/** The good evidence with one piece in another's place. */
function but(...changed: Evidence[]): Evidence[] {
  const isSame = (a: Evidence, b: Evidence) =>
    a.kind === b.kind && (a.kind !== 'move' || b.kind !== 'move' || a.purpose === b.purpose);
  return good.map((each) => changed.find((one) => isSame(one, each)) ?? each);
}

it('passes where every question has an answer', () => {
  expect(judged(good)).toEqual({ verdict: 'pass', bad: [] });
});

it('is inconclusive where the candidate was slow on a machine that was slow', () => {
  const reason = 'It took 3 times as long, and so did the side without traffic.';
  expect(judged([...good, { kind: 'unclear', reason }])).toEqual({
    verdict: 'inconclusive',
    bad: [`candidate inconclusive: ${reason}`],
  });
});

it('says of a switch that moves connections which requests stayed on old ones', () => {
  const { checks } = judge(but(move('switch', { onOld: 24 })).map((data) => ({ atMs: 0, data })));
  expect(checks.find(({ id }) => id === 'moved')).toMatchObject({
    verdict: 'pass',
    reason: expect.stringContaining('24 on connections that were open before went to the old side, the last after'),
  });
});

it.each<[string, Evidence[], string, string]>([
  [
    'clients that a cookie ties stay on the old side',
    but(move('switch', { tied: 24, inFlight: { ...inFlight, 'cookie session': 24 } })),
    'fail',
    'drained fail: 24 of 24 clients with a cookie of the switch were still sent to blue: it is never free of them.',
  ],
  [
    'the candidate does not come up',
    [{ ...up, error: 'v2 did not come up: it ended.' }],
    'fail',
    'up fail: v2 did not come up: it ended.',
  ],
  [
    'a request fails',
    but({ ...requests, failed: 3, examples: [{ id: '1', label: 'GET /', what: 'status 502' }] }),
    'fail',
    'failed fail: 3 of 1,800 requests failed, such as GET /: status 502.',
  ],
  [
    'a request is lost',
    but({ ...requests, lost: 1 }),
    'fail',
    'lost fail: 1 of 1,800 requests were lost before an instance saw them.',
  ],
  [
    'a write is sent again',
    but({ ...requests, repeated: 2, duplicated: 1 }),
    'fail',
    'repeated fail: 2 of 1,800 requests were sent again by the switch, 1 of them writes.',
  ],
  [
    'notes are not whole',
    but({ ...requests, unaccounted: 9 }),
    'inconclusive',
    'accounted inconclusive: 9 answered requests are not in the notes of the switch or of the instances, and 0 could not be sent.',
  ],
  [
    'nothing was under way',
    but(move('switch', { inFlight: { ...inFlight, POST: 3 } })),
    'inconclusive',
    'in-flight inconclusive: Fewer than 20 were under way: 3 of kind POST at the move to green. A switch that loses none of them shows nothing.',
  ],
  [
    'the switch does nothing',
    but(move('switch', { achieved: 0 })),
    'fail',
    'moved fail: After the move to green it answered 0 of 600 requests, though the switch said that it had all traffic.',
  ],
  [
    'nobody used it',
    but(move('switch', { after: 4, achieved: 4 })),
    'inconclusive',
    'moved inconclusive: Only 4 requests were sent after the move to green; 50 are needed.',
  ],
  [
    'the old side is stuck',
    but(move('switch', { drainMs: null, drainLeft: 7 })),
    'fail',
    'drained fail: 7 requests were still under way on blue when its time was over.',
  ],
  [
    'the switch does not say what is under way',
    but(move('switch', { drainMs: null, drainLeft: null })),
    'inconclusive',
    'drained inconclusive: The switch does not say what is under way.',
  ],
  [
    'the old side is gone',
    but(move('switch', { kept: [0, 2] })),
    'fail',
    'kept fail: Only 0 of 2 instances of blue were healthy when the traffic could have gone back.',
  ],
  [
    'the way back is slow',
    but(move('rollback', { stragglersMs: 9000 })),
    'fail',
    `rollback fail: It took ${duration(9012)}; ${duration(5000)} are allowed.`,
  ],
  [
    'it was not taken back',
    good.filter((each) => each.kind !== 'move' || each.purpose === 'switch'),
    'inconclusive',
    'rollback inconclusive: 0 of 1 moves were taken back.',
  ],
  [
    'traffic failed before',
    but({ ...baseline, failed: 5, example: 'GET /: status 500' }),
    'inconclusive',
    'baseline inconclusive: 5 of 500 requests failed before anything was moved (GET /: status 500), so later failures cannot be put down to the moves.',
  ],
  [
    'a version takes its own place',
    but({ ...up, same: true }),
    'inconclusive',
    'same inconclusive: Both are made of the same, so this shows nothing of the release.',
  ],
  [
    'a version takes the place of one of the same name',
    but({ ...up, difference: 'name' }),
    'inconclusive',
    'same inconclusive: Both are the same version, so this shows nothing of the release.',
  ],
  [
    'nobody recorded how the versions differ',
    but({ ...up, difference: null }),
    'inconclusive',
    'same inconclusive: How they differ was not recorded, so this shows nothing of the release.',
  ],
  [
    'nobody recorded how fast it was',
    good.filter(({ kind }) => kind !== 'speed'),
    'inconclusive',
    'speed inconclusive: How fast it answers was not recorded, so this shows nothing of it.',
  ],
  [
    'nothing but idle connections was tried',
    but({
      ...{ ...asked, tried: ['idle keep-alive'] },
      notTried: [{ kind: 'POST', why: 'rehearsal.kinds.post is not set' }],
    }),
    'inconclusive',
    'in-flight inconclusive: Only connections that were idle were open, so what a move does to requests that take long is not known. Not tried: POST (rehearsal.kinds.post is not set).',
  ],
  [
    'the candidate was turned around',
    [...good, { kind: 'trigger', reason: 'green-1 of v2 ended.', decidedMs: 200 }],
    'fail',
    'candidate fail: green-1 of v2 ended. The traffic went back at once.',
  ],
  [
    'it was cut off at its beginning',
    [up],
    'inconclusive',
    'baseline inconclusive: No load was seen before the first move.',
  ],
])('%s', (_, evidence, verdict, reason) => {
  const found = judged(evidence);
  expect(found.verdict).toBe(verdict);
  expect(found.bad).toContain(reason);
});

it('names the kinds that were not tried beside those that were, in the check and on the terminal', () => {
  const notTried = [{ kind: 'WebSocket', why: 'rehearsal.kinds.webSocket is not set' }];
  const { checks, figures } = judge(but({ ...asked, notTried }).map((data) => ({ atMs: 0, data })));
  expect(checks.find(({ id }) => id === 'in-flight')).toMatchObject({
    verdict: 'pass',
    title: 'Requests of every kind that is tried are under way at each move',
    reason: expect.stringMatching(
      /^At least 24 of each .* Not tried: WebSocket \(rehearsal.kinds.webSocket is not set\)\.$/,
    ),
  });
  expect(figures).toContainEqual({ name: 'Not under way at a move', value: 'WebSocket' });
});

it.each<[string, Partial<Speed>, string, RegExp]>([
  [
    'as fast',
    {},
    'pass',
    /^It took 1\.1 times as long as the version before \(95 % interval 1\.\d to 1\.\d, allowed 2\.0\)/,
  ],
  ['15 times as slow', { after: pace(15) }, 'fail', /^It took 15 times as long .*\(95 % interval 1\d to 1\d, allowed/],
  ['slow as the machine is', { after: pace(15), idleTimes: 4 }, 'inconclusive', /the machine was busy with something/],
  ['slow as the other was later', { after: pace(15), back: pace(15) }, 'inconclusive', /was slow, too, when it had/],
  ['slow, and cut off', { after: pace(15), back: [] }, 'inconclusive', /was not seen long enough when it had/],
  ['slow at first', { after: [...pace(15, 16), ...pace(1, 14)] }, 'inconclusive', /cold|Too few requests to say/],
  [
    'near the limit',
    { after: pace(2) },
    'inconclusive',
    /Too few requests to say whether that is more than is allowed/,
  ],
  ['hardly asked', { after: pace(1, 9) }, 'inconclusive', /^Too few requests to say: 120 requests of it/],
  ['asked other routes', { leftOut: 500 }, 'inconclusive', /Most of its requests could not be compared\.$/],
])('says of a candidate that is %s whether it is as fast as the version before', (_, change, verdict, reason) => {
  const { checks } = judge(but(speed(change)).map((data) => ({ atMs: 0, data })));
  expect(checks.find(({ id }) => id === 'speed')).toMatchObject({
    ...{ title: 'It answers about as fast as the version before', verdict },
    reason: expect.stringMatching(reason),
  });
});
