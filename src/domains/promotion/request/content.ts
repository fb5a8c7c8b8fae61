import type { Results } from '../../../model/results.ts';
import type { Verdict, VerdictWord } from '../../../model/verdict.ts';
import type { Package } from '../package/make.ts';
import type { Subject } from './subject.ts';

/** All that a promotion request says. */
export interface RequestContent {
  readonly results: Results;
  /** What the request says first. A run that is READY, and of which nothing could be certified or packed, is not. */
  readonly decision: Decision;
  readonly subject: Subject;
  readonly commit: string | null;
  /** Where the reports are for whoever reads the request; null: in the folder of the run only. */
  readonly links: ReportLinks | null;
  /** What became of certificate and package; `null`: none, and why. */
  readonly certificate: { readonly done: string } | { readonly none: string };
  readonly packed: Package | { readonly none: string };
  /** The run that people decided on; null: there is none. */
  readonly approved: string | null;
}

export interface Decision {
  readonly verdict: Verdict;
  readonly word: VerdictWord;
  readonly sentence: string;
}

/** @param stops why it does not go on though the run is READY */
export function decisionOf({ verdict, word, sentence }: Results, stops: readonly string[]): Decision {
  const [first] = stops;
  if (word !== 'READY' || first === undefined) return { verdict, word, sentence };
  return { verdict: 'inconclusive', word: 'INCONCLUSIVE', sentence: `The gates are passed, but ${first}` };
}

export interface ReportLinks {
  /** Of the report itself, where single pages can be linked to. */
  page(run: string, file: string): string | null;
  /** Of all of it together: an artifact of the pipeline. */
  readonly whole: string | null;
}

/** By the configured address, or by what the pipeline that this runs in says of itself. */
export function linksOf(publicUrl: string | null, environment: NodeJS.ProcessEnv): ReportLinks | null {
  if (publicUrl !== null) {
    const base = publicUrl.replace(/\/+$/, '');
    const path = (text: string) => text.split('/').map(encodeURIComponent).join('/');
    return { page: (run, file) => `${base}/${path(run)}/${path(file)}`, whole: base };
  }
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, CI_JOB_URL: job } = environment;
  const whole =
    server !== undefined && repository !== undefined && run !== undefined
      ? `${server}/${repository}/actions/runs/${run}#artifacts`
      : job !== undefined
        ? `${job}/artifacts/browse`
        : null;
  if (whole === null || !/^https?:\/\/[\w.:/#-]+$/.test(whole)) return null;
  return { page: () => null, whole };
}
