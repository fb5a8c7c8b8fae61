import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chaosLines } from '../../../src/domains/chaos/view/experiments.ts';
import { faultsView } from '../../../src/domains/chaos/view/faults.ts';
import type { JournalData } from '../../../src/model/event.ts';
import type { Results } from '../../../src/model/results.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { type MadeRun, makeRun } from '../../run/results/run-folder.ts';
import { experiment, faulted, ledger } from './made.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function results(run: MadeRun): Promise<Results> {
  const folder = await makeRun(run);
  folders.push(folder);
  return buildResults(folder);
}

const latency = {
  id: 'f1',
  fault: 'latency',
  title: 'Latency',
  component: 'shop-1 to database',
  fromMs: 60_000,
  toMs: 75_000,
};
const failing = { kind: 'http', status: 503, count: 240, message: 'status 503' } as const;
const gate = (found: Results, id: string) => found.gates.find((one) => one.id === id)?.verdict;
const objective = (found: Results, id: string) => found.objectives.find((one) => one.objective.id === id);

describe('a run with faults', () => {
  test('is judged by the windows without them; those with them are judged apart', async () => {
    const found = await results(faulted(experiment('Slow database', [latency])));
    expect(objective(found, 'response-p95')).toMatchObject({ verdict: 'pass' });
    expect(objective(found, 'error-rate')).toMatchObject({ verdict: 'pass', value: 0 });
    expect(gate(found, 'resilience')).toBe('pass');
    expect(gate(found, 'integrity')).toBeUndefined();
    const [borne] = found.sections.chaos?.resilience ?? [];
    // Of 17 windows with failures, 15 belong to the fault.
    expect(borne?.during).toMatchObject({ requests: 15 * 1200, failed: 15 * 240 });
    expect(borne?.before).toMatchObject({ requests: 60 * 1200, failed: 0 });
    expect(borne?.objectives).toMatchObject({ 'error-rate': 'fail', 'response-p95': 'fail' });
    expect(borne?.recover).toEqual({ ms: 2000, errorMs: 1000 });
    expect(borne?.detectedBy).toEqual({ health: null, alert: null, errors: { ms: 1000, errorMs: 1000 } });
    expect(borne?.score).toBeLessThan(80);
    expect(found.timeline.bands).toContainEqual(
      expect.objectContaining({ lane: 'faults', startMs: 60_000, endMs: 75_000, state: 'pass' }),
    );
    // Nothing was noticed by health checks or alerts: told, with no marks for it.
    expect(borne?.scoreParts.find(({ name }) => name === 'noticed')).toMatchObject({ score: 0 });
  });

  test('is slow for users whom the fault left alone: the gate fails, whatever the hypothesis says', async () => {
    const of = async (affectedShare: number, run = {}) =>
      results(faulted(experiment('Slow database', [{ ...latency, affectedShare }]), run));
    const slow = await of(0.33);
    expect(gate(slow, 'resilience')).toBe('fail');
    expect(objective(slow, 'fault-response')).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining(
        'Slowest under Latency on shop-1 to database: 5,940 of 18,000 requests are left out, as 33 % of the users are on what was broken, as the component is set up.',
      ),
    });
    const quick = await of(0.33, { medianMs: () => 30 });
    expect(objective(quick, 'fault-response')).toMatchObject({ verdict: 'pass' });
    expect(gate(quick, 'resilience')).toBe('pass');
    const few = await of(0.33, { rate: 6, failures: () => null });
    expect(objective(few, 'fault-response')).toMatchObject({ verdict: 'inconclusive' });
    // Where everybody is on the broken part, nobody else is judged.
    expect(objective(await of(1), 'fault-response')).toBeUndefined();
  });

  test('answers requests itself: what failed of all of them and what an objective leaves out stand together', async () => {
    // Of 18,000 requests under it 12,000 were answered by the fault, and no other failed.
    const aborted = { ...latency, title: 'Requests aborted', affectedShare: 0.5 };
    const of = (applied: number) =>
      results(
        faulted(experiment('Aborted', [{ ...aborted, touched: { matched: 18_000, applied } }]), {
          failures: (window) => (window >= 60 && window < 75 ? { ...failing, count: 800 } : null),
          medianMs: () => 30,
        }),
      );
    const found = await of(12_000);
    const note =
      'Most under Requests aborted on shop-1 to database, where 12,000 of all 18,000 requests failed: ' +
      '12,000 of 18,000 requests are left out, as the fault touched so many, and 0 of the other 6,000 failed.';
    expect(objective(found, 'fault-errors')).toMatchObject({ verdict: 'pass', reason: expect.stringContaining(note) });
    const [row] = faultsView(found)?.rows ?? [];
    expect(row).toMatchObject({
      touched: 'touched 12,000 of the 18,000 requests that it is for',
      failed: '66.7\u00a0%',
      failedOfOthers: 'other users: 0\u00a0%',
    });
    const more = await of(6000);
    expect(objective(more, 'fault-errors')).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('and 6,000 of the other 12,000 failed.'),
    });
  });

  test('under which nobody was answered, or nobody asked, is not passed over for another that went well', async () => {
    const others = { ...latency, affectedShare: 0.33 };
    const second = { ...others, id: 'f2', component: 'shop-2 to database', fromMs: 100_000, toMs: 110_000 };
    const both = (run: Partial<MadeRun>) =>
      results(
        faulted([...experiment('First', [others]), ...experiment('Second', [second])], {
          excluded: (window) => ((window >= 60 && window < 85) || (window >= 100 && window < 120) ? 'latency' : null),
          failures: () => null,
          medianMs: () => 30,
          ...run,
        }),
      );
    const well = await both({});
    expect(objective(well, 'fault-response')?.verdict).toBe('pass');
    expect(objective(well, 'fault-errors')?.verdict).toBe('pass');
    const inSecond = (window: number) => window >= 100 && window < 110;
    const unanswered = await both({
      rateAt: (window) => (inSecond(window) ? 0 : 1200),
      unsent: (window) => (inSecond(window) ? 1200 : 0),
    });
    expect(objective(unanswered, 'fault-response')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('nobody was answered under Latency on shop-2 to database'),
    });
    const unasked = await both({ invalid: (window) => (inSecond(window) ? 'the generator was late' : null) });
    expect(objective(unasked, 'fault-errors')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('no request that can be judged was sent under Latency on shop-2 to database'),
    });
    // What was seen to go wrong under one stays wrong, whatever is not known of another.
    const wrong = await both({
      invalid: (window) => (inSecond(window) ? 'the generator was late' : null),
      failures: (window) => (window >= 60 && window < 75 ? { ...failing, count: 1200 } : null),
    });
    expect(objective(wrong, 'fault-errors')?.verdict).toBe('fail');
  });

  test('shows nothing where the load sent nothing under the fault', async () => {
    const late = { ...latency, fromMs: 60_200, toMs: 60_900 };
    const all = (window: number) => (window >= 55 && window < 75 ? 'the generator was late' : null);
    const found = await results(faulted(experiment('Slow database', [late]), { invalid: all }));
    expect(found.sections.chaos?.experiments[0]).toMatchObject({ verdict: 'inconclusive' });
    expect(found.sections.chaos?.experiments[0]?.reason).toMatch(/^No request of the load that can be judged was sent/);
    expect(gate(found, 'resilience')).toBe('inconclusive');
  });

  test('experiments that had no time: optional ones are named, others leave the gate open', async () => {
    const skip = (skipped: 'optional' | 'required') =>
      experiment('Frozen shop', [], { verdict: 'inconclusive', reason: 'It was not run: no time.', skipped });
    const ran = experiment('Slow database', [latency]);
    const optional = await results(faulted([...ran, ...skip('optional')]));
    expect(gate(optional, 'resilience')).toBe('pass');
    const words = '1 optional experiment was skipped, because there was no time: Frozen shop';
    expect(objective(optional, 'experiments')?.reason).toContain(`${words}.`);
    expect(chaosLines(optional)?.lines.slice(0, 2)).toEqual([expect.stringMatching(/^1 of 1 experiment held/), words]);
    expect(gate(await results(faulted([...ran, ...skip('required')])), 'resilience')).toBe('inconclusive');
    const none = await results(faulted(skip('optional')));
    expect(gate(none, 'resilience')).toBe('inconclusive');
    expect(objective(none, 'experiments')?.reason).toContain(words);
  });

  test('has too few requests to judge an objective by, and says so', async () => {
    const found = await results(faulted(experiment('Slow database', [latency]), { rate: 6, failures: () => null }));
    // 15 s of them; of 100 it could be judged.
    const [fault] = found.sections.chaos?.resilience ?? [];
    expect(fault?.during.requests).toBe(90);
    expect(fault?.objectives).toMatchObject({ 'error-rate': 'inconclusive', 'response-p95': 'inconclusive' });
  });

  test('is measured against windows in which nothing else was on, and by those that are valid', async () => {
    const second = { ...latency, id: 'f2', fromMs: 100_000, toMs: 105_000 };
    const found = await results(
      faulted([...experiment('Slow database', [latency]), ...experiment('Slow again', [second])], {
        excluded: (window) => ((window >= 60 && window < 80) || window >= 100 ? 'latency' : null),
        invalid: (window) => ([50, 65, 102].includes(window) ? 'the generator was late' : null),
      }),
    );
    const [first, again] = found.sections.chaos?.resilience ?? [];
    expect(first?.before.requests).toBe(59 * 1200);
    expect(first?.during.requests).toBe(14 * 1200);
    // From 40 s to 60 s, and from 80 s to 100 s.
    expect(again?.before.requests).toBe(39 * 1200);
    expect(again?.during.requests).toBe(4 * 1200);
  });

  test('that ends as it begins, such as a kill, is seen in the 10 s after it, in which downtime is its doing', async () => {
    const kill = { ...latency, fault: 'process-kill', title: 'Kill', component: 'shop-1', toMs: 60_000 };
    const health = [
      { atMs: 0, up: true },
      { atMs: 61_000, up: false },
      { atMs: 72_000, up: true },
    ];
    const found = await results(faulted(experiment('A dead shop', [kill]), { health }));
    expect(found.sections.chaos?.resilience[0]?.during).toMatchObject({ requests: 10 * 1200, failed: 10 * 240 });
    expect(found.sections.monitoring?.stability?.downtime).toEqual([
      { fromMs: 61_000, toMs: 70_000, planned: true, reason: 'fault: Kill, shop-1' },
      { fromMs: 70_000, toMs: 72_000, planned: false, reason: 'health check: status 200' },
    ]);
  });

  test('with the times of failures kept, tells them finer than a window', async () => {
    const failureTimes = (window: number) => ({
      seenMs: window * 1000 + 130,
      lastMs: window === 76 ? 76_340 : window * 1000 + 990,
    });
    const quick = { failureTimes, medianMs: () => 30 };
    const [borne] =
      (await results(faulted(experiment('Slow database', [latency]), quick))).sections.chaos?.resilience ?? [];
    expect(borne?.detectedBy.errors).toEqual({ ms: 130, errorMs: 50 });
    expect(borne?.recover).toEqual({ ms: 1340, errorMs: 50.833 });
    // Slow as well, so that the last failure is not the end of it.
    const slow = await results(faulted(experiment('Slow database', [latency]), { failureTimes }));
    expect(slow.sections.chaos?.resilience[0]?.recover).toEqual({ ms: 2000, errorMs: 1000 });
    // Failures are usual here: whose the first was, nobody knows.
    const usual = faulted(experiment('Slow database', [latency]), {
      ...quick,
      failures: (window) => ({
        ...failing,
        count: window >= 60 && window < 77 ? 240 : 1,
      }),
    });
    const [coarse] = (await results(usual)).sections.chaos?.resilience ?? [];
    expect(coarse?.detectedBy.errors).toEqual({ ms: 1000, errorMs: 1000 });
    expect(coarse?.recover).toEqual({ ms: 2000, errorMs: 1000 });
  });

  test('is back at once where the first window after the fault is as before', async () => {
    const back = { failures: (window: number) => (window >= 60 && window < 75 ? failing : null), medianMs: () => 30 };
    const [borne] =
      (await results(faulted(experiment('Slow database', [latency]), back))).sections.chaos?.resilience ?? [];
    expect(borne?.recover).toEqual({ ms: 0, errorMs: 50 });
  });

  test('whose windows were not set aside fails for what the fault did', async () => {
    const found = await results(faulted(experiment('Slow database', [latency]), { excluded: () => null }));
    expect(objective(found, 'error-rate')?.verdict).toBe('fail');
  });

  test('fails where a hypothesis did not hold, and names it', async () => {
    const failed = { verdict: 'fail', reason: 'home page was out of tolerance while the fault was on.' } as const;
    const found = await results(faulted(experiment('Slow database', [latency], failed)));
    expect(found.word).toBe('FAILED');
    expect(found.sentence).toContain('Slow database: home page was out of tolerance');
  });

  test('passes nothing for a fault that was not seen', async () => {
    const unseen = { verdict: 'inconclusive', reason: 'Latency on shop-1 to database was not seen.' } as const;
    const found = await results(faulted(experiment('Slow database', [{ ...latency, seen: false }], unseen)));
    expect(gate(found, 'resilience')).toBe('inconclusive');
    expect(objective(found, 'experiments')?.reason).toContain('1 of 1 experiments show nothing');
    expect(found.timeline.bands.find(({ lane }) => lane === 'faults')?.state).toBe('inconclusive');
  });

  test('fails where the target does not come back', async () => {
    const found = await results(
      faulted(experiment('Slow database', [latency]), {
        failures: (window) => (window >= 60 ? { kind: 'http', status: 503, count: 240, message: 'status 503' } : null),
      }),
    );
    expect(objective(found, 'recovery')).toMatchObject({ verdict: 'fail', value: 60_000 });
  });

  test('a next fault that comes too soon leaves the recovery open', async () => {
    const second = { ...latency, id: 'f2', fromMs: 80_000, toMs: 90_000 };
    const found = await results(
      faulted([...experiment('Slow database', [latency]), ...experiment('Slow again', [second])], {
        excluded: (window) => (window >= 60 && window < 95 ? 'latency' : null),
        failures: (window) =>
          window >= 60 && window < 90 ? { kind: 'http', status: 503, count: 240, message: 'status 503' } : null,
      }),
    );
    expect(objective(found, 'recovery')?.verdict).toBe('inconclusive');
  });

  test('one that was killed in an experiment says so', async () => {
    const events = experiment('Slow database', [latency]);
    const found = await results(faulted(events.slice(0, -2), { killed: true }));
    expect(found.sections.chaos?.experiments[0]).toMatchObject({ status: 'aborted', verdict: 'inconclusive' });
    expect(found.sections.chaos?.experiments[0]?.faults[0]?.revertedMs).toBeNull();
    expect(gate(found, 'resilience')).toBe('inconclusive');
  });

  test('one that was killed knows from the guard when its fault was gone', async () => {
    const events = experiment('Slow database', [latency]);
    const folder = await makeRun(faulted(events.slice(0, -2), { killed: true }));
    folders.push(folder);
    const line = (time: string) => `${JSON.stringify({ time, id: 'u1', title: 'take the toxic away', error: null })}\n`;
    await mkdir(join(folder, 'evidence', 'chaos'), { recursive: true });
    const times = ['2026-11-20T09:01:20.000Z', '2026-11-20T09:01:09.500Z', '2026-11-20T09:00:30.000Z'];
    await writeFile(join(folder, 'evidence', 'chaos', 'undone.ndjson'), `${times.map(line).join('')}torn`);
    const [fault] = (await buildResults(folder)).sections.chaos?.experiments[0]?.faults ?? [];
    expect(fault).toMatchObject({ revertedMs: 69_500, revertedBy: 'guard' });
  });

  test('that lost acknowledged writes is FAILED for that first', async () => {
    const events = [
      ...experiment('Slow database', [latency]),
      ledger({ lost: 3, verdict: 'fail', reason: '3 of 1,150 acknowledged writes were lost.' }),
    ];
    const found = await results(faulted(events));
    expect(found.word).toBe('FAILED');
    expect(gate(found, 'integrity')).toBe('fail');
    expect(found.sentence).toContain('3 of 1,150 acknowledged writes were lost');
  });

  test('that could not say what became of acknowledged writes passes nothing', async () => {
    const open = ledger({ verdict: 'inconclusive', reason: 'The writes were not read back.' });
    const found = await results(faulted([...experiment('Slow database', [latency]), open]));
    expect(gate(found, 'integrity')).toBe('inconclusive');
    expect(objective(found, 'harmed-writes')?.reason).toBe('Not measured: The writes were not read back.');
  });

  test('downtime under a fault is not held against the target', async () => {
    const health = [
      { atMs: 0, up: true },
      { atMs: 40_000, up: false },
      { atMs: 42_000, up: true },
      { atMs: 62_000, up: false },
      { atMs: 70_000, up: true },
    ];
    const alert = { name: 'Slow', state: 'firing', severity: null, detail: '' } as const;
    const alerts = [50_000, 64_000].flatMap((atMs): JournalData[] => [
      { type: 'shakedown.alert.changed', data: { ...alert, atMs } },
      { type: 'shakedown.alert.changed', data: { ...alert, state: 'resolved', atMs: atMs + 5000 } },
    ]);
    const found = await results(faulted([...experiment('Slow database', [latency]), ...alerts], { health }));
    expect(found.sections.monitoring?.stability).toMatchObject({ unplannedDowntimeMs: 2000, plannedDowntimeMs: 8000 });
    expect(found.sections.chaos?.resilience[0]?.detectedBy).toMatchObject({
      health: { ms: 2000, errorMs: 1000 },
      alert: { ms: 4000, errorMs: 15_000 },
    });
  });
});
