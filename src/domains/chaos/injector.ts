import type { FaultProof, FaultRecord } from '../../model/chaos.ts';
import { ShakedownError } from '../../model/error.ts';
import type { JournalData } from '../../model/event.ts';
import type { ActiveFault, Component, Fault, FaultRequest, Injector } from './fault.ts';
import type { UndoList } from './undo.ts';

/** What is recorded of faults. */
export type InjectorEvent = Extract<JournalData, { type: `shakedown.fault.${string}` | 'shakedown.warning' }>;

export interface InjectorOptions {
  faults: readonly Fault[];
  /** All that may be touched. */
  components: readonly Component[];
  undo: UndoList;
  /** Time of the run, ms. */
  now(): number;
  on(event: InjectorEvent): void;
  /** Negative control: everything but the faults themselves is done. */
  noop?: boolean;
}

type By = NonNullable<FaultRecord['revertedBy']>;

interface Held {
  record: FaultRecord;
  active: ActiveFault;
  reverting: Promise<void> | undefined;
}

/** Longest that a proof may take which does not say how long: most measure for seconds. */
const proofTimeoutMs = 60_000;

export function createInjector(options: InjectorOptions): Injector {
  const { undo, now, on } = options;
  const records: FaultRecord[] = [];
  const held = new Map<string, Held>();
  const injecting = new Set<Promise<unknown>>();

  const end = (record: FaultRecord, by: FaultRecord['revertedBy'], error: string | null) => {
    on({ type: 'shakedown.fault.ended', data: { id: record.id, atMs: now(), by, error } });
  };

  const put = async (record: FaultRecord, ready: Ready, signal: AbortSignal): Promise<Held> => {
    try {
      const { fault, args, component } = ready;
      const why = await fault.unavailable(component, args);
      if (why !== null) {
        throw new ShakedownError('FAULT_UNAVAILABLE', `${fault.name} on ${component.name}: ${why}`, {
          hint: 'Leave this fault out, or make what it needs available.',
        });
      }
      signal.throwIfAborted();
      const active = await fault.inject(args, component, { undo, signal, noop: options.noop ?? false });
      record.injectedMs = now();
      const one: Held = { record, active, reverting: undefined };
      held.set(record.id, one);
      on({ type: 'shakedown.fault.injected', data: { id: record.id, atMs: record.injectedMs } });
      return one;
    } catch (error) {
      record.error = (error as Error).message;
      end(record, null, record.error);
      throw error;
    }
  };

  const revert = async (one: Held, by: By): Promise<void> => {
    const { record, active } = one;
    try {
      await active.revert();
    } catch (cause) {
      const reason = (cause as Error).message;
      const message = `${record.fault} on ${record.component} could not be taken away: ${reason}`;
      on({ type: 'shakedown.warning', data: { message } });
      const hint = 'It is tried again when the run ends; else run `shakedown chaos clean`.';
      throw new ShakedownError('FAULT_REVERT', message, { hint, cause });
    }
    held.delete(record.id);
    record.revertedMs = now();
    record.revertedBy = by;
    end(record, by, null);
  };
  const revertOnce = (one: Held, by: By) => {
    one.reverting ??= revert(one, by).finally(() => {
      one.reverting = undefined;
    });
    return one.reverting;
  };

  return {
    records,
    async inject(request, signal) {
      const ready = prepare(request, options);
      const { fault, args, component } = ready;
      const record: FaultRecord = {
        id: `f${records.length + 1}`,
        experiment: request.experiment,
        fault: fault.name,
        title: fault.title,
        layer: fault.layer,
        component: component.name,
        arguments: request.arguments,
        touches: fault.touches(args, component),
        announcedMs: now(),
        injectedMs: null,
        revertedMs: null,
        revertedBy: null,
        proof: null,
        error: null,
      };
      records.push(record);
      on({ type: 'shakedown.fault.announced', data: { fault: structuredClone(record) } });
      const putting = put(record, ready, signal);
      injecting.add(putting);
      const one = await putting.finally(() => injecting.delete(putting));
      const proof = await prove(one.active, signal);
      if (proof !== null) {
        record.proof = proof;
        on({ type: 'shakedown.fault.proved', data: { id: record.id, proof } });
      }
      if (one.active.momentary) await revertOnce(one, 'itself');
      return record;
    },
    async revert(faultId, by) {
      const one = held.get(faultId);
      if (one !== undefined) await revertOnce(one, by);
      else if (!records.some(({ id }) => id === faultId)) {
        throw new ShakedownError('FAULT_REVERT', `There is no fault ${faultId}.`);
      }
    },
    async revertAll(by) {
      // What is being put in has to be there before it can be taken away.
      await Promise.allSettled([...injecting]);
      const failures: unknown[] = [];
      for (const one of [...held.values()].reverse()) {
        await revertOnce(one, by).catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

interface Ready {
  fault: Fault;
  args: unknown;
  component: Component;
}

function prepare(request: FaultRequest, { faults, components }: InjectorOptions): Ready {
  const fault = faults.find(({ name }) => name === request.fault);
  if (fault === undefined) {
    const names = faults.map(({ name }) => name).join(', ');
    throw new ShakedownError('FAULT_UNKNOWN', `There is no fault ${JSON.stringify(request.fault)}.`, {
      hint: `There are ${names}.`,
    });
  }
  const parsed = fault.schema.safeParse(request.arguments);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.length ? `.${issue.path.join('.')}` : '';
    throw new ShakedownError('FAULT_ARGUMENTS', `${fault.name}: arguments${place}: ${issue?.message ?? 'not valid'}`);
  }
  const named = components.filter(({ name }) => name === request.component);
  const component = named.find(({ kind }) => fault.on.includes(kind));
  if (component !== undefined) return { fault, args: parsed.data, component };
  const shown = JSON.stringify(request.component);
  const usable = components.filter(({ kind }) => fault.on.includes(kind)).map(({ name }) => name);
  const message =
    named.length === 0
      ? `${fault.name}: the configuration names no component ${shown}, so it is not touched.`
      : `${fault.name} is not for ${shown}, a ${named.map(({ kind }) => kind).join(' and ')}.`;
  const hint =
    usable.length === 0
      ? `It needs a component of kind ${fault.on.join(' or ')} under chaos.components.`
      : `It can be done to ${usable.join(', ')}.`;
  throw new ShakedownError('FAULT_COMPONENT', message, { hint });
}

/** null: there was no time for it. */
async function prove(active: ActiveFault, signal: AbortSignal): Promise<FaultProof | null> {
  const withinMs = Math.max(proofTimeoutMs, active.proofWithinMs ?? 0);
  let cancel = () => {};
  const cut = new Promise<FaultProof | null>((resolve) => {
    const timer = setTimeout(() => resolve(unseen(`no end after ${withinMs / 1000} s`)), withinMs);
    const stop = () => resolve(null);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    cancel = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
  });
  const proving = active.prove().catch((error: Error) => unseen(error.message));
  const proof = await Promise.race([proving, cut]);
  cancel();
  return proof;
}

function unseen(measured: string): FaultProof {
  return { seen: false, checks: [{ what: 'measurement', expected: 'an outcome', measured, held: false }] };
}
