import { recordRun } from '../../evidence/recorded-run.ts';
import { RunClock } from '../../evidence/run-clock.ts';
import { areSameArtifacts } from '../../model/artifact.ts';
import type { LoadedConfig, Services } from '../command.ts';
import type { PartDomain } from '../part-declaration.ts';
import { doParts } from '../part-run.ts';
import type { ValidationPart } from '../validation.ts';

export interface FinalRun {
  readonly loaded: LoadedConfig;
  readonly chosen: readonly { domain: PartDomain; parts: readonly ValidationPart[] }[];
  readonly services: Services;
  readonly signal: AbortSignal;
  say(text: string): void;
}

/**
 * Does the parts of all chosen domains, one after the other, against one target.
 * @returns the run's folder; it is not judged yet
 * @throws ShakedownError where the target cannot be reached, or started
 */
export function runFinal({ loaded, chosen, services, signal, say }: FinalRun): Promise<string> {
  const { config } = loaded;
  return recordRun(config.reports.folder, async ({ id: runId, path, journal, teardown, begin }) => {
    say(config.target.sample === null ? 'checking the target' : 'starting the sample system');
    const target = await services.openTarget(config, teardown, signal);
    begin(await services.begun(config, { runId, durationMs: 0, target, programs: [] }));
    const clock = new RunClock();
    clock.set(Date.now());
    const shared = { config, projectFolder: loaded.folder, runFolder: path, signal, teardown, services, say };
    for (const { domain, parts } of chosen) {
      if (signal.aborted) break;
      await doParts(domain, parts, { ...shared, journal, target: async () => target, now: () => clock.nowMs() });
    }
    const reason = signal.aborted ? 'by the user' : await otherBuild(target);
    if (reason !== null) journal.append('shakedown.run.interrupted', { reason });
  });
}

/** What was found is of one candidate only if the target says the same of itself as in the beginning; null: it does, or never said anything. */
export async function otherBuild({
  artifacts,
  probe,
}: Awaited<ReturnType<Services['openTarget']>>): Promise<string | null> {
  if (artifacts.length === 0) return null;
  const now = await probe().catch(() => null);
  if (now === null) return 'at its end the target did not say whether it is still the same build';
  return areSameArtifacts(artifacts, now) ? null : 'the target became another build while it was validated';
}
