import type { Activity } from '../format.ts';
import { within } from '../halt.ts';
import { ActivityFailed, type Place, type Session } from '../session.ts';
import { type Json, objectOr } from '../values/json.ts';
import { substituteArguments } from '../values/substitute.ts';
import { faultModule, runFault } from './faults.ts';
import { runHttp } from './http.ts';
import { runOwnFunction } from './node.ts';
import { runProcess } from './process.ts';
import { runPython } from './python.ts';

/**
 * Runs an activity by its provider.
 * @throws ActivityFailed where it failed as it may; the signal's reason; any other error where what was asked makes no sense
 */
export async function runProvider(activity: Activity, place: Place, session: Session): Promise<Json> {
  const { provider } = activity;
  // An action of the method may be the load of a whole day; a probe or a rollback that hangs would leave faults in.
  const limitMs = activity.type === 'action' && place === 'method' ? null : session.defaultTimeoutMs;
  if (provider.type === 'http') return runHttp(activity, provider, session);
  if (provider.type === 'process') return runProcess(activity, provider, session, limitMs);
  if (provider.type === 'python') return runPython(activity, provider, session, limitMs);

  const given = objectOr(substituteArguments(provider.arguments, session));
  const late = () => new ActivityFailed('activity took too long to complete');
  const ownLimitMs = activity.timeoutSeconds === null ? limitMs : activity.timeoutSeconds * 1000;
  if (provider.module === faultModule) return runFault(provider.func, given, place, session);
  return within(runOwnFunction(provider, given, session), ownLimitMs, session.signal, late);
}
