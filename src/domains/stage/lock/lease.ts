import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { findKubectl, Kubectl } from '../../../environment/kubectl.ts';
import { cannotLock, type EnvironmentLock, isTaken } from './lock.ts';

const durationS = 60;
const renewMs = 15_000;

const lease = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      renewTime: z.string().nullish(),
    })
    .default({}),
});
type Lease = z.output<typeof lease>;

export interface LeasePlace {
  readonly context: string | null;
  readonly namespace: string | null;
  readonly name: string;
}

/**
 * A Lease in the cluster (https://kubernetes.io/docs/concepts/architecture/leases/), renewed while the stage is at work. One that was not
 * renewed for a minute is taken over; the API server refuses all but the first of those who try.
 */
export async function leaseLock(
  place: LeasePlace,
  key: string,
  environment: string,
  path: string | null = findKubectl(),
): Promise<EnvironmentLock> {
  if (path === null) throw cannotLock('a Lease', 'there is no kubectl');
  const kubectl = new Kubectl(path, place.context, place.namespace);
  // One Lease an environment: two environments of one namespace do not keep each other out.
  const name = `${place.name}-${key.slice(0, 10)}`;
  const own = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const document = (version: string | null) =>
    JSON.stringify({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, ...(version === null ? {} : { resourceVersion: version }) },
      spec: {
        holderIdentity: own,
        leaseDurationSeconds: durationS,
        acquireTime: microTime(),
        renewTime: microTime(),
      },
    });
  const put = (version: string | null) =>
    kubectl.run([version === null ? 'create' : 'replace', '-f', '-', '-o', 'json'], document(version));
  const read = async (): Promise<Lease | null> => {
    const { code, stdout, stderr } = await kubectl.run(['get', 'lease', name, '-o', 'json', '--ignore-not-found']);
    if (code !== 0) throw cannotLock('a Lease', firstLine(stderr));
    return stdout.trim() === '' ? null : lease.parse(JSON.parse(stdout));
  };
  const before = await read();
  const holder = before === null ? null : holderOf(before);
  if (holder !== null) throw isTaken(environment, holder);
  const made = await put(before?.metadata.resourceVersion ?? null);
  if (made.code !== 0) {
    const now = await read();
    throw now !== null && holderOf(now) !== null
      ? isTaken(environment, holderOf(now) ?? '')
      : cannotLock('a Lease', firstLine(made.stderr));
  }
  let version = lease.parse(JSON.parse(made.stdout)).metadata.resourceVersion;
  const gone = new AbortController();
  let renewedAt = performance.now();
  let isReleased = false;
  const renew = async () => {
    const { code, stdout, stderr } = await put(version);
    if (isReleased || gone.signal.aborted) return;
    if (code === 0) {
      version = lease.parse(JSON.parse(stdout)).metadata.resourceVersion;
      renewedAt = performance.now();
      return;
    }
    const isOthers = /conflict|modified|not found/i.test(stderr);
    if (isOthers || performance.now() - renewedAt > durationS * 1000)
      gone.abort(`The Lease ${name} was lost: ${firstLine(stderr)}.`);
  };
  const timer = setInterval(() => {
    renew().catch(() => {});
  }, renewMs);
  timer.unref();
  return {
    kind: 'lease',
    detail: `The Lease ${name} in the cluster: it keeps out every stage that asks the same namespace.`,
    lost: gone.signal,
    async release() {
      isReleased = true;
      clearInterval(timer);
      const now = await read().catch(() => null);
      // Another's stays where it is.
      if (now?.spec.holderIdentity === own) await kubectl.run(['delete', 'lease', name, '--wait=false']);
    },
  };
}

/** null: nobody holds it any more. */
function holderOf({ spec: { holderIdentity, leaseDurationSeconds, renewTime } }: Lease): string | null {
  if (!holderIdentity || !renewTime) return null;
  const untilMs = Date.parse(renewTime) + (leaseDurationSeconds ?? durationS) * 1000;
  return untilMs > Date.now() ? `${holderIdentity}, whose Lease was renewed at ${renewTime}` : null;
}

/** As the API server wants it. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replace(/\.$/, '') || 'kubectl said nothing';
}
