import { setTimeout as sleep } from 'node:timers/promises';
import { tlsOptions } from '../../../environment/tls.ts';
import { firstError } from '../../../model/error.ts';
import { type LinkBreaker, openLinkBreaker } from '../../chaos/public.ts';
import type { ValidationContext } from '../../validation.ts';
import { send } from '../contracts/send.ts';
import { type DegradationSettings, type FailureKind, failureKinds, type ServiceSettings } from '../settings.ts';
import type { DegradationEvidence } from './evidence.ts';
import { readServiceRecording } from './recording.ts';
import type { RecordingOf } from './sample-recordings.ts';
import { standIn } from './stand-in.ts';

type Failure = DegradationEvidence['failures'][number];
type Seen = DegradationEvidence['before'][number];

const asked = 3;
const bytesAtMost = 2_000_000;
/** After the declared time, an answer is waited for a little longer, so that its status is known. */
const patienceMs = 5000;
const againMs = 500;

/** What breaks services: opened when the first one is to be broken, and shared, as its links are started once. */
export function linkBreaker(context: ValidationContext): () => Promise<LinkBreaker> {
  let opening: Promise<LinkBreaker> | undefined;
  const open = async () => {
    const { config, signal, teardown, now, phase, mark } = context;
    const { baseUrl } = await context.target();
    const warn = (text: string) => mark({ text, kind: 'trouble' });
    return openLinkBreaker({ config, baseUrl, signal, teardown, now, phase, warn });
  };
  return () => {
    opening ??= open();
    return opening;
  };
}

/** Makes a service fail; `act` is what is done meanwhile. */
type Break = (kind: FailureKind, act: () => Promise<void>) => Promise<Pick<Failure, 'proof' | 'met'>>;

/** What services are broken with. */
export interface Using {
  links(): Promise<LinkBreaker>;
  readonly recordingOf: RecordingOf;
}

/**
 * Makes a service fail in each way that is declared, and asks the declared routes before, while it is so, and when it is back.
 * @throws ShakedownError where the stand-in cannot be started, or the target not be reached
 */
export async function tryWithout(
  service: ServiceSettings & { degrades: DegradationSettings },
  context: ValidationContext,
  using: Using,
): Promise<DegradationEvidence> {
  const { degrades, name } = service;
  const { signal, mark } = context;
  const { breaks, close } = await means(service, context, using);
  context.teardown.before(`end the stand-in for ${name}`, close);
  const ask = await asking(degrades, context);
  const all = degrades.routes.map((_, i) => i);
  const failures: Failure[] = [];
  const before = await ask(all, asked);
  // What does not work as it is would show nothing of its failing.
  const isUsual = before.every(({ route, status }) => status === degrades.routes[route]?.usual);
  for (const kind of failureKinds) {
    const routes = all.filter((i) => degrades.routes[i]?.when.includes(kind));
    if (routes.length === 0) continue;
    signal.throwIfAborted();
    const failure: Failure = {
      ...{ kind, proof: { seen: false, measured: 'not measured' }, met: null, answers: [], after: [] },
      ...{ recoveredMs: null, error: null },
    };
    failures.push(failure);
    if (!isUsual) continue;
    mark({ text: `${name} is made ${kind}`, kind: 'move' });
    try {
      const broken = await breaks(kind, async () => {
        failure.answers = await ask(routes, asked);
      });
      Object.assign(failure, broken);
      Object.assign(failure, await recovery(degrades, ask));
    } catch (error) {
      signal.throwIfAborted();
      const { message, hint } = firstError(error);
      failure.error = [message, hint].filter(Boolean).join(' ');
    }
    mark({ text: `${name} is back`, kind: 'move' });
  }
  await close();
  return {
    ...{ kind: 'degradation', name, recoverS: degrades.recoverS, before, failures },
    by: degrades.link === null ? `the stand-in for ${name}` : `the link ${degrades.link}`,
    routes: degrades.routes.map(({ path, usual, without, withinMs, when }) => ({
      ...{ route: `GET ${path.split('?', 1)[0]}`, usual, withinMs },
      ...{ without: [...without], when: [...when] },
    })),
  };
}

async function means(
  service: ServiceSettings & { degrades: DegradationSettings },
  { signal, target }: ValidationContext,
  { links, recordingOf }: Using,
): Promise<{ breaks: Break; close(): Promise<void> }> {
  const { link, port, slowMs } = service.degrades;
  const how = (kind: FailureKind) => (kind === 'slow' ? { kind, delayMs: slowMs } : { kind });
  if (link !== null) {
    const breaker = await links();
    const breaks: Break = async (kind, act) => {
      const { seen, measured, met } = await breaker.during(link, how(kind), act);
      return { proof: { seen, measured }, met };
    };
    return { breaks, close: async () => {} };
  }
  const { exchanges } = await readServiceRecording(await recordingOf(service));
  const carrier = port === null ? (await target()).sample?.carrier : undefined;
  await carrier?.close();
  const running = await standIn(exchanges, port ?? Number(new URL(carrier?.url ?? '').port)).catch(async (error) => {
    await carrier?.open();
    throw error;
  });
  const breaks: Break = async (kind, act) => {
    const failedBefore = running.tally.failed;
    running.fail(how(kind));
    try {
      signal.throwIfAborted();
      await act();
    } finally {
      running.fail(null);
    }
    const met = running.tally.failed - failedBefore;
    return {
      met,
      proof: { seen: true, measured: `the stand-in met ${met} of the target’s requests with its failure` },
    };
  };
  const close = async () => {
    await running.close();
    await carrier?.open();
  };
  return { breaks, close };
}

type Ask = (routes: readonly number[], times: number) => Promise<Seen[]>;

async function asking({ routes }: DegradationSettings, { config, target, signal }: ValidationContext): Promise<Ask> {
  const { baseUrl } = await target();
  const tls = await tlsOptions(config.target.tls);
  const headers = { accept: '*/*', ...Object.fromEntries(config.target.headers), 'user-agent': 'shakedown' };
  return async (chosen, times) => {
    const all: Seen[] = [];
    for (const route of chosen) {
      const { path, withinMs } = routes[route] as DegradationSettings['routes'][number];
      for (let i = 0; i < times; i++) {
        signal.throwIfAborted();
        const timeoutMs = withinMs + patienceMs;
        const about = { method: 'GET', headers, body: null, timeoutMs, bytesAtMost, tls, signal };
        const { status, ms, problem } = await send(`${baseUrl}${path}`, about);
        all.push({ route, status, ms: Math.round(ms), problem });
      }
    }
    return all;
  };
}

/** Asks until all is as usual, or the time for that is over. */
async function recovery(
  { routes, recoverS }: DegradationSettings,
  ask: Ask,
): Promise<Pick<Failure, 'after' | 'recoveredMs'>> {
  const begun = performance.now();
  for (;;) {
    const all = routes.map((_, i) => i);
    const after = await ask(all, 1);
    const tookMs = Math.round(performance.now() - begun);
    if (after.every(({ route, status }) => status === routes[route]?.usual)) return { after, recoveredMs: tookMs };
    if (tookMs > recoverS * 1000) return { after, recoveredMs: null };
    await sleep(againMs);
  }
}
