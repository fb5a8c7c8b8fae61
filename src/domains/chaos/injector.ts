import type { FaultProof, FaultRecord } from '../../model/chaos.ts';
import { ShakedownError } from '../../model/error.ts';
import type { JournalData } from '../../model/event.ts';
import type { ActiveFault, Component, Fault, FaultRequest, Injector } from './fault.ts';
import { argumentProblems } from './fault-arguments.ts';
import { forgetEarlier } from './toxiproxy/users.ts';
import type { UndoEntry, UndoList } from './undo.ts';
import { type FaultWatch, watchFault } from './watch.ts';

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

type Hide = NonNullable<FaultRequest['hide']>;

interface Held {
  hide: Hide;
  record: FaultRecord;
  active: ActiveFault;
  undos: readonly UndoEntry[];
  signal: AbortSignal;
  /** From its proof on. */
  watch: FaultWatch | undefined;
  reverting: Promise<void> | undefined;
}

/** Longest that a proof may take which does not say how long: most measure for seconds. */
const proofTimeoutMs = 60_000;
/** Longest that making a fault and proving it should take: the slowest are some minutes of exchanges over slow links. */
const makingMs = 10 * 60_000;

export function createInjector(options: InjectorOptions): Injector {
  const { undo, now, on } = options;
  const records: FaultRecord[] = [];
  const held = new Map<string, Held>();
  const injecting = new Set<Promise<unknown>>();
  for (const component of options.components) if (component.kind === 'link') forgetEarlier(component);

  const end = (record: FaultRecord, by: FaultRecord['revertedBy'], error: string | null) => {
    const atMs = record.revertedMs ?? now();
    const { touched, connections, watched } = record;
    const counted = {
      ...(touched === undefined ? {} : { touched }),
      ...(connections === undefined ? {} : { connections }),
      ...(watched === undefined ? {} : { watched }),
    };
    on({ type: 'shakedown.fault.ended', data: { id: record.id, atMs, by, error, ...counted } });
  };

  const put = async (
    record: FaultRecord,
    ready: Ready,
    { hide, seconds }: { hide: Hide; seconds: number | undefined },
    signal: AbortSignal,
  ): Promise<Held> => {
    try {
      const { fault, args, component } = ready;
      const why = await fault.unavailable(component, args);
      if (why !== null) {
        throw new ShakedownError('FAULT_UNAVAILABLE', `${fault.name} on ${component.name}: ${why}`, {
          hint: 'Leave this fault out, or make what it needs available.',
        });
      }
      signal.throwIfAborted();
      const undos: UndoEntry[] = [];
      const kept: UndoList = {
        async add(title, steps) {
          const entry = await undo.add(title, steps);
          undos.push(entry);
          // If this process is stopped while it makes the fault or proves it, it ends all the same.
          if (seconds !== undefined) await entry.endAfter(seconds * 1000, makingMs);
          return entry;
        },
      };
      const active = await fault.inject(args, component, { undo: kept, signal, noop: options.noop ?? false });
      record.injectedMs = now();
      const one: Held = { hide, record, active, undos, signal, watch: undefined, reverting: undefined };
      held.set(record.id, one);
      on({ type: 'shakedown.fault.injected', data: { id: record.id, atMs: record.injectedMs } });
      return one;
    } catch (error) {
      record.error = hide((error as Error).message);
      end(record, null, record.error);
      throw error;
    }
  };

  const revert = async (one: Held, by: By): Promise<void> => {
    const { record, active, hide } = one;
    const watched = await one.watch?.end(one.signal.aborted);
    one.watch = undefined;
    if (watched !== undefined) record.watched = hide(watched);
    try {
      await active.revert();
    } catch (cause) {
      const reason = hide((cause as Error).message);
      const message = `${record.fault} on ${record.component} could not be taken away: ${reason}`;
      on({ type: 'shakedown.warning', data: { message } });
      const hint = 'It is tried again when the run ends; else run `shakedown chaos clean`.';
      throw new ShakedownError('FAULT_REVERT', message, { hint, cause });
    }
    held.delete(record.id);
    const touched = active.touched?.();
    if (touched !== undefined) record.touched = touched;
    const connections = active.connections?.();
    if (connections !== undefined) record.connections = connections;
    const byGuard = one.undos.flatMap((entry) => entry.endedByGuard() ?? []);
    const agoMs = Math.min(...byGuard.map((ended) => ended.agoMs));
    record.revertedMs = byGuard.length === 0 ? now() : now() - agoMs;
    record.revertedBy = byGuard.length === 0 ? by : 'guard';
    // The guard took it away in time: that it was gone then is as it should be.
    if (byGuard.length > 0 && record.watched !== undefined) record.watched.gone = null;
    end(record, record.revertedBy, null);
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
      const hide: Hide = request.hide ?? ((value) => value);
      const record: FaultRecord = {
        id: `f${records.length + 1}`,
        experiment: request.experiment,
        fault: fault.name,
        title: fault.title,
        layer: fault.layer,
        component: component.name,
        arguments: hide(request.arguments),
        touches: hide(fault.touches(args, component)),
        ...(component.affectedShare === undefined ? {} : { affectedShare: component.affectedShare }),
        announcedMs: now(),
        injectedMs: null,
        revertedMs: null,
        revertedBy: null,
        proof: null,
        error: null,
      };
      records.push(record);
      on({ type: 'shakedown.fault.announced', data: { fault: structuredClone(record) } });
      const putting = put(record, ready, { hide, seconds: request.seconds }, signal);
      injecting.add(putting);
      const one = await putting.finally(() => injecting.delete(putting));
      const proof = await prove(one.active, signal);
      if (proof !== null) {
        record.proof = hide(proof);
        on({ type: 'shakedown.fault.proved', data: { id: record.id, proof: record.proof } });
      }
      const { active } = one;
      if (active.momentary) await revertOnce(one, 'itself');
      else if (record.proof?.seen && held.has(record.id)) one.watch = watchFault(() => active.still(), now);
      return record;
    },
    async lasts(faultId, seconds) {
      for (const entry of held.get(faultId)?.undos ?? []) await entry.endAfter(seconds * 1000);
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

/**
 * Whether a fault can be asked for at all, before anything is done. Of arguments that are not all known yet, fault and component only.
 * @throws ShakedownError FAULT_UNKNOWN, FAULT_ARGUMENTS, FAULT_COMPONENT
 */
export function checkFault(request: FaultRequest, known: Pick<InjectorOptions, 'faults' | 'components'>): void {
  prepare(request, known);
}

function prepare(request: FaultRequest, { faults, components }: Pick<InjectorOptions, 'faults' | 'components'>): Ready {
  const fault = faults.find(({ name }) => name === request.fault);
  if (fault === undefined) {
    const names = faults.map(({ name }) => name).join(', ');
    throw new ShakedownError('FAULT_UNKNOWN', `There is no fault ${JSON.stringify(request.fault)}.`, {
      hint: `There are ${names}.`,
    });
  }
  const parsed = fault.schema.safeParse(request.arguments);
  if (!parsed.success && !JSON.stringify(request.arguments).includes('${')) {
    throw new ShakedownError(
      'FAULT_ARGUMENTS',
      `${fault.name}: ${argumentProblems(fault, request.arguments).join('; ')}.`,
    );
  }
  const named = components.filter(({ name }) => name === request.component);
  const component = named.find(({ kind }) => fault.on.includes(kind));
  if (component !== undefined) return { fault, args: parsed.success ? parsed.data : request.arguments, component };
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
