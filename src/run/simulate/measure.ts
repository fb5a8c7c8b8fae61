import type { OpenRun } from '../../domains/companion.ts';
import { recordEnd, replay } from '../../domains/load/public.ts';
import { RunClock } from '../../evidence/run-clock.ts';
import type { SimulateOptions } from '../progress.ts';
import { abortWatch } from './abort-after.ts';
import type { Job } from './job.ts';
import type { Planned } from './plan.ts';
import type { Prepared } from './prepare.ts';
import { goesOnAt, type Resumable } from './resume.ts';

/** Replays the plan, with what runs beside it. */
export async function measureRun(
  options: SimulateOptions,
  { run, journal, panels, evidence, teardown, failed }: Job,
  { asked, config, engine, target, overlay, companions }: Prepared,
  { plan, windowMs, users }: Planned,
  resumed: Resumable | null,
): Promise<void> {
  const { durationMs, signal, parallelism, onEvent } = options;
  const clock = new RunClock();
  if (resumed !== null) clock.set(resumed.zero.getTime());
  const now = () => clock.nowMs();
  const warn = (text: string) => {
    journal.append('shakedown.warning', { message: text });
    onEvent({ kind: 'warning', text });
  };
  onEvent({ kind: 'phase', text: `starting ${engine.info.name}, ${users} virtual users` });
  const here = engine.run.name === 'k6' && engine.run.places === undefined ? engine.run.k6 : null;
  const beside: Omit<OpenRun, 'note'> = {
    ...{ ...asked, target, journal, overlay, now, warn, runFolder: run.path },
    engine: { k6: here, ...(engine.ask === undefined ? {} : { ask: engine.ask }) },
    disturbed: (fromMs, toMs) => companions.disturbed(fromMs, toMs),
  };
  await companions.open(beside, teardown, (domain, text) => panels.note(domain, text));
  const early = abortWatch({ config, folder: run.path, journal, teardown, now, warn });
  const signals = AbortSignal.any([signal, early.signal]);
  const outcome = await replay({
    ...{
      config,
      manifest: asked.manifest,
      plan,
      durationMs,
      windowMs,
      overlay,
      journal,
      evidence,
      signal: signals,
      now,
    },
    ...{ engine: engine.run, virtualUsers: users, runFolder: run.path, show: onEvent },
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(resumed === null ? {} : { resumed: goesOnAt(resumed, users) }),
    disturbed: beside.disturbed,
    begun(zeroMs, fromMs) {
      clock.set(zeroMs);
      companions.begin(fromMs);
      early.begin();
      onEvent({ kind: 'phase', text: 'replaying' });
    },
    progress: (atMs, done, failed) => companions.progress(atMs, done, failed),
  });
  early.end();
  await companions.end();
  recordEnd(journal, outcome);
  journal.append('shakedown.run.ended', { endedAt: new Date().toISOString() });
  if (outcome.failure !== undefined) failed(outcome.failure);
}
