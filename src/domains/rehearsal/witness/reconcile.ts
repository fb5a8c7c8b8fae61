import { readFile } from 'node:fs/promises';
import type { Sent } from './request.ts';

/** What became of the requests, by their ids: at the client, at the switch, at the instances. */
export interface Reconciliation {
  sent: number;
  /** No answer, a 5xx, a status of another class than recorded, or an answer that was cut off. */
  failed: number;
  /** Seen at the switch; null: it notes nothing. */
  atSwitch: number | null;
  /** Seen at an instance; null: they note nothing. */
  atInstances: number | null;
  /** The client has no answer, and the switch or an instance never saw it. */
  lost: number;
  /** Answered, and unknown to a place that it must have gone through: what is noted is not whole. */
  unaccounted: number;
  /** Seen more than once by the instances, though the client sent it once: somebody in between sends again. */
  repeated: number;
  /** Of these, those that write. */
  duplicated: number;
  /** The first of each, for who looks for the cause. */
  examples: { id: string; label: string; what: string }[];
}

const examplesAtMost = 20;
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * @param switchLog lines with `id`; null: there is none
 * @param instanceLogs lines with `requestId`; empty: there are none
 */
export async function reconcile(
  sent: readonly Sent[],
  switchLog: string | null,
  instanceLogs: readonly string[],
): Promise<Reconciliation> {
  const own = new Map(sent.map((each) => [each.id, each]));
  const atSwitch = switchLog === null ? null : await counted([switchLog], 'id', own);
  const atInstances = instanceLogs.length === 0 ? null : await counted(instanceLogs, 'requestId', own);
  const found: Reconciliation = {
    ...{ sent: sent.length, failed: 0, lost: 0, unaccounted: 0, repeated: 0, duplicated: 0, examples: [] },
    atSwitch: atSwitch?.size ?? null,
    atInstances: atInstances?.size ?? null,
  };
  const example = ({ id, label }: Sent, what: string) => {
    if (found.examples.length < examplesAtMost) found.examples.push({ id, label, what });
  };
  for (const each of sent) {
    const times = Math.max(atSwitch?.get(each.id) ?? 0, atInstances?.get(each.id) ?? 0);
    const isMissing =
      (atSwitch !== null && !atSwitch.has(each.id)) || (atInstances !== null && !atInstances.has(each.id));
    if (each.error !== null) {
      found.failed++;
      example(each, each.error);
    }
    if (isMissing && each.status === 0) {
      found.lost++;
      example(each, 'lost');
    } else if (isMissing && each.status < 500) found.unaccounted++;
    if (times > 1) {
      found.repeated++;
      if (!safe.has(each.method)) found.duplicated++;
      example(each, `seen ${times} times`);
    }
  }
  return found;
}

async function counted(
  files: readonly string[],
  key: 'id' | 'requestId',
  own: ReadonlyMap<string, unknown>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const pattern = new RegExp(`"${key}":"([\\w-]+)"`);
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const id = pattern.exec(line)?.[1];
      if (id !== undefined && own.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts;
}
