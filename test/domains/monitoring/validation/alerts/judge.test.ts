import { describe, expect, it } from 'vitest';
import { type Evidence, evidence as schema } from '../../../../../src/domains/monitoring/validation/alerts/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/alerts/judge.ts';

const second = 1000;
const runbook_url = 'https://runbooks.shop.example/down';
const keys = { 'on-call': 'a'.repeat(64), chat: 'b'.repeat(64) };

function alertNamed(name: string, forS = 30) {
  const about = { group: 'g', expression: 'up == 0', forS, intervalS: 1, annotations: { runbook_url } };
  return { name, ...about, labels: { severity: 'critical' } };
}

function setOf(more: object = {}) {
  return {
    ...{ kind: 'set', programs: [], scrapeIntervalS: 15, evaluationIntervalS: 15, provedIntervalS: 1 },
    ...{ externalLabels: {}, alerts: [alertNamed('Down')], changes: [], notStoodIn: [], noFault: [] },
    routes: [{ path: 'route', receiver: 'chat' }],
    ...more,
  };
}

function state(alert: string, of: string, atS: number, fault = 'hang') {
  const activeAtEpochMs = of === 'inactive' ? null : atS * second;
  return {
    kind: 'state',
    fault,
    alert,
    labels: {},
    annotations: {},
    state: of,
    atEpochMs: atS * second,
    activeAtEpochMs,
  };
}

function message(receiver: 'on-call' | 'chat', status: string, atS: number, more: object = {}) {
  const isPage = receiver === 'on-call';
  return {
    ...{ kind: 'message', fault: 'hang', receiver, integration: isPage ? 'pagerduty' : 'slack', index: 0, status },
    ...{ key: isPage ? keys['on-call'] : null, severity: isPage ? 'critical' : null, noValue: false, text: 'Down' },
    ...{ alerts: [{ name: 'Down', runbook: true }], faults: [], fields: [], answer: '200', taken: true },
    ...{ atEpochMs: atS * second },
    ...more,
  };
}

function routed(more: object = {}) {
  const to = (receiver: 'on-call' | 'chat', kind: string) => ({
    ...{ path: `route.${receiver}`, receiver, groupWaitS: 5, groupIntervalS: 30, muteTimes: [] },
    ...{ dedupKey: keys[receiver], integrations: [{ kind, index: 0, sendResolved: true }] },
  });
  const routes = [to('on-call', 'pagerduty'), to('chat', 'slack')];
  return {
    kind: 'routed',
    fault: 'hang',
    alert: 'Down',
    routes,
    receivers: ['on-call', 'chat'],
    inhibitedBy: null,
    ...more,
  };
}

function fault(id: string, more: object = {}) {
  const about = { title: 'An instance hangs', means: 'live', raises: ['Down'], mayRaise: [], breaks: [] };
  return { kind: 'fault', fault: id, ...about, atEpochMs: 100 * second, ...more };
}

const calm = [
  fault('none', { title: 'Nothing is wrong', means: 'none', raises: [], atEpochMs: 50 * second }),
  { kind: 'ended', fault: 'none', error: null, atEpochMs: 90 * second },
];

/** Everything as it should be: by moment. */
const good = [
  setOf(),
  ...calm,
  state('Down', 'inactive', 99),
  fault('hang'),
  state('Down', 'pending', 102),
  state('Down', 'firing', 133),
  routed(),
  message('on-call', 'firing', 138),
  message('chat', 'firing', 138),
  { kind: 'healed', fault: 'hang', atEpochMs: 140 * second },
  state('Down', 'inactive', 143),
  message('on-call', 'resolved', 168),
  message('chat', 'resolved', 168),
  { kind: 'ended', fault: 'hang', error: null, atEpochMs: 169 * second },
];

function judged(all: readonly object[], ended = true) {
  const data = all.map((one): Evidence => schema.parse(one));
  const { checks } = judge(
    data.map((one) => ({ atMs: 0, data: one })),
    ended,
  );
  return (id: string) => {
    const found = checks.find((one) => one.id === id);
    return `${found?.verdict}: ${found?.reason}`;
  };
}

type Piece = { kind: string; receiver?: string; status?: string; state?: string; atEpochMs: number };
const without = (drop: (one: Piece) => boolean) => good.filter((one) => !drop(one as Piece));
const changed = (which: (one: Piece) => boolean, more: object) =>
  good.map((one) => (which(one as Piece) ? { ...one, ...more } : one));
const isMessage = (receiver: string, status: string) => (one: Piece) =>
  one.kind === 'message' && one.receiver === receiver && one.status === status;

describe('the proof of an alert', () => {
  it('passes where everything was seen', () => {
    const said = judged(good);
    expect(said('alert-Down')).toMatch(/^pass: .*on-call \(pagerduty\), chat \(slack\)/);
    expect(said('bound')).toMatch(/^pass/);
    expect(said('for-nothing')).toMatch(/^pass/);
  });

  it('fails where a page came to the wrong receiver instead of the right one', () => {
    const said = judged(changed(isMessage('on-call', 'firing'), { receiver: 'sales', integration: 'slack' }));
    expect(said('alert-Down')).toMatch(/^fail: Sales was told of it.*on-call \(pagerduty\) did not get it/);
  });

  it('fails where a page came to the wrong receiver as well', () => {
    expect(judged([...good, message('chat', 'firing', 139, { receiver: 'sales' })])('alert-Down')).toMatch(
      /^fail: Sales/,
    );
  });

  it('accuses no receiver of a message that speaks of another alert too', () => {
    const both = [
      { name: 'Down', runbook: true },
      { name: 'Slow', runbook: true },
    ];
    const said = judged([...good, message('chat', 'firing', 139, { receiver: 'sales', alerts: both })]);
    expect(said('alert-Down')).toMatch(/^pass/);
  });

  it('fails where the end was not received', () => {
    expect(judged(without(isMessage('chat', 'resolved')))('alert-Down')).toBe(
      'fail: Chat (slack) was not told of its end.',
    );
  });

  it('takes no end that came while the alert was still true', () => {
    const said = judged(changed(isMessage('chat', 'resolved'), { atEpochMs: 136 * second }));
    expect(said('alert-Down')).toMatch(/^fail: .*not told of its end/);
  });

  it('fails where a receiver refused it', () => {
    const said = judged(changed(isMessage('chat', 'firing'), { taken: false, answer: '404' }));
    expect(said('alert-Down')).toBe('fail: Chat (slack) did not take it (404).');
  });

  it('asks nothing of a receiver that the fault breaks, and something of the others', () => {
    const broken = (one: Piece) => one.kind === 'fault' && (one as { fault?: string }).fault === 'hang';
    const refused = changed(isMessage('chat', 'firing'), { taken: false, answer: '404' })
      .filter((one) => !isMessage('chat', 'resolved')(one as Piece))
      .map((one) => (broken(one as Piece) ? { ...one, breaks: ['chat'] } : one));
    expect(judged(refused)('alert-Down')).toMatch(/^pass/);
    const nobody = refused.map((one) => (broken(one as Piece) ? { ...one, breaks: ['chat', 'on-call'] } : one));
    const silent = nobody.filter((one) => (one as Piece).kind !== 'message');
    expect(judged(silent)('alert-Down')).toMatch(/^inconclusive/);
  });

  it('fails where the first message is late, and where one receiver is', () => {
    const all = changed((one) => one.kind === 'message' && one.status === 'firing', { atEpochMs: 160 * second });
    expect(judged(all)('bound')).toMatch(/^fail: Late: Down after/);
    const one = judged(changed(isMessage('chat', 'firing'), { atEpochMs: 150 * second }));
    expect(one('bound')).toBe('fail: Late: Down at chat (slack) 17.0 s after it fired, bound 10 s.');
  });

  it('fails where the severity or the key is not right', () => {
    expect(judged(changed(isMessage('on-call', 'firing'), { severity: 'error' }))('alert-Down')).toMatch(
      /^fail: .*severity/,
    );
    expect(judged(changed(isMessage('on-call', 'resolved'), { key: 'other' }))('alert-Down')).toMatch(/^fail: .*key/);
  });

  it('fails where it did not fire', () => {
    const quiet = without(
      ({ kind, state: of }) => kind === 'message' || kind === 'routed' || of === 'pending' || of === 'firing',
    );
    expect(judged(quiet)('alert-Down')).toMatch(/^fail: It did not fire/);
  });

  it('is inconclusive where it ended by itself after scrapes had failed, and fails where none had', () => {
    const ended = without(({ kind }) => kind === 'message').concat(state('Down', 'inactive', 136));
    expect(judged(ended)('alert-Down')).toMatch(/^fail: .*did not get it/);
    const failed = { shop: 2 };
    const unscraped = { kind: 'unscraped', fault: 'hang', alert: 'Down', failed, atEpochMs: 136 * second };
    expect(judged([...ended, unscraped])('alert-Down')).toMatch(
      /^inconclusive: .*scrapes had failed \(2 of job shop\)/,
    );
    expect(judged([...good, unscraped])('alert-Down')).toMatch(/^pass/);
  });

  it('accuses nobody of what was not said just after the clock was moved on', () => {
    const unsaid = without(({ kind, status }) => kind === 'message' && status === 'resolved');
    expect(judged(unsaid)('alert-Down')).toMatch(/^fail: .*not told of its end/);
    const end = (good as Piece[]).find(
      ({ kind, state: of, atEpochMs }) => of === 'inactive' && kind === 'state' && atEpochMs > 110 * second,
    );
    const jump = (beforeS: number) => ({
      ...{ kind: 'jump', fault: 'hang', byS: 600, downS: 5, why: 'to shortly before its end' },
      atEpochMs: (end?.atEpochMs ?? 0) - beforeS * second,
    });
    expect(judged([...unsaid, jump(8)])('alert-Down')).toMatch(/^inconclusive: .*just after the clock was moved on/);
    expect(judged([...unsaid, jump(20)])('alert-Down')).toMatch(/^fail/);
    expect(judged([...good, jump(8)])('alert-Down')).toMatch(/^pass/);
  });

  it('accuses nobody of the time that a for took that began anew', () => {
    const jump = { kind: 'jump', fault: 'hang', byS: 600, downS: 5, atEpochMs: 110 * second, why: 'to shortly before' };
    expect(judged([...good, jump])('bound')).toMatch(/^fail: Late: Down/);
    expect(judged([...good, { ...jump, lost: ['Down'] }])('bound')).toMatch(/^inconclusive: Not seen.*began anew/);
  });

  it('counts a for from when it was true for good', () => {
    const flickers = [state('Down', 'pending', 101), state('Down', 'inactive', 101.5)];
    const later = good.flatMap((one) => {
      const { kind, state: of } = one as Piece;
      return kind === 'state' && of === 'pending' ? [...flickers, state('Down', 'pending', 102)] : [one];
    });
    expect(judged(later)('bound')).toMatch(/^pass/);
    // Another instance that is pending later is no beginning of what fired.
    const other = { ...state('Down', 'pending', 130), labels: { instance: 'b' } };
    const slow = good.map((one) => ((one as Piece).state === 'firing' ? { ...one, atEpochMs: 200_000 } : one));
    expect(judged([...slow.slice(0, 6), other, ...slow.slice(6)])('bound')).toMatch(/^fail|^inconclusive/);
  });

  it('asks no receiver that the fault breaks to be in time', () => {
    const late = changed(isMessage('chat', 'firing'), { atEpochMs: 150 * second });
    const broken = late.map((one) =>
      (one as { kind: string; raises?: string[] }).kind === 'fault' && (one as { fault?: string }).fault === 'hang'
        ? { ...one, breaks: ['chat'] }
        : one,
    );
    expect(judged(late)('bound')).toMatch(/^fail/);
    expect(judged(broken)('bound')).toMatch(/^pass/);
  });

  it('is inconclusive where it was active before, or did not end, or was cut off', () => {
    const before = changed((one) => one === good[3], { state: 'pending', activeAtEpochMs: 0 });
    expect(judged(before)('alert-Down')).toMatch(/^inconclusive: .*before anything was done/);
    const on = without(
      ({ kind, state: of, status }) => (kind === 'state' && of === 'inactive') || status === 'resolved',
    );
    expect(judged([...on, state('Down', 'inactive', 99)])('alert-Down')).toMatch(/^inconclusive: .*not resolved/);
    const cut = good.filter((one) => one !== good.at(-1));
    expect(judged(cut, false)('alert-Down')).toMatch(/^inconclusive: .*cut off/);
  });

  it('is inconclusive where it was not tried', () => {
    const said = judged([setOf({ alerts: [alertNamed('Down'), alertNamed('Other')] }), ...good.slice(1)]);
    expect(said('alert-Other')).toBe('inconclusive: It was not tried: the proofs ended before it.');
    const none = setOf({ noFault: [{ alert: 'Down', why: 'no fault is known' }] });
    expect(judged([none, ...calm])('alert-Down')).toBe('inconclusive: It was not tried: no fault is known.');
  });
});

describe('what fires for nothing', () => {
  it('fails while nothing is wrong, and under a fault that has no part in it', () => {
    expect(judged([...good, state('Down', 'firing', 60, 'none')])('for-nothing')).toMatch(/^fail: Down while/);
    expect(judged([...good, state('Other', 'firing', 120)])('for-nothing')).toMatch(/^fail: Other while/);
  });

  it('is not what another fault raised meanwhile', () => {
    expect(judged([...good, state('Down', 'firing', 110, 'none')])('for-nothing')).toMatch(/^pass/);
    expect(judged([...good, state('Down', 'firing', 400, 'none')])('for-nothing')).toMatch(/^fail/);
  });

  it('is what only another system had a reason for', () => {
    const other = fault('elsewhere', { raises: ['Slow'], system: 'second' });
    const slow = state('Slow', 'firing', 120);
    expect(judged([...good, other, slow])('for-nothing')).toMatch(/^fail: Slow while/);
    expect(judged([...good, { ...other, system: 'first' }, slow])('for-nothing')).toMatch(/^pass/);
  });

  it('is not what fires for want of a program', () => {
    const excused = good.map((one) =>
      (one as { fault?: string; kind: string }).kind === 'fault' && (one as { fault?: string }).fault === 'none'
        ? { ...one, mayRaise: ['Missing'] }
        : one,
    );
    expect(judged([...good, state('Missing', 'firing', 60, 'none')])('for-nothing')).toMatch(/^fail/);
    expect(judged([...excused, state('Missing', 'firing', 60, 'none')])('for-nothing')).toMatch(/^pass/);
  });

  it('is inconclusive where no quiet time was watched', () => {
    expect(judged(good.filter((one) => !(calm as object[]).includes(one)))('for-nothing')).toMatch(/^inconclusive/);
    expect(judged(good, false)('for-nothing')).toMatch(/^inconclusive/);
  });
});

describe('an alert that always fires', () => {
  const watchdog = (messages: number, ended = true) => [
    setOf({ alerts: [{ ...alertNamed('Watchdog', 0), labels: { severity: 'none' } }] }),
    fault('none', { means: 'none', raises: ['Watchdog'], atEpochMs: 50 * second }),
    state('Watchdog', 'firing', 51, 'none'),
    routed({ fault: 'none', alert: 'Watchdog', routes: routed().routes.slice(1), receivers: ['chat'] }),
    ...Array.from({ length: messages }, (_, at) =>
      message('chat', 'firing', 60 + 15 * at, { fault: 'none', alerts: [{ name: 'Watchdog', runbook: true }] }),
    ),
    ...(ended ? [{ kind: 'ended', fault: 'none', error: null, atEpochMs: 90 * second }] : []),
  ];

  it('has to come again and again', () => {
    expect(judged(watchdog(2))('alert-Watchdog')).toMatch(/^pass/);
    expect(judged(watchdog(1))('alert-Watchdog')).toMatch(/^fail/);
    expect(judged(watchdog(1, false), false)('alert-Watchdog')).toMatch(/^inconclusive/);
  });
});

it('says that nothing was read where nothing was', () => {
  expect(judged([], false)('alerts')).toMatch(/^inconclusive/);
});
