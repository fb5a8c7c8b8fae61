import type { Measurement } from '../../../gate/measurement.ts';
import { list } from '../../../gate/words.ts';
import { accessibilityKinds, experienceKinds, type FindingGroup } from '../../../model/finding.ts';
import type { AcceptanceResult } from '../../../model/uat.ts';
import type { VitalName } from '../../../model/vital.ts';
import { plural } from '../../../report-kit/format.ts';

const mostNamed = 4;

/** Scenario runs that failed. What was not run to its end is neither: it leaves the others open. */
export function failedScenarios({ scenarios, troubles, ended }: AcceptanceResult): Measurement {
  const cells = scenarios.flatMap(({ info, cells: own }) => own.map((cell) => ({ info, cell })));
  const of = (outcome: string) => cells.filter(({ cell }) => cell.outcome === outcome);
  const failed = of('failed');
  const missing = of('not run').length;
  const [first] = failed;
  const open =
    cells.length === 0
      ? 'No scenario was run.'
      : missing > 0
        ? `${plural(missing, 'planned scenario run')} did not take place.`
        : (troubles[0] ?? (ended ? null : 'The test runner did not finish.'));
  return {
    value: failed.length,
    samples: cells.length,
    words: { observed: `${of('passed').length} of ${cells.length} passed`, wanted: 'all, in every browser and size' },
    ...(open === null ? {} : { open }),
    ...(first === undefined
      ? {}
      : {
          reason: `${first.info.id} ${first.info.title} fails in ${first.cell.browser} at ${first.cell.size} size${first.cell.error?.step == null ? '' : `, at “${first.cell.error.step}”`}${failed.length > 1 ? `; ${plural(failed.length, 'cell')} of ${list(namesOf(failed))} fail in all` : ''}.`,
        }),
  };
}

function namesOf(cells: readonly { info: { id: string } }[]): string[] {
  return [...new Set(cells.map(({ info }) => info.id))].slice(0, mostNamed);
}

/** Scenario runs that passed only on a retry, which does not count as a pass. */
export function flakyScenarios({ scenarios }: AcceptanceResult): Measurement {
  const flaky = scenarios.flatMap(({ info, cells }) =>
    cells.filter(({ outcome }) => outcome === 'flaky').map(() => ({ info })),
  );
  const samples = scenarios.reduce((sum, { cells }) => sum + cells.length, 0);
  return {
    value: flaky.length,
    samples,
    words: {
      observed: flaky.length === 0 ? 'none flaky' : `${flaky.length} flaky`,
      wanted: 'none passed only on a retry',
    },
    reason: `${list(namesOf(flaky))} failed first and passed on a retry, which does not count as a pass.`,
    ...(samples === 0 ? { open: 'No scenario was run.' } : {}),
  };
}

/** Browsers that the release is meant for, that were not there, and that nobody has waived. */
export function missingBrowsers({ browsers }: AcceptanceResult): Measurement {
  const all = browsers.filter(({ isUnasked }) => isUnasked !== true);
  const ran = all.filter(({ notRun }) => notRun === null);
  const open = all.filter(({ notRun, waived }) => notRun !== null && waived === null);
  const waived = all.filter(({ notRun, waived: why }) => notRun !== null && why !== null);
  return {
    value: open.length,
    samples: all.length,
    words: {
      observed: ran.length === 0 ? 'no browser' : list(ran.map(({ label }) => label)),
      wanted: list(all.map(({ label, name }) => label.split(' ')[0] ?? name)),
    },
    reason: `${list(open.map(({ label }) => label))} was not run.`,
    ...(ran.length === 0 ? { open: 'No browser was run.' } : {}),
    ...(waived.length === 0
      ? {}
      : { note: `${list(waived.map(({ label, waived: why }) => `${label} is waived: ${why}`))}.` }),
  };
}

function counted(findings: readonly FindingGroup[], kinds: readonly string[]): FindingGroup[] {
  return findings.filter(({ kind, waiver }) => waiver === null && kinds.includes(kind));
}

/** Violations of WCAG 2.2, A and AA, that an automatic check found beyond doubt. */
export function violations({ findings, checks }: AcceptanceResult): Measurement {
  const found = counted(findings, accessibilityKinds);
  const review = findings.filter(({ kind }) => kind === 'review').length;
  const scanned = checks.find(({ check }) => check === 'axe');
  const rules = [...new Set(found.map(({ rule }) => rule))];
  const [first] = found;
  const open =
    scanned === undefined || scanned.times === 0
      ? 'No page was checked.'
      : scanned.notDone.length > 0
        ? `Not every page could be checked: ${scanned.notDone[0]}.`
        : null;
  return {
    value: found.length,
    samples: scanned?.pages ?? 0,
    words: {
      observed:
        scanned === undefined
          ? 'nothing checked'
          : `${plural(found.length, 'violation')} on ${plural(scanned.pages, 'page')}, ${review} to review`,
      wanted: 'no violation of WCAG 2.2 A and AA',
    },
    reason: `${plural(found.length, 'accessibility violation')}: ${list(rules.slice(0, 3))}${rules.length > 3 ? ' and others' : ''}, first at ${first?.element ?? 'the page'} of ${first?.pages[0] ?? ''}.`,
    ...(open === null ? {} : { open }),
  };
}

/** Errors, broken links, slow steps, layout shifts, text cut off, and pages that differ from their approved visual snapshot. */
export function experienceFindings({ findings, checks, looks }: AcceptanceResult): Measurement {
  const found = counted(findings, experienceKinds);
  const unapproved = looks.filter(({ state }) => state === 'nothing approved').length;
  const compared = looks.length - unapproved;
  const open =
    unapproved > 0
      ? `Nothing is approved yet for ${plural(unapproved, 'screenshot')}.`
      : checks.length === 0
        ? 'No page was checked.'
        : null;
  return {
    value: found.length,
    samples: checks.reduce((most, { pages }) => Math.max(most, pages), 0),
    words: {
      observed: `${plural(found.length, 'finding')}${looks.length === 0 ? '' : `, ${compared} of ${plural(looks.length, 'screenshot')} compared`}`,
      wanted: 'no error, broken link, slow step, layout shift, cut-off text or unapproved visual change',
    },
    reason: `${found[0]?.what}${found.length > 1 ? `, and ${plural(found.length - 1, 'more finding')}` : ''}.`,
    ...(open === null ? {} : { open }),
  };
}

/** Web vitals over their budget in any browser. One that only one engine supports is judged there. */
export function slowVitals({ vitals }: AcceptanceResult): Measurement {
  const measured = vitals.filter(({ state }) => state === 'measured');
  const over = measured.filter(({ verdict }) => verdict === 'fail');
  const names = [...new Set(vitals.map(({ metric }) => metric))];
  const open = names.filter(
    (name) => !measured.some(({ metric, verdict }) => metric === name && verdict !== 'inconclusive'),
  );
  const [first] = over;
  const figure = (metric: VitalName, value: number) => (metric === 'CLS' ? String(value) : `${Math.round(value)} ms`);
  return {
    value: over.length,
    samples: measured.reduce((sum, { samples }) => sum + samples, 0),
    words: {
      observed:
        over.length > 0
          ? `${list([...new Set(over.map(({ metric }) => metric))])} over budget`
          : `${plural(names.length - open.length, 'vital')} within budget`,
      wanted: '75th percentiles within their budgets',
    },
    ...(first === undefined
      ? {}
      : {
          reason: `${first.metric} is ${figure(first.metric, first.p75 ?? 0)} at the 75th percentile in ${first.browser}, against ${figure(first.metric, first.budget)}; worst on ${first.worstPage}.`,
        }),
    ...(names.length === 0
      ? { open: 'No page was loaded.' }
      : open.length > 0
        ? { open: `${list(open)} cannot be decided from what was measured.` }
        : {}),
  };
}
