import { parseActivity } from './parse-activity.ts';
import { Problems } from './problems.ts';
import { runProvider } from './providers/run.ts';
import { ActivityFailed, type Session } from './session.ts';
import { ToleranceError, type Tolerated, withinTolerance } from './tolerance.ts';
import { type Json, type JsonObject, objectOr } from './values/json.ts';

/**
 * Is what an activity gave within its tolerance, which may itself be a probe?
 * @throws ToleranceError where the tolerance cannot be applied to such a value; the signal's reason
 */
export function judgeTolerance(tolerance: Json, output: Json, session: Session): Promise<Tolerated> {
  return withinTolerance(tolerance, output, session.lookup, (written, value) => probe(written, value, session));
}

/** Runs a tolerance that is a probe; one that fails is not met. */
async function probe(written: JsonObject, value: Json, session: Session): Promise<Json> {
  const provider = objectOr(written.provider);
  const given = { ...objectOr(provider.arguments), value };
  const activity = parseActivity(
    { ...written, provider: { ...provider, arguments: given } },
    'tolerance',
    new Problems(),
  );
  if (activity === null) throw new ToleranceError('the tolerance is no valid probe');
  try {
    return await runProvider(activity, 'tolerance', session);
  } catch (error) {
    if (error instanceof ActivityFailed) return false;
    if (session.signal.aborted) throw session.signal.reason;
    throw new ToleranceError((error as Error).message);
  }
}
