import { z } from 'zod';

const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    creationTimestamp: z.string().default(''),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({ nodeName: z.string().optional() }).default({}),
  status: z
    .object({
      phase: z.string().default(''),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .default([]),
      containerStatuses: z
        .array(
          z.object({
            state: z
              .object({
                running: z.unknown().optional(),
                waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
                terminated: z.object({ reason: z.string().default(''), exitCode: z.number().default(0) }).optional(),
              })
              .default({}),
          }),
        )
        .default([]),
    })
    .default({ phase: '', conditions: [], containerStatuses: [] }),
});

export interface PodState {
  name: string;
  /** Which generator it is for. */
  index: number;
  node: string;
  createdAt: string;
  ready: boolean;
  /** What keeps it from being ready for good; null when it may come yet. */
  hopeless: string | null;
  /** What it waits for, in words; null when nothing is known. */
  waitsFor: string | null;
  /** It waits for room on a node. */
  noRoom: boolean;
}

const hopelessReasons = [
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'CrashLoopBackOff',
];

/** Reads `kubectl get pods -o json`: those that are there to stay, for each index the newest last. */
export function readPods(text: string, indexOf: (labels: Record<string, string>) => number): PodState[] {
  const { items } = z.object({ items: z.array(podSchema) }).parse(JSON.parse(text));
  return items
    .filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined && !['Failed', 'Succeeded'].includes(status.phase),
    )
    .map(({ metadata, spec, status }): PodState => {
      const waiting = status.containerStatuses.map(({ state }) => state.waiting).find((one) => one !== undefined);
      const unplaced = status.conditions.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
      const words =
        waiting === undefined ? null : `${waiting.reason}${waiting.message === '' ? '' : `: ${waiting.message}`}`;
      return {
        name: metadata.name,
        index: indexOf(metadata.labels),
        node: spec.nodeName ?? '',
        createdAt: metadata.creationTimestamp,
        ready: status.phase === 'Running' && status.containerStatuses.every(({ state }) => state.running !== undefined),
        hopeless: waiting !== undefined && hopelessReasons.includes(waiting.reason) ? words : null,
        waitsFor: unplaced?.message ?? words,
        noRoom: unplaced?.reason === 'Unschedulable',
      };
    })
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** The last complaint about an object, of `kubectl get events -o json`; null when there is none. */
export function lastWarning(text: string): string | null {
  const { items } = z
    .object({ items: z.array(z.object({ type: z.string().default(''), message: z.string().default('') })) })
    .parse(JSON.parse(text));
  return items.findLast(({ type }) => type === 'Warning')?.message ?? null;
}
