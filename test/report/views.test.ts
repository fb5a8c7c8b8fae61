import { describe, expect, it } from 'vitest';
import { chaosView } from '../../src/domains/chaos/view/experiments.ts';
import { faultsView } from '../../src/domains/chaos/view/faults.ts';
import { percentilesView } from '../../src/domains/load/view/percentiles.ts';
import { performanceVerdict } from '../../src/domains/load/view/performance.ts';
import { routesView } from '../../src/domains/load/view/routes.ts';
import { gatesView } from '../../src/report/view/gates.ts';
import { timelineView, worstMoment } from '../../src/report/view/timeline.ts';
import { verdictView } from '../../src/report/view/verdict.ts';
import { objectivesView } from '../../src/report-kit/objectives-table.ts';
import { cases, fallback, hour, interrupted, notReady, ready, voids } from './fixture.ts';

const seen = (text: string | undefined) => text?.replaceAll('\u00a0', ' ');

describe('faults', () => {
  it('come failing first, and one that was not seen has no figures', () => {
    const rows = faultsView(cases.faulted?.() ?? ready())?.rows ?? [];
    expect(rows.map(({ verdict }) => verdict)).toEqual(['fail', 'inconclusive', 'pass', 'pass']);
    expect(rows[0]).toMatchObject({ noticedBy: "users' errors" });
    expect(seen(rows[0]?.failed)).toBe('7 %');
    expect(rows[1]).toMatchObject({ failed: '–', score: '–' });
    expect(seen(rows[1]?.proof)).toContain('not seen: on a new connection 0.4 ms');
    expect(rows[3]?.length).toBe('a moment');
  });

  it('link no journal outside of the run', () => {
    const results = cases.faulted?.() ?? ready();
    for (const journal of ['../../etc/passwd', '/etc/passwd', 'javascript:alert(1)', 'evidence/../../x']) {
      for (const experiment of results.chaos?.experiments ?? []) experiment.journal = journal;
      expect(chaosView(results)?.experiments.map((one) => one.journal)).toEqual(['', '', '', '']);
    }
  });
});

describe('what the pages say', () => {
  it('names the worst moment with the fault that was under way', () => {
    expect(worstMoment(notReady())).toMatchObject({ isPastTarget: true });
    expect(seen(worstMoment(notReady())?.label)).toMatch(/^p99 3\d\d ms at 17:\d\d, during database \+80 ms$/);
  });

  it('never takes the worst moment from a void stretch', () => {
    const worst = worstMoment(voids());
    expect(worst?.p99).toBeLessThan(200);
    expect(worst?.atMs).not.toSatisfy((at: number) => at > 1.1 * hour && at < 1.6 * hour);
    expect(worstMoment(cases.empty?.() ?? ready())).toBeNull();
  });

  it('puts the worst objectives first, whatever their order in the results', () => {
    const results = notReady();
    const rows = objectivesView(results.objectives.toReversed(), null).rows.map(({ verdict }) => verdict);
    expect(rows.slice(0, 4)).toEqual(['fail', 'fail', 'inconclusive', 'pass']);
  });

  it('says interruption and the fallback engine before anything else, and only then', () => {
    const titles = (make: () => ReturnType<typeof ready>) =>
      verdictView(make()).notices.map(({ title }) => seen(title));
    expect(titles(interrupted)).toEqual(['Interrupted after 6 h 24 min of 24 h']);
    expect(titles(fallback)).toEqual(['Fallback engine: autocannon, not k6']);
    expect(titles(ready)).toEqual([]);
  });

  it('does not call a run anonymized that is not', () => {
    const fact = (results: ReturnType<typeof ready>) =>
      verdictView(results).facts.find(({ name }) => name === 'Recording')?.value;
    const raw = ready();
    raw.recording = { ...raw.recording, privacy: { state: 'raw' }, declaredOwn: true };
    expect([fact(ready()), fact(raw)]).toEqual(['anonymized, leak scan passed', 'not anonymized, declared own']);
  });

  it('does not count a gate that was not run as judged', () => {
    const { judged, notRun } = gatesView(ready().gates);
    expect(judged.map(({ title }) => title)).toEqual(['Performance', 'Stability', 'Simulation parity']);
    expect(notRun).toHaveLength(10);
  });

  it('holds every percentile against both targets; on the target is not under it', () => {
    const results = ready();
    results.response = { ...results.response, p95: 100, p99: 199.9, p999: null };
    const rows = new Map(percentilesView(results).rows.map((row) => [row.name, row]));
    expect(rows.get('p95')?.strict).toMatchObject({ isOver: true });
    expect(seen(rows.get('p95')?.standard.text)).toBe('under, at 50 %');
    expect(rows.get('p99')?.standard.isOver).toBe(false);
    expect(rows.get('p99')?.standard.text).not.toMatch(/100/);
    expect(rows.get('p99.9')).toMatchObject({ response: '–', strict: { isOver: false, text: '–' }, drawing: null });
  });

  it('judges the performance report by its own gate and says the run’s verdict too', () => {
    const results = notReady();
    results.gates = results.gates.map((gate) =>
      gate.id === 'performance' ? { ...gate, verdict: 'pass' as const } : gate,
    );
    expect(performanceVerdict(results)).toMatchObject({
      word: 'PASS',
      aside: { lines: [expect.stringMatching(/^NOT READY\./)] },
    });
    expect(performanceVerdict(cases.empty?.() ?? results)).toMatchObject({
      word: 'NOT JUDGED',
      verdict: 'inconclusive',
    });
  });

  it('caps routes and says how many are not shown', () => {
    const results = ready();
    const [route] = results.routes;
    if (route === undefined) throw new Error('no route');
    results.routes = Array.from({ length: 70 }, () => route);
    results.routesLeftOut = 30;
    const { rows, leftOut } = routesView(results);
    expect([rows.length, leftOut]).toEqual([50, '50']);
  });

  it('says where clock times count from when the load’s own start is not known', () => {
    const results = ready();
    expect(timelineView(results).caption).not.toMatch(/Clock times/);
    delete results.run.loadStartedAt;
    expect(timelineView(results).caption).toMatch(/Clock times count from the start of the run/);
  });
});
