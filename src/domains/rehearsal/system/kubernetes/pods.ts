import { z } from 'zod';
import { type Cluster, oneLine } from './cluster.ts';

const state = z.object({
  waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
  terminated: z.object({ reason: z.string().default(''), exitCode: z.number().default(0) }).optional(),
});
const pod = z.object({
  metadata: z.object({
    name: z.string(),
    creationTimestamp: z.string().default(''),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  status: z
    .object({
      phase: z.string().default(''),
      podIP: z.string().optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .default([]),
      containerStatuses: z
        .array(
          z.object({
            name: z.string(),
            image: z.string().default(''),
            imageID: z.string().default(''),
            state: state.default({}),
            lastState: state.default({}),
          }),
        )
        .default([]),
    })
    .prefault({}),
});
const pods = z.object({ items: z.array(pod) });
const events = z.object({
  items: z.array(z.object({ type: z.string().default(''), message: z.string().default('') })),
});

export interface Pod {
  name: string;
  labels: Record<string, string>;
  address: string | null;
  createdAt: string;
  ready: boolean;
  /** By container: what really runs, as `sha256:…`. */
  digests: { name: string; digest: string }[];
  /** What keeps it from being ready for good; null when it may come yet. */
  hopeless: string | null;
  /** What it waits for; null when nothing is known. */
  waitsFor: string | null;
}

const hopelessReasons = [
  ...['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'CreateContainerConfigError'],
  ...['CreateContainerError', 'RunContainerError', 'CrashLoopBackOff'],
];

/** Pods that are there to stay, the oldest first. @throws ShakedownError with that code */
export async function podsOf(cluster: Cluster, code: string, selector: string): Promise<Pod[]> {
  const text = await cluster.must(code, 'see the pods', ['get', 'pods', '-l', selector, '-o', 'json']);
  return pods
    .parse(JSON.parse(text))
    .items.filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status.phase !== 'Failed')
    .map(({ metadata, status }): Pod => {
      const { name, labels, creationTimestamp: createdAt } = metadata;
      const stuck = status.containerStatuses.find(({ state: { waiting } }) => waiting !== undefined);
      const waiting = stuck?.state.waiting;
      const ended = stuck?.lastState.terminated;
      const words =
        waiting === undefined
          ? null
          : waiting.reason === 'CrashLoopBackOff' && ended !== undefined
            ? `container ${stuck?.name} ends again and again, the last time with code ${ended.exitCode}`
            : oneLine([waiting.reason, waiting.message].filter((one) => one !== '').join(': '));
      const is = (type: string) => status.conditions.find((each) => each.type === type);
      return {
        ...{ name, labels, createdAt, address: status.podIP ?? null },
        ready: is('Ready')?.status === 'True',
        digests: status.containerStatuses.flatMap(({ name: container, imageID }) => {
          const digest = /sha256:[0-9a-f]{64}/.exec(imageID)?.[0];
          return digest === undefined ? [] : [{ name: container, digest }];
        }),
        hopeless: waiting !== undefined && hopelessReasons.includes(waiting.reason) ? words : null,
        waitsFor: (is('PodScheduled')?.status === 'False' ? is('PodScheduled')?.message : null) ?? words,
      };
    })
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.name.localeCompare(b.name));
}

/** The cluster's last complaint about an object; null: it has none, or does not say. */
export async function lastWarning(cluster: Cluster, name: string): Promise<string | null> {
  const field = `--field-selector=involvedObject.name=${name}`;
  const { code, stdout } = await cluster.kubectl.run(['get', 'events', field, '-o', 'json']);
  if (code !== 0) return null;
  const message = events.parse(JSON.parse(stdout)).items.findLast(({ type }) => type === 'Warning')?.message;
  return message === undefined ? null : oneLine(message);
}
