import { createHash } from 'node:crypto';
import type { Results } from '../../model/results.ts';
import type { Verdict, VerdictWord } from '../../model/verdict.ts';
import { readable } from '../../report-kit/text.ts';
import { linkOfRun } from './link.ts';

/** What somebody hears of a run. All texts in it are readable: nothing in them is hidden. */
export interface Notice {
  readonly kind: 'started' | 'gate-failed' | 'aborted' | 'finished';
  readonly run: string;
  readonly command: string;
  readonly name: string;
  readonly version: string;
  readonly environment: string;
  /** ISO 8601. */
  readonly at: string;
  /** null: it has only begun. */
  readonly verdict: Verdict | null;
  readonly word: VerdictWord | 'STARTED';
  /** What happened, a sentence. */
  readonly sentence: string;
  readonly failed: readonly { readonly id: string; readonly title: string; readonly summary: string }[];
  readonly passed: readonly string[];
  /** Of the report, or of the pipeline that it is made in; null: it is nowhere on the web. */
  readonly link: string | null;
}

interface Begun {
  readonly run: string;
  readonly command: string;
  readonly name: string;
  readonly version: string;
  readonly environment: string;
}

export function startNotice({ run, command, name, version, environment }: Begun, publicUrl: string | null): Notice {
  const words = readable(`${name} ${version} on ${environment}`);
  return {
    ...{ kind: 'started', run, command: readable(command), at: new Date().toISOString() },
    ...{ name: readable(name), version: readable(version), environment: readable(environment) },
    ...{ verdict: null, word: 'STARTED', sentence: `A run began: ${words}.`, failed: [], passed: [] },
    link: linkOfRun(publicUrl, run, process.env),
  };
}

/** A run that broke off, of which there is no report. @param reason why, a sentence */
export function brokenNotice(begun: Begun, reason: string, publicUrl: string | null): Notice {
  const sentence = readable(`It broke off, and is not judged: ${reason}`);
  return { ...startNotice(begun, publicUrl), kind: 'aborted', verdict: 'inconclusive', word: 'INCONCLUSIVE', sentence };
}

/** One notice of a run that ended: that it was aborted, which gates failed, or how it came out. */
export function endNotice(results: Results, publicUrl: string | null): Notice {
  const { run, candidate, environment, verdict, word, sentence, gates } = results;
  const failed = gates.filter((gate) => gate.verdict === 'fail');
  const kind = run.interrupted !== null ? 'aborted' : failed.length > 0 ? 'gate-failed' : 'finished';
  const words = kind === 'aborted' ? `It ended before its time: ${run.interrupted}. ${sentence}` : sentence;
  return {
    ...{ kind, run: readable(run.id), command: readable(run.command), at: run.endedAt ?? run.startedAt },
    ...{
      name: readable(candidate.name),
      version: readable(candidate.version),
      environment: readable(environment.name),
    },
    ...{ verdict, word, sentence: readable(words) },
    failed: failed.map(({ id, title, summary }) => ({ id, title: readable(title), summary: readable(summary) })),
    passed: gates.filter((gate) => gate.verdict === 'pass').map(({ id }) => id),
    link: linkOfRun(publicUrl, run.id, process.env),
  };
}

/** `FAILED: shop v2.1.0 on staging` */
export function titleOf({ word, name, version, environment }: Notice): string {
  return `${word}: ${name} ${version} on ${environment}`;
}

/** The same for the same thing that happened: of a run where it is about the run, of gates where it is about these. */
export function keyOf({ kind, run, name, version, environment, failed }: Notice): string {
  const about = kind === 'gate-failed' ? [name, version, environment, ...failed.map(({ id }) => id).sort()] : [run];
  return createHash('sha256')
    .update(JSON.stringify([kind, about]))
    .digest('hex');
}
