import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxyState, Toxic } from '../toxiproxy/client.ts';
import { ours } from '../toxiproxy/names.ts';
import type { UndoStep } from '../undo.ts';
import { ask, type Reply } from './ask.ts';

type ToxicStep = Extract<UndoStep, { kind: 'toxic' }>;

/** Toxiproxy does it at once, unless a connection keeps it waiting. */
export const usualPromptMs = 700;
/** So long do connections whose clients are gone need to notice, once nothing slows them. */
const settleMs = 50;
const renewMs = 700;

/**
 * Takes a toxic off a proxy, and never waits long for it. Toxiproxy (2.12, link.go) holds the lock of a proxy's connections while it removes
 * a toxic, and waits for each of them to pass on what it has: 5 s a piece where the client died, for ever where it does not read. So the
 * toxic is switched off first, where that loses nothing: what is under way drains, and who is dead leaves. Where Toxiproxy waits all the
 * same, the proxy is put in its own place anew, which cuts its connections.
 * @returns what its users may have noticed; null: nothing
 * @throws Error saying what could not be done
 */
export async function takeToxicOff(step: ToxicStep, promptMs = usualPromptMs): Promise<string | null> {
  const { url, proxy, toxic } = step;
  const proxyUrl = `${url}/proxies/${encodeURIComponent(proxy.name)}`;
  const toxicUrl = `${proxyUrl}/toxics/${encodeURIComponent(toxic)}`;
  const looked = await call('GET', proxyUrl, null, promptMs);
  if (isGone(looked)) return null;
  const seen = looked === 'late' ? null : proxyIn(looked, proxyUrl);
  const found = seen?.toxics.find(({ name }) => name === toxic);
  if (seen !== null && found === undefined) return null;
  if (found !== undefined && !keepsWaiting(found, promptMs)) {
    // What was swallowed is missing, so that nothing may come after it: Toxiproxy closes these connections, and does not wait for them.
    const drains = found.type !== 'timeout' && found.type !== 'reset_peer';
    const off = JSON.stringify({ toxicity: 0, attributes: {} });
    const softened = drains ? await call('POST', toxicUrl, off, promptMs) : null;
    if (softened !== null && isGone(softened)) return null;
    if (softened !== null && softened !== 'late') await sleep(settleMs);
    if (softened !== 'late') {
      const removed = await call('DELETE', toxicUrl, null, promptMs);
      if (isGone(removed) || (removed !== 'late' && removed.ok)) return null;
      if (removed !== 'late') throw new Error(`DELETE ${toxicUrl} was answered with status ${removed.status}`);
    }
  }
  return await renew(step, seen);
}

type Answer = Exclude<Reply, 'nobody'>;
/** Where nobody listens any more, what was set in that process is gone with it. */
const gone = { ok: false, status: 404, text: '' };

async function call(...request: Parameters<typeof ask>): Promise<Answer> {
  const reply = await ask(...request);
  return reply === 'nobody' ? gone : reply;
}

function isGone(reply: Answer): boolean {
  return reply !== 'late' && reply.status === 404;
}

/** A reset that has been set off cannot be stopped. */
function keepsWaiting({ type, attributes }: Toxic, promptMs: number): boolean {
  return type === 'reset_peer' && Number(attributes.timeout) > promptMs / 2;
}

/**
 * Replaces a proxy by one that is alike, without toxics of ours; at no moment is there none. Toxiproxy does so with one whose upstream is
 * written otherwise, so it is written otherwise once (`:080` for `:80`) and then as it was.
 */
async function renew({ url, proxy, toxic }: ToxicStep, seen: ProxyState | null): Promise<string | null> {
  const { name } = proxy;
  const { listen, upstream } = seen ?? proxy;
  const enabled = seen?.enabled ?? true;
  const [, host, port] = /^(.*):(\d+)$/.exec(upstream) ?? [];
  const why = `Toxiproxy at ${url} does not let go of ${toxic} on ${name}`;
  if (port === undefined) throw new Error(`${why}, and its upstream ${upstream} has no port by which to renew it`);
  for (const written of [`${host}:0${port}`, upstream]) {
    const wanted = JSON.stringify([{ name, listen, upstream: written, enabled }]);
    const made = await call('POST', `${url}/populate`, wanted, renewMs);
    if (made === 'late') throw new Error(`${why}, and did not renew the proxy in ${renewMs} ms`);
    if (isGone(made)) return null;
    if (!made.ok) throw new Error(`${why}; renewing the proxy was answered with status ${made.status}: ${made.text}`);
  }
  const proxyUrl = `${url}/proxies/${encodeURIComponent(name)}`;
  const others = (seen?.toxics ?? []).filter((other) => other.name !== toxic);
  for (const other of others.filter((one) => !ours.test(one.name))) {
    await call('POST', `${proxyUrl}/toxics`, JSON.stringify(other), renewMs);
  }
  const now = await call('GET', proxyUrl, null, renewMs);
  if (now === 'late' || (!isGone(now) && proxyIn(now, proxyUrl).toxics.some((one) => one.name === toxic))) {
    throw new Error(`${why}, even renewed`);
  }
  const more = others.some((one) => ours.test(one.name)) ? ' Other faults on it went with it.' : '';
  return `${name}: its connections were cut, as ${why} while one of them holds it.${more}`;
}

function proxyIn(reply: Exclude<Answer, 'late'>, url: string): ProxyState {
  try {
    const proxy = JSON.parse(reply.text) as Partial<ProxyState>;
    if (reply.ok && typeof proxy.upstream === 'string' && Array.isArray(proxy.toxics)) return proxy as ProxyState;
  } catch {
    // Reported below, as anything else that is not Toxiproxy.
  }
  throw new Error(`GET ${url} was not answered as Toxiproxy does (status ${reply.status})`);
}
