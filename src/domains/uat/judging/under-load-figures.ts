import type { Measurement } from '../../../gate/measurement.ts';
import { duration, list } from '../../../gate/words.ts';
import { experienceKinds } from '../../../model/finding.ts';
import type { ConditionVital } from '../../../model/uat.ts';
import type { UatRoundRun, UatUnderLoad } from '../../../model/uat-under-load.ts';
import { undecided } from './acceptance-figures.ts';

const mostNamed = 3;

/** Share of scenario runs that passed, in percent. @param isUnderFault of those with a fault on, or of the others */
export function passedRuns(uat: UatUnderLoad, isUnderFault: boolean): Measurement {
  const own = uat.tallies.filter(({ condition }) => (condition === 'fault') === isUnderFault);
  const sum = (of: 'runs' | 'passed' | 'failed' | 'flaky') => own.reduce((all, tally) => all + tally[of], 0);
  const samples = sum('runs');
  const during = isUnderFault ? 'while a fault was on' : 'outside of faults';
  if (samples === 0) return { value: null, samples, absent: whyNone(uat, during) };
  const failures = uat.runs.filter(
    (run) => (run.condition === 'fault') === isUnderFault && (run.outcome === 'failed' || run.outcome === 'flaky'),
  );
  if (!isUnderFault && sum('failed') === 0) {
    const open = flakyOrMissing(uat, sum('flaky'));
    if (open !== null) return { value: null, samples, absent: open };
  }
  const value = (100 * (samples - sum('failed') - sum('flaky'))) / samples;
  const failed = failures.filter(({ outcome }) => outcome === 'failed');
  return failed.length === 0 ? { value, samples } : { value, samples, note: noteOf(failed, sum('failed')) };
}

function whyNone({ browsers, cutShort }: UatUnderLoad, during: string): string {
  const [first] = browsers.filter(({ notRun }) => notRun !== null);
  if (first !== undefined && browsers.every(({ notRun }) => notRun !== null))
    return `${first.label} is ${first.notRun}`;
  return cutShort > 0 ? `no scenario finished ${during}: it was cut short` : `no scenario was run ${during}`;
}

/** Under load at all, too: a run whose scenarios only passed before the load, or under a fault, shows nothing of them under it. */
function flakyOrMissing({ tallies, runs, scenarios }: UatUnderLoad, flaky: number): string | null {
  if (flaky > 0) {
    const names = [...new Set(runs.filter(({ outcome }) => outcome === 'flaky').map(({ scenario }) => scenario))];
    return `${list(names.slice(0, mostNamed))} failed first and passed on a retry, which does not count as a pass`;
  }
  const skipped = scenarios.flatMap(({ info, cells }) =>
    cells.flatMap(({ notRun }) => (notRun === undefined ? [] : [{ id: info.id, notRun }])),
  );
  const [left] = skipped;
  if (left !== undefined)
    return `${list([...new Set(skipped.map(({ id }) => id))].slice(0, mostNamed))} did not run: ${left.notRun}`;
  const ids = [...new Set(tallies.map(({ scenario }) => scenario))];
  const missing = ids.filter(
    (id) => !tallies.some(({ scenario, condition }) => scenario === id && condition === 'load'),
  );
  const but = tallies.some(({ condition }) => condition === 'fault') ? ' and no fault' : '';
  return missing.length === 0 ? null : `${list(missing.slice(0, mostNamed))} did not run while the load was on${but}`;
}

function noteOf(failed: readonly UatRoundRun[], count: number): string {
  const named = failed.slice(0, mostNamed).map(nameOf);
  const left = count - named.length;
  return `${named.join(' ')}${left > 0 ? ` And ${left} more.` : ''}`;
}

/** `SHOP-03 From the basket to an order fails in chromium at desktop size, at “When …”, 12 s into the load at 40 requests/s.` */
function nameOf({ scenario, title, browser, size, error, startMs, ratePerSecond, happening }: UatRoundRun): string {
  const step = error?.step == null ? '' : `, at “${error.step}”`;
  const when = startMs === null ? 'before the load' : `${duration(Math.max(0, startMs))} into the load`;
  const rate = ratePerSecond === null ? '' : ` at ${ratePerSecond} requests/s`;
  const meanwhile = happening.length === 0 ? '' : ` (${happening.join('; ')})`;
  return `${scenario} ${title} failed in ${browser} at ${size} size${step}, ${when}${rate}${meanwhile}.`;
}

export function browsersNotRun({ browsers }: UatUnderLoad): Measurement {
  const open = browsers.filter(({ notRun, waived }) => notRun !== null && waived === null);
  const found = { value: open.length, samples: browsers.length };
  return open.length === 0
    ? found
    : { ...found, note: `${open.map(({ label, notRun }) => `${label}: ${notRun}`).join('; ')}.` };
}

/** Slow steps are shown only: the browsers share the machine with the generator, and the load's response times judge slowness. */
export function userFindings({ findings, tallies }: UatUnderLoad): Measurement {
  const samples = tallies.filter(({ condition }) => condition !== 'fault').reduce((sum, { runs }) => sum + runs, 0);
  if (samples === 0) return { value: null, samples, absent: 'no scenario was run outside of faults' };
  const own = findings.filter(
    ({ kind, waiver }) => waiver === null && kind !== 'slow-step' && experienceKinds.includes(kind),
  );
  if (own.length === 0) return { value: 0, samples };
  const named = own.slice(0, mostNamed).map(({ what, pages }) => `${what} on ${pages[0] ?? 'a page'}`);
  return { value: own.length, samples, note: `${named.join('; ')}.` };
}

/** Those under the load decide; what no engine measured here is not held to be good. */
export function vitalsOver(vitals: readonly ConditionVital[]): Measurement {
  const own = vitals.filter(({ condition, source }) => condition === 'load' && source === 'scenarios');
  const measured = own.filter(({ state }) => state === 'measured');
  const over = measured.filter(({ verdict }) => verdict === 'fail');
  const samples = measured.reduce((sum, each) => sum + each.samples, 0);
  if (over.length > 0) {
    const named = over.map(({ metric, browser, worstPage }) => `${metric} in ${browser}, worst on ${worstPage}`);
    return { value: over.length, samples, note: `${list(named.slice(0, mostNamed))}.` };
  }
  const metrics = [...new Set(measured.map(({ metric }) => metric))];
  const open = metrics.filter((metric) => !measured.some((each) => each.metric === metric && each.verdict === 'pass'));
  if (metrics.length === 0) return { value: null, samples, absent: 'no page was loaded under the load' };
  if (open.length > 0)
    return {
      value: null,
      samples,
      absent: undecided(measured.filter(({ metric }) => open.includes(metric))).replace(/\.$/, ''),
    };
  return { value: 0, samples, note: `Decided: ${list(metrics)}.` };
}
