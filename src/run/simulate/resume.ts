import { basename } from 'node:path';
import { duration } from '../../gate/words.ts';
import type { Artifact } from '../../model/artifact.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { PlanSummary } from '../../model/plan.ts';
import { hasSignOffs } from '../../signing/acceptance.ts';
import { foldRun } from '../results/fold.ts';
import { shownConfig } from './redact.ts';

/** What a run that was cut off has to go on with. */
export interface Resumable {
  zero: Date;
  plan: PlanSummary;
  windowMs: number;
  /** End of what was measured, on the run's clock. */
  measuredToMs: number;
  /** Where the sample system answered; it is started again at the same address. */
  targetUrl: string;
  /** What the target said that it is made of; empty: it did not, or the run is of an earlier version. */
  artifacts: readonly Artifact[];
}

const differencesShown = 5;
/** From finding k6 to its first request, where the machine is busy. */
const leadMs = 4000;
/** What is said when a run goes on. */
export function goesOnLine(id: string, { measuredToMs }: Pick<Resumable, 'measuredToMs'>, durationMs: number): string {
  return `resuming run ${id}: ${duration(measuredToMs)} of ${duration(durationMs)} were measured before it was cut off`;
}

/** Not worth to start anything for. */
const leastLeftMs = 5000;
/** Clocks are corrected by so much without anyone setting them. */
const clockSlackMs = 2000;

/**
 * Reads what a run was about, and refuses to go on where that would be another run.
 * @throws ShakedownError RUN_NOT_FOUND, RUN_JOURNAL, RESUME_EARLY when the load had not begun, RESUME_CLOCK when the clock was set back, RESUME_OVER when its time has passed,
 * RESUME_CONFIG when the configuration is another one, with the differences, RESUME_SIGNED when somebody signed it
 */
export async function readResumable(runFolder: string, config: ResolvedConfig, now: number): Promise<Resumable> {
  // What somebody decided on must stay what it was then.
  if (hasSignOffs(runFolder))
    throw new ShakedownError('RESUME_SIGNED', `The run ${runFolder} was signed as it is, so it cannot go on.`, {
      hint: 'Begin a new run, and have that signed.',
    });
  const { facts: record } = await foldRun(runFolder);
  const { started, loadStartedAt, engine } = record;
  if (loadStartedAt === null || engine === null || record.plan === null) {
    throw new ShakedownError('RESUME_EARLY', `The run ${runFolder} was cut off before its load began.`, {
      hint: 'There is nothing to continue: start a new one.',
    });
  }
  refuseDifferences(started.config, await shownConfig(config));
  const zero = new Date(loadStartedAt);
  const lastAtMs = record.lastEventAt === null ? now : Date.parse(record.lastEventAt);
  if (now < lastAtMs - clockSlackMs) {
    throw new ShakedownError(
      'RESUME_CLOCK',
      `This machine's clock reads ${new Date(now).toISOString()}, before the run ${runFolder} was cut off at ${record.lastEventAt}: it was set back.`,
      { hint: 'Set the clock right, then resume: the gap could not be measured otherwise.' },
    );
  }
  if (now - zero.getTime() > started.durationMs - leastLeftMs) {
    throw new ShakedownError(
      'RESUME_OVER',
      `The time of the run ${runFolder} has passed: nothing is left to measure.`,
      {
        hint: `See what it measured with \`shakedown report --from ${basename(runFolder)}\`.`,
        exitCode: exitCodes.inconclusive,
      },
    );
  }
  return {
    zero,
    plan: record.plan.plan,
    windowMs: engine.windowMs,
    measuredToMs: record.parts.at(-1)?.toMs ?? 0,
    targetUrl: record.plan.plan.targets[0] ?? '',
    artifacts: (started.candidate.artifacts ?? []).filter(({ source }) => source === 'probed'),
  };
}

/** The next window that k6 can be ready for. */
export function goesOnAt({ zero, windowMs, measuredToMs }: Resumable, users: number): { zero: Date; fromMs: number } {
  const readyMs = Date.now() - zero.getTime() + leadMs + 2 * users;
  return { zero, fromMs: Math.ceil(Math.max(readyMs, measuredToMs) / windowMs) * windowMs };
}

/** @throws ShakedownError RESUME_PLAN when the recording or the rules for it have changed */
export function refuseOtherPlan(before: PlanSummary, now: PlanSummary): void {
  const same = before.scheduleSha256 === now.scheduleSha256;
  // The digest holds the target's address, which is another one where the sample system could not have its port again.
  const but = ({ targets: _, scheduleSha256: __, ...rest }: PlanSummary) => JSON.stringify(rest);
  if (same || (before.targets[0] !== now.targets[0] && but(before) === but(now))) return;
  throw new ShakedownError(
    'RESUME_PLAN',
    `The same configuration now makes a different plan: ${before.sessions} sessions and ${before.requests} requests then, ${now.sessions} and ${now.requests} now.`,
    { hint: 'The recording has changed since; start a new run.' },
  );
}

/** @throws ShakedownError RESUME_ARTIFACTS when the target says that it is made of something else now: one run is of one candidate */
export function refuseOtherArtifacts(before: readonly Artifact[], now: readonly Artifact[]): void {
  const digests = (artifacts: readonly Artifact[]) => artifacts.map(({ name, digest }) => `${name} ${digest}`).sort();
  const [was, is] = [digests(before), digests(now)];
  if (was.length === 0 || was.join() === is.join()) return;
  throw new ShakedownError(
    'RESUME_ARTIFACTS',
    `The target is a different candidate now: ${was.join(', ')} when the run began, ${is.join(', ') || 'nothing that it names'} now.`,
    { hint: 'Deploy what the run began with, or start a new run.' },
  );
}

function refuseDifferences(before: unknown, now: unknown): void {
  const found: string[] = [];
  differences(before, JSON.parse(JSON.stringify(now)), '', found);
  if (found.length === 0) return;
  const more = found.length > differencesShown ? `, and ${found.length - differencesShown} more` : '';
  throw new ShakedownError(
    'RESUME_CONFIG',
    `The run was made with a different configuration: ${found.slice(0, differencesShown).join('; ')}${more}.`,
    { hint: 'Resume it with the configuration and options it began with, or start a new run.' },
  );
}

function differences(before: unknown, now: unknown, path: string, found: string[]): void {
  if (isRecord(before) && isRecord(now)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      differences(before[key], now[key], path === '' ? key : `${path}.${key}`, found);
    }
    return;
  }
  const was = JSON.stringify(before) ?? 'absent';
  const is = JSON.stringify(now) ?? 'absent';
  if (was !== is) found.push(`${path} was ${was.slice(0, 60)}, is ${is.slice(0, 60)}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
