import type { FaultRecord } from '../../../../model/chaos.ts';
import { ShakedownError } from '../../../../model/error.ts';
import type { FaultRequest } from '../../fault.ts';
import { sleep } from '../halt.ts';
import { ActivityFailed, type Place, type Session } from '../session.ts';
import type { Json, JsonObject } from '../values/json.ts';
import { textOr } from '../values/json.ts';

/** The module of the `node` provider that stands for our own faults. */
export const faultModule = 'shakedown';
/** Its function that takes faults away again. */
export const revertFunction = 'revert';

/**
 * `{type: node, module: shakedown, func: <fault>}`: injects a fault into a component. With `seconds` it is taken away after them, else it
 * stays until a `revert`, a rollback or the end of the experiment.
 * @throws ActivityFailed with what the injector says
 */
export async function runFault(func: string, given: JsonObject, place: Place, session: Session): Promise<Json> {
  const { injector } = session;
  if (injector === null) throw new ActivityFailed(noInjector(func));
  try {
    if (func === revertFunction) return await revert(given, place, session);
    const { component, seconds, ...rest } = given;
    const lastsMs = seconds === undefined || seconds === null ? null : Number(seconds) * 1000;
    if (lastsMs !== null && !(lastsMs > 0)) {
      throw new ActivityFailed(`seconds must be a number above 0, not ${JSON.stringify(seconds)}`);
    }
    const title = session.experiment.title;
    const request: FaultRequest = {
      ...{ experiment: title, fault: func, component: textOr(component ?? null, ''), arguments: rest },
      ...(lastsMs === null ? {} : { seconds: lastsMs / 1000 }),
      // Of plain data, as records are.
      hide: (value) => session.redact.value(value as Json) as typeof value,
    };
    const beganMs = performance.now();
    const record = await injector.inject(request, session.signal);
    if (lastsMs !== null) {
      const onMs = performance.now() - beganMs;
      if (record.injectedMs !== null && onMs > lastsMs) session.warn(lateWords(record, onMs, lastsMs));
      await injector.lasts(record.id, lastsMs / 1000);
      await sleep(lastsMs, session.signal);
      await injector.revert(record.id, place === 'rollbacks' ? 'rollback' : 'action');
    }
    return shownRecord(injector.records.find(({ id }) => id === record.id) ?? record);
  } catch (cause) {
    if (session.signal.aborted) throw session.signal.reason;
    if (cause instanceof ShakedownError) throw new ActivityFailed(`${cause.code}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** `seconds` are counted from the proof on, and the fault is on while it is proved. */
function lateWords({ fault, component }: FaultRecord, onMs: number, lastsMs: number): string {
  const [made, asked] = [(onMs / 1000).toFixed(1), lastsMs / 1000];
  return `${fault} on ${component} lasts longer than its ${asked} s: making and proving it took ${made} s, and its seconds begin after that.`;
}

export const noInjector = (func: string) =>
  `${JSON.stringify(func)} is a fault of Shakedown, and this run has no components that it could be injected into`;

/** Takes away the faults that are on: of the given component, of the given name, or all of this experiment. */
async function revert({ component, fault }: JsonObject, place: Place, session: Session): Promise<Json> {
  const { injector, experiment } = session;
  const on = (injector?.records ?? []).filter(
    (record) =>
      record.experiment === experiment.title &&
      record.injectedMs !== null &&
      record.revertedMs === null &&
      (component === undefined || record.component === component) &&
      (fault === undefined || record.fault === fault),
  );
  for (const { id } of on.reverse()) await injector?.revert(id, place === 'rollbacks' ? 'rollback' : 'action');
  return { reverted: on.map(({ id }) => id) };
}

function shownRecord({ id, fault, component, touches, proof }: FaultRecord): Json {
  return {
    id,
    fault,
    component,
    touches,
    seen: proof?.seen ?? false,
    checks: (proof?.checks ?? []).map(({ what, expected, measured, held }) => ({ what, expected, measured, held })),
  };
}
