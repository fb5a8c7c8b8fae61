import type { Measurement } from '../../../gate/measurement.ts';
import { list } from '../../../gate/words.ts';
import { accessibilityKinds, experienceKinds, type FindingGroup } from '../../../model/finding.ts';
import type { AcceptanceResult, UatCell, VitalResult } from '../../../model/uat.ts';
import type { VitalName } from '../../../model/vital.ts';
import { plural } from '../../../report-kit/format.ts';
import { fewestLoads } from '../vitals.ts';

const mostNamed = 4;

/** Scenario runs that failed. What was not run to its end is neither: it leaves the others open. */
export function failedScenarios({ scenarios, troubles, ended }: AcceptanceResult): Measurement {
  const cells = scenarios.flatMap(({ info, cells: own }) => own.map((cell) => ({ info, cell })));
  const of = (outcome: string) => cells.filter(({ cell }) => cell.outcome === outcome);
  const failed = of('failed');
  const missing = of('not run');
  const nowhere = scenarios.filter(({ cells: own }) => own.length === 0).map(({ info }) => info.id);
  const declared = cells.filter(({ cell }) => cell.declaredToFail !== undefined && cell.outcome === 'passed');
  const refused = declared.filter(({ info }) => info.priority === 'must');
  const [first] = failed;
  const passed = of('passed').length - declared.length;
  const open =
    cells.length === 0
      ? 'No scenario was run.'
      : missing.length > 0
        ? `${plural(missing.length, 'scenario run')} did not take place: ${missingWords(missing)}.`
        : nowhere.length > 0
          ? `${list(nowhere.slice(0, mostNamed))} ${nowhere.length === 1 ? 'is' : 'are'} meant for no browser and size of this run.`
          : refused.length > 0
            ? `${list(namesOf(refused))} must pass, and ${refused.length === 1 ? 'its test says that it fails' : 'their tests say that they fail'} (test.fail).`
            : declared.length === cells.length
              ? 'No scenario passed: all of them are declared to fail (test.fail).'
              : (troubles[0] ?? (ended ? null : 'The test runner did not finish.'));
  const parts = [
    `${passed} of ${cells.length} passed`,
    ...(missing.length === 0 ? [] : [`${missing.length} not run`]),
    ...(declared.length === 0 ? [] : [`${declared.length} declared to fail`]),
  ];
  const places = (of: (cell: UatCell) => string) => list([...new Set(cells.map(({ cell }) => of(cell)))]);
  return {
    value: failed.length,
    samples: cells.length,
    words: {
      observed: parts.join(', '),
      wanted:
        cells.length === 0
          ? 'all'
          : `all, in ${places(({ browser }) => browser)} at ${places(({ size }) => size)} size`,
    },
    ...(declared.length === 0
      ? {}
      : {
          note: `${list(namesOf(declared))} ${declared.length === 1 ? 'fails' : 'fail'} as declared (test.fail), which shows no pass.`,
        }),
    ...(open === null ? {} : { open }),
    ...(first === undefined
      ? {}
      : {
          reason: `${first.info.id} ${first.info.title} fails in ${first.cell.browser} at ${first.cell.size} size${first.cell.error?.step == null ? '' : `, at “${first.cell.error.step}”`}${failed.length > 1 ? `; ${plural(failed.length, 'cell')} of ${list(namesOf(failed))} fail in all` : ''}.`,
        }),
  };
}

/** `S-2 in chromium at phone size, skipped by its test (test.skip): “…”`: the first of each reason. */
function missingWords(missing: readonly { info: { id: string }; cell: UatCell }[]): string {
  const reasons = [...new Set(missing.map(({ cell }) => cell.notRun ?? 'it never began'))];
  const named = reasons.slice(0, mostNamed).flatMap((reason) => {
    const own = missing.filter(({ cell }) => (cell.notRun ?? 'it never began') === reason);
    const [one] = own;
    if (one === undefined) return [];
    const others = own.length > 1 ? ` and ${own.length - 1} more` : '';
    return [`${one.info.id} in ${one.cell.browser} at ${one.cell.size} size${others}, ${reason}`];
  });
  return `${named.join('; ')}${reasons.length > mostNamed ? '; and others' : ''}`;
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
  // Also those that the configuration does not name among its browsers.
  const waived = browsers.filter(({ notRun, waived: why }) => notRun !== null && why !== null);
  const [only] = all.length === 1 ? ran : [];
  const unseen = only === undefined ? [] : enginesBeside(only.name, waived);
  return {
    value: open.length,
    samples: all.length,
    words: {
      observed: ran.length === 0 ? 'no browser' : list(ran.map(({ label }) => label)),
      wanted:
        unseen.length > 0
          ? `${list(engines.map(({ title }) => title))}, unless waived`
          : list(all.map(({ label, name }) => label.split(' ')[0] ?? name)),
    },
    reason: `${list(open.map(({ label }) => label))} was not run.`,
    ...(ran.length === 0
      ? { open: 'No browser was run.' }
      : unseen.length > 0
        ? {
            open: `Only ${only?.label} was asked for: nothing is shown of ${list(unseen)}. Name ${unseen.length === 1 ? 'it' : 'them'} in \`uat.browsers\` too, or say in \`uat.waivedBrowsers\` why ${unseen.length === 1 ? 'it' : 'they'} need not be there.`,
          }
        : {}),
    ...(waived.length === 0
      ? {}
      : { note: `${list(waived.map(({ label, waived: why }) => `${label} is waived: ${why}`))}.` }),
  };
}

/** What a browser shows is of its engine: Chrome and Edge have that of Chromium. */
const engines = [
  { title: 'Chromium', names: ['chromium', 'chrome', 'msedge'] },
  { title: 'Firefox', names: ['firefox'] },
  { title: 'WebKit', names: ['webkit'] },
];

/** Engines of which one browser alone shows nothing, without those that are waived. */
function enginesBeside(only: string, waived: readonly { name: string }[]): string[] {
  const isKnown = (names: readonly string[]) => names.includes(only) || waived.some(({ name }) => names.includes(name));
  return engines.filter(({ names }) => !isKnown(names)).map(({ title }) => title);
}

function counted(findings: readonly FindingGroup[], kinds: readonly string[]): FindingGroup[] {
  return findings.filter(({ kind, waiver }) => waiver === null && kinds.includes(kind));
}

/** Violations of WCAG 2.2, A and AA, that an automatic check found beyond doubt. */
export function violations({ findings, checks }: AcceptanceResult): Measurement {
  const found = counted(findings, accessibilityKinds);
  const review = findings.filter(({ kind }) => kind === 'review').length;
  const scanned = checks.find(({ check }) => check === 'axe');
  const unwalked = checks.find(({ check, times }) => check === 'keyboard' && times === 0);
  const rules = [...new Set(found.map(({ rule }) => rule))];
  const [first] = found;
  const open =
    scanned === undefined || scanned.times === 0
      ? 'No page was checked.'
      : scanned.notDone.length > 0
        ? `Not every page could be checked: ${scanned.notDone[0]}.`
        : unwalked !== undefined
          ? `No page was walked by Tab: ${unwalked.notDone[0] ?? 'none was to be'}.`
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

/** `LCP and CLS cannot be decided from 2 page loads in a browser: it takes 13. INP was not measured.` */
export function undecided(vitals: readonly Pick<VitalResult, 'metric' | 'samples'>[]): string {
  const names = [...new Set(vitals.map(({ metric }) => metric))];
  const most = (name: VitalName) =>
    Math.max(0, ...vitals.filter(({ metric }) => metric === name).map(({ samples }) => samples));
  const none = names.filter((name) => most(name) === 0);
  const few = names.filter((name) => most(name) > 0 && most(name) < fewestLoads);
  const either = names.filter((name) => most(name) >= fewestLoads);
  const [least, greatest] = [Math.min(...few.map(most)), Math.max(...few.map(most))];
  const loads = least === greatest ? plural(least, 'page load') : `${least} to ${greatest} page loads`;
  return [
    ...(few.length === 0
      ? []
      : [`${list(few)} cannot be decided from ${loads} in a browser: at least ${fewestLoads} are needed.`]),
    ...(either.length === 0
      ? []
      : [
          `After ${plural(Math.max(...either.map(most)), 'page load')} in a browser ${list(either)} can still be on either side of ${either.length === 1 ? 'its budget' : 'their budgets'}.`,
        ]),
    ...(none.length === 0 ? [] : [`${list(none)} ${none.length === 1 ? 'was' : 'were'} measured in no browser.`]),
  ].join(' ');
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
        ? { open: undecided(vitals.filter(({ metric }) => open.includes(metric))) }
        : {}),
  };
}
