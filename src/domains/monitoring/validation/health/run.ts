import { setTimeout as sleep } from 'node:timers/promises';
import { why } from '../../watch/ask.ts';
import { redact } from '../../watch/redact.ts';
import type { PartContext } from '../part.ts';
import { type DatabaseLoad, readDatabaseLoad } from './database-load.ts';
import type { Evidence, Of } from './evidence.ts';
import type { Try } from './probe.ts';
import { probeOf } from './probes.ts';
import { monitoringChecks, sampleChecks, sampleHasNo } from './sample-checks.ts';
import type { HealthSetting, PostgresCheck, Subject } from './settings.ts';

/** One look says little of what comes and goes. */
const tries = 3;
const betweenMs = 250;

/** Those that are configured, and of the monitoring itself; over the sample system its own. */
export async function run(context: PartContext<Evidence>): Promise<void> {
  const { config, monitoring } = context;
  const { checks, notThere } = monitoring.health;
  const hasStack = monitoring.prometheus !== null || config.target.sample !== null;
  const stack = hasStack ? await context.stack() : null;
  const sample = checks.length === 0 ? (stack?.sample ?? null) : null;
  const own = sample === null ? checks : sampleChecks(sample.system);
  const absent = sample === null ? notThere : [...notThere, ...sampleHasNo];
  await runHealth([...own, ...(stack === null ? [] : monitoringChecks(stack))], absent, context);
}

/** Makes every check a few times, and again with something wrong each time. All go on at once, each for itself one after the other. */
export async function runHealth(
  checks: readonly HealthSetting[],
  absent: readonly Subject[],
  context: Pick<PartContext<Evidence>, 'record' | 'phase' | 'signal'>,
): Promise<void> {
  context.record({
    kind: 'asked',
    checks: checks.map(({ name, of, kind }) => ({ name, of, protocol: kind })),
    absent: [...absent],
  });
  context.phase(`health checks: ${checks.length}`);
  await Promise.all(
    checks.map(async (check) => {
      context.record(await checked(check, context.signal));
      if (check.kind === 'postgres') context.record(await looked(check, context.signal));
    }),
  );
}

async function checked(check: HealthSetting, signal: AbortSignal): Promise<Of<'check'>> {
  const { run, controls, withheld = [] } = await probeOf(check);
  const seen: Of<'check'>['tries'] = [];
  for (let i = 0; i < tries; i++) {
    if (i > 0) await sleep(betweenMs, undefined, { signal });
    seen.push(await timed(run, signal));
  }
  const failing: Of<'check'>['controls'] = [];
  for (const { wrong, run: attempt, reason } of controls) {
    const outcome = await timed(attempt, signal);
    failing.push({ ...outcome, wrong, forItsReason: !outcome.ok && reason.test(outcome.detail) });
  }
  const { name, of, kind } = check;
  return { kind: 'check', name, of, protocol: kind, tries: seen, controls: failing, withheld: [...withheld] };
}

async function timed(run: Try, signal: AbortSignal) {
  const began = performance.now();
  const outcome = await run(signal);
  return { ...outcome, tookMs: Math.round(performance.now() - began) };
}

async function looked(check: PostgresCheck, signal: AbortSignal): Promise<Of<'database'>> {
  const looks: DatabaseLoad[] = [];
  let error: string | null = null;
  for (let i = 0; i < tries && error === null; i++) {
    if (i > 0) await sleep(betweenMs, undefined, { signal });
    try {
      looks.push(await readDatabaseLoad(check));
    } catch (cause) {
      error = redact(why(cause));
    }
  }
  for (const look of looks) for (const one of look.slowest ?? []) one.statement = redact(one.statement);
  return { kind: 'database', name: check.name, limits: check.limits, looks, error };
}
