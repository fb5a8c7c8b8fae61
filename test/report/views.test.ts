import { describe, expect, it } from 'vitest';
import { chaosView } from '../../src/domains/chaos/view/experiments.ts';
import { faultsView } from '../../src/domains/chaos/view/faults.ts';
import { percentilesView } from '../../src/domains/load/view/percentiles.ts';
import { performanceVerdict } from '../../src/domains/load/view/performance.ts';
import { routesView } from '../../src/domains/load/view/routes.ts';
import type { Results } from '../../src/model/results.ts';
import { firstScreen } from '../../src/report/first-screen.ts';
import { gatesView } from '../../src/report/view/gates.ts';
import { objectivesView } from '../../src/report-kit/objectives-table.ts';
import { chartedRun, timelineView, worstMoment as worstOf } from '../../src/report-kit/timeline-view.ts';
import { domains } from '../../src/run/domains.ts';
import { gateDeclarations } from './fixture/parts.ts';
import { cases, fallback, hour, interrupted, invalidOnes, loadOf, notReady, ready, withLoad } from './fixture.ts';
import { rendered } from './rendered.ts';

const charted = (results: Results) => chartedRun(results, { latencyTargetsMs: [100, 200] });
const worstMoment = (results: Results) => worstOf(charted(results));
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
      for (const experiment of results.sections.chaos?.experiments ?? []) experiment.journal = journal;
      expect(chaosView(results)?.experiments.map((one) => one.journal)).toEqual(['', '', '', '']);
    }
  });
});

describe('what the pages say', () => {
  it('names the worst moment with the fault that was under way', () => {
    expect(worstMoment(notReady())).toMatchObject({ isPastTarget: true });
    expect(seen(worstMoment(notReady())?.label)).toMatch(/^p99 3\d\d ms at 17:\d\d, during database \+80 ms$/);
  });

  it('never takes the worst moment from an invalid period', () => {
    const worst = worstMoment(invalidOnes());
    expect(worst?.p99).toBeLessThan(200);
    expect(worst?.atMs).not.toSatisfy((at: number) => at > 1.1 * hour && at < 1.6 * hour);
    expect(worstMoment(cases.empty?.() ?? ready())).toBeNull();
  });

  it('puts the worst objectives first, whatever their order in the results', () => {
    const results = notReady();
    const rows = objectivesView(results.objectives.toReversed(), null).rows.map(({ verdict }) => verdict);
    expect(rows.slice(0, 4)).toEqual(['fail', 'fail', 'inconclusive', 'pass']);
  });

  it('says interruption and the fallback engine before anything else, and only then', async () => {
    const titles = async (make: () => Results) =>
      (await firstScreen(make(), domains)).verdict.notices.map(({ title }) => seen(title));
    expect(await titles(interrupted)).toEqual(['Interrupted after 6 h 24 min of 24 h']);
    expect(await titles(fallback)).toEqual(['Fallback engine: autocannon, not k6']);
    expect(await titles(ready)).toEqual([]);
  });

  it('does not call a run anonymized that is not', async () => {
    const fact = async (results: Results) =>
      (await firstScreen(results, domains)).verdict.facts.find(({ name }) => name === 'Recording')?.value;
    const { recording } = loadOf(ready());
    const raw = withLoad(ready(), { recording: { ...recording, privacy: { state: 'raw' }, declaredOwn: true } });
    expect([await fact(ready()), await fact(raw)]).toEqual([
      'anonymized, leak scan passed',
      'not anonymized, declared own',
    ]);
  });

  it('shows the gates that were judged, and of a policy those that were not by name', async () => {
    const { judged, notJudged } = gatesView(ready(), gateDeclarations);
    expect(judged.map(({ title }) => title)).toEqual(['Performance', 'Stability', 'Simulation parity']);
    expect(notJudged).toHaveLength(10);
    expect(gatesView(interrupted(), gateDeclarations).notJudged).toEqual([]);
    // A gate whose domain is not there yet has its id for a title.
    expect(gatesView(ready(), []).notJudged).toContain('Compliance');
  });

  it('says by whose policy a run is ready, and else which gates passed or failed', async () => {
    const heading = async (results: Results) =>
      /<p class="eyebrow"[^>]*>([^<]*)</.exec((await rendered(results))['index.html'] ?? '')?.[1];
    expect(await heading(ready())).toBe('Policy “Whole stage”');
    expect(await heading(interrupted())).toBe('Performance, Stability');
  });

  it('holds every percentile against both targets; on the target is not under it', () => {
    const { response } = loadOf(ready());
    const results = withLoad(ready(), { response: { ...response, p95: 100, p99: 199.9, p999: null } });
    const rows = new Map(percentilesView(results)?.rows.map((row) => [row.name, row]));
    expect(rows.get('p95')?.strict).toMatchObject({ isOver: true });
    expect(seen(rows.get('p95')?.standard.text)).toBe('under, at 50 %');
    expect(rows.get('p99')?.standard.isOver).toBe(false);
    expect(rows.get('p99')?.standard.text).not.toMatch(/100/);
    expect(rows.get('p99.9')).toMatchObject({ response: '–', strict: { isOver: false, text: '–' }, drawing: null });
  });

  it('judges the performance report by its own gate and says the run’s verdict too', async () => {
    const results = notReady();
    results.gates = results.gates.map((gate) =>
      gate.id === 'performance' ? { ...gate, verdict: 'pass' as const } : gate,
    );
    expect(performanceVerdict(results)).toMatchObject({ word: 'PASS', of: 'Performance' });
    expect((await rendered(results))['performance.html']).toMatch(
      /The run as a whole<.h2>\s*<ul>\s*<li><bdi>NOT READY\./,
    );
    expect(performanceVerdict(cases.empty?.() ?? results)).toMatchObject({
      word: 'NOT JUDGED',
      verdict: 'inconclusive',
    });
  });

  it('caps routes and says how many are not shown', () => {
    const [route] = loadOf(ready()).routes;
    if (route === undefined) throw new Error('no route');
    const many = withLoad(ready(), { routes: Array.from({ length: 70 }, () => route), routesLeftOut: 30 });
    const view = routesView(many);
    expect([view?.rows.length, view?.leftOut]).toEqual([50, '50']);
  });

  it('says where clock times count from when the load’s own start is not known', () => {
    const results = ready();
    expect(timelineView(charted(results)).caption).not.toMatch(/Clock times/);
    results.run.loadStartedAt = null;
    expect(timelineView(charted(results)).caption).toMatch(/Clock times count from the start of the run/);
  });
});
