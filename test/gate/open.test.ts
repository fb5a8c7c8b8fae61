import { expect, test } from 'vitest';
import { headline, missingEvidence, overallVerdict, type RunOutcome } from '../../src/gate/overall.ts';
import type { ObjectiveResult } from '../../src/model/verdict.ts';
import { classic, metrics } from './classic.ts';

/** An objective whose verdict is open, with what is given in place of a figure on the wrong side of its target. */
function open(id: string, more: Partial<ObjectiveResult> = {}): ObjectiveResult {
  const objective = classic.find((one) => one.id === id);
  if (objective === undefined) throw new Error(`there is no objective ${id}`);
  return {
    objective,
    subject: metrics.subject(objective),
    shortSubject: metrics.shortSubject(objective),
    ...{ verdict: 'inconclusive', interval: null, samples: 9000, changePercent: null },
    value: objective.comparison.startsWith('<') ? 2 * objective.target + 1 : objective.target - 1,
    reason: `About ${id}.`,
    ...more,
  };
}

function run(objectives: ObjectiveResult[], more: Partial<RunOutcome> = {}): RunOutcome {
  return {
    ...{
      objectives,
      metrics,
      gates: [],
      unjudged: [],
      policy: null,
      doubts: [],
      caveats: [],
      interrupted: null,
      aborted: null,
    },
    ...{ coveredMs: 60_000, plannedMs: 60_000, failure: () => null, ...more },
  };
}

const said = (objectives: ObjectiveResult[], more: Partial<RunOutcome> = {}) =>
  headline('inconclusive', run(objectives, more)).replace('Nothing failed, but ', '');

test('a figure that is missing is the reason where none is there; a key objective goes before the others', () => {
  const none = { value: null, reason: 'Nothing answered.' };
  expect(said([open('response-p50', none)])).toBe('p50 response time was nothing answered.');
  expect(said([open('response-p50'), open('response-p95')])).toBe(
    '1 min of this load cannot show p95 response time below 100 ms.',
  );
  expect(said([open('response-p95'), open('response-p99')])).toMatch(/cannot show p95 .* and p99 /);
});

test('a run without load gives the reasons of what is open, the first sentence of two at most, and how many more there are', () => {
  const three = [
    open('response-p95', {
      reason: 'v1.2.0 was not judged: 3.5 s. `shakedown run` does it. Runs of others do not count.',
    }),
    open('response-p99', { reason: 'No run is there. Make one.' }),
    open('error-rate'),
  ];
  expect(said(three, { coveredMs: 0, plannedMs: 0 })).toMatch(
    /^this is inconclusive: .*v1\.2\.0 was not judged: 3\.5 s\. `shakedown run` does it; .*No run is there; and 1 more\.$/,
  );
});

test('a figure on the right side is open for its own reason, and one with an interval for the length of the run', () => {
  const right = { value: 1, reason: 'Windows are too few.' };
  expect(said([open('response-p95', right)])).toBe('windows are too few.');
  expect(said([open('response-p95', { ...right, interval: { low: 1, high: 300, confidence: 0.95 } })])).toMatch(
    /^1 min of this load cannot show p95 /,
  );
});

test('several gates without a verdict are all named, and several that were not judged', () => {
  const gate = (title: string, score: number | null) =>
    ({ id: title, title, verdict: 'inconclusive', summary: 'boom', score }) as const;
  expect(said([open('response-p95')], { gates: [gate('A', null), gate('B', 50), gate('C', null)] })).toBe(
    'the gate A has no verdict: boom and the gate C has no verdict: boom.',
  );
  const unjudged = ['UAT', 'Parity'].map((title) => ({ id: title, title }));
  expect(said([], { unjudged })).toBe('UAT and Parity were not judged.');
  expect(said([])).toBe('no gate was judged.');
  expect(overallVerdict({ ...run([]), gates: [], unjudged })).toBe('inconclusive');
});

test('a run that is still at work is not called cut short', () => {
  const more = { interrupted: 'still running', isRunning: true, coveredMs: 20_000 };
  expect(said([], more)).toBe('the run is still running: 20 s of 1 min measured so far.');
  expect(missingEvidence(run([], more))).toEqual(['The run is still running: 20 s of 1 min measured so far.']);
});

test('what is missing: one line for each reason, those without a figure together, and the generator for all that need it', () => {
  const none = { value: null, reason: 'Nothing answered.' };
  const [p95, p99] = [open('response-p95', none), open('response-p99', none)];
  expect(missingEvidence(run([p95, p99, open('error-rate')]))).toEqual([
    'About error-rate.',
    'p95 response time and p99 response time: nothing answered.',
  ]);
  const generator = open('invalid-windows');
  const lines = missingEvidence(run([generator, open('response-p95'), open('stable-time')]));
  expect(lines.join('\n')).not.toContain('About response-p95.');
  expect(lines.join('\n')).toContain('About invalid-windows.');
  // Where the share of invalid windows is not known, nothing hides behind it.
  expect(missingEvidence(run([{ ...generator, ...none }, open('response-p95')]))).toContain('About response-p95.');
  // What passed or failed is not missing.
  expect(missingEvidence(run([{ ...open('response-p95'), verdict: 'fail' }]))).toEqual([]);
});
