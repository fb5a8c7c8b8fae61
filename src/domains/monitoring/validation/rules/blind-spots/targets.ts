import type { Matcher, Selector } from '../../promql/expression.ts';
import { labelsAgainst, labelsFor, satisfies } from '../../promql/satisfy.ts';

/** A job that no rule names. */
export const anyJob = 'any-job';

/**
 * Jobs whose target may be gone when what is selected is gone: those that are named; each of `a|b`. Where none is named it may be any, also such as alerts
 * on `up` leave out.
 * @param watched what alerts that may see it select
 */
export function jobsOf(leaves: readonly Selector[], watched: readonly Selector[]): string[] {
  const jobs = new Set(
    leaves
      .map(jobMatchers)
      .filter((own) => own.length > 0)
      .flatMap(jobsFor),
  );
  return jobs.size > 0 ? [...jobs] : [...new Set([anyJob, ...watched.flatMap(refusedJobs)])];
}

function jobMatchers({ matchers }: Selector): Matcher[] {
  return matchers.filter(({ label }) => label === 'job');
}

function jobsFor(matchers: readonly Matcher[]): string[] {
  const alternatives = matchers.flatMap(({ operator, value }) =>
    operator === '=~' && /^\(?[\w.-]+(\|[\w.-]+)+\)?$/.test(value) ? value.replace(/[()]/g, '').split('|') : [],
  );
  const fit = alternatives.filter((job) => satisfies({ job }, matchers));
  if (fit.length > 0) return fit;
  const job = satisfies({ job: anyJob }, matchers) ? anyJob : labelsFor({ matchers })?.job;
  return job === undefined ? [] : [job];
}

/** Jobs that an alert on `up` leaves out by name: `job!="batch"`. */
function refusedJobs(leaf: Selector): string[] {
  if (leaf.metric !== 'up') return [];
  return jobMatchers(leaf)
    .filter(({ operator }) => operator === '!=' || operator === '!~')
    .flatMap((matcher) => labelsAgainst({ matchers: [matcher] }, matcher)?.job ?? []);
}

/**
 * Labels of the target that is gone, as far as the rule says: of others nobody knows whether the target has them, so that only matchers which ask for none
 * of them accept it.
 */
export function targetOf(job: string, leaves: readonly Selector[]): Record<string, string> {
  const known = leaves.filter((leaf) => satisfies({ job }, jobMatchers(leaf))).map((leaf) => labelsFor(leaf) ?? {});
  return Object.assign({ instance: 'one' }, ...known, { job });
}
