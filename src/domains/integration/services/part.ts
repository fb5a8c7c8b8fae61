import { randomBytes } from 'node:crypto';
import { isLoopback } from '../../../environment/loopback.ts';
import { tlsOptions } from '../../../environment/tls.ts';
import { firstError, ShakedownError } from '../../../model/error.ts';
import { type ValidationContext, validationWork } from '../../validation.ts';
import { Contract } from '../contracts/answer.ts';
import { type Received, send } from '../contracts/send.ts';
import { Validator } from '../contracts/validator.ts';
import { documentFrom, type ServiceSettings } from '../settings.ts';
import { throughCache } from './cdn.ts';
import { linkBreaker, tryWithout } from './degrade.ts';
import { type RealEvidence, type ServiceEvidence, type StandInEvidence, serviceEvidence } from './evidence.ts';
import { judgeServices } from './judge.ts';
import { type Exchange, readServiceRecording } from './recording.ts';
import { type RecordingOf, recordings } from './sample-recordings.ts';
import { standIn, unknownHeader } from './stand-in.ts';

type Context = ValidationContext<ServiceEvidence>;

const requests = 5;
const timeoutMs = 15_000;
const bytesAtMost = 2_000_000;
const triedAtMost = 200;
const dayMs = 86_400_000;

/** External services: real ones are asked, stand-ins are tried out. */
export const services = validationWork<ServiceEvidence>({
  evidence: serviceEvidence,
  async run(context: Context) {
    const all = context.config.integration.services;
    if (all.length === 0) {
      throw new ShakedownError('NOT_CONFIGURED', 'No external service is configured.', {
        hint: 'Name those that the target uses in integration.services.',
      });
    }
    // One service costs no other.
    const kept = async (name: string, look: () => Promise<ServiceEvidence>) => {
      context.signal.throwIfAborted();
      context.phase(name);
      try {
        context.record(await look());
      } catch (error) {
        context.signal.throwIfAborted();
        const { message, hint } = firstError(error);
        context.record({ kind: 'failed', name, error: [message, hint].filter(Boolean).join(' ') });
      }
    };
    const recordingOf = recordings(context as ValidationContext);
    for (const one of all) {
      if (one.kind === 'real') await kept(one.name, () => lookAt(one, context));
      if (one.kind === 'stand-in') await kept(one.name, () => tryOut(one, context, recordingOf));
      if (one.kind === 'cdn') await kept(one.name, () => throughCache(one, context as ValidationContext));
    }
    const using = { recordingOf, links: linkBreaker(context as ValidationContext) };
    for (const one of all) {
      const { name, degrades } = one;
      // Without itself no target does anything; what is behind a CDN is what the others show.
      if (one.sample === 'shop' || one.kind === 'cdn') continue;
      if (degrades === null) context.record({ kind: 'undeclared', name });
      else await kept(`${name} failing`, () => tryWithout({ ...one, degrades }, context as ValidationContext, using));
    }
  },
  judge: (evidence) => judgeServices(evidence),
});

async function lookAt(service: ServiceSettings, context: Context): Promise<RealEvidence> {
  const { config, signal } = context;
  const { name, probe, quota } = service;
  const target = service.sample === 'shop' ? await context.target() : null;
  const url = target?.baseUrl ?? (service.url as string);
  const { host, hostname, protocol } = new URL(url);
  const about = {
    ...{ method: 'GET', body: null, timeoutMs, bytesAtMost, signal },
    tls: target === null ? {} : await tlsOptions(config.target.tls),
    headers: {
      accept: 'application/json, */*',
      'accept-encoding': 'gzip, br',
      'user-agent': 'shakedown',
      ...headersOf(service),
    },
  };
  const received: Received[] = [];
  for (let i = 0; i < requests; i++) {
    signal.throwIfAborted();
    received.push(await send(`${url}${probe.path}`, about));
  }
  signal.throwIfAborted();
  const last = received.findLast(({ status }) => status !== 0);
  // One that a limit refused is held against no contract.
  const held = received.findLast(({ status }) => status === probe.status) ?? (last?.status === 429 ? undefined : last);
  const until = received.find(({ certificateUntil }) => certificateUntil !== null)?.certificateUntil;
  const left = quota === null ? undefined : last?.headers[quota.header.toLowerCase()];
  return {
    ...{ kind: 'real', name, origin: `${protocol}//${host}`, probe: `GET ${probe.path.split('?', 1)[0]}` },
    isLocal: isLoopback(hostname),
    wantedStatus: probe.status,
    answers: received.map(({ status, ms, problem }) => ({ status, ms, problem })),
    latencyMs: service.latencyMs,
    certificate:
      until === undefined || until === null
        ? null
        : { until, days: (Date.parse(until) - Date.now()) / dayMs, wantedDays: service.certificateDays },
    contract: held === undefined ? null : await contractOf(service, held, context),
    quota:
      quota === null
        ? null
        : { header: quota.header, atLeast: quota.atLeast, left: /^\d+$/.test(String(left)) ? Number(left) : null },
  };
}

async function contractOf(
  { probe, name }: ServiceSettings,
  received: Received,
  context: Context,
): Promise<RealEvidence['contract']> {
  if (probe.document === null) return null;
  const { document } = await documentFrom(probe.document, context, `document-${name.replace(/[^\w-]+/g, '-')}`);
  const validator = new Validator();
  try {
    const { problems, doubts, shown } = await new Contract(document).hold(
      {
        ...{
          method: 'GET',
          path: probe.path,
          route: `GET ${probe.path}`,
          status: received.status,
          isCut: received.isCut,
        },
        headers: new Map(Object.entries(received.headers).map(([key, value]) => [key, String(value)])),
        body: received.body.toString('utf8'),
      },
      (key, schema, text) => validator.check(key, schema, text),
    );
    return {
      ...{ document: document.name, held: shown === null ? 0 : 1, doubts: [...doubts].slice(0, 20) },
      problems: problems.map(({ operation, what }) => `${operation}: ${what}`).slice(0, 20),
    };
  } finally {
    await validator.close();
  }
}

/** @throws ShakedownError SERVICE_HEADER where an environment variable is not set */
function headersOf({ name, probe }: ServiceSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(probe.headersEnv).map(([header, variable]) => {
      const value = process.env[variable];
      if (value !== undefined && value !== '') return [header.toLowerCase(), value];
      throw new ShakedownError(
        'SERVICE_HEADER',
        `${header} of ${name} needs the environment variable ${variable}, which is not set.`,
        {
          hint: 'Set it, or correct integration.services.',
        },
      );
    }),
  );
}

async function tryOut(service: ServiceSettings, context: Context, recordingOf: RecordingOf): Promise<StandInEvidence> {
  const { signal, teardown } = context;
  const recording = await readServiceRecording(await recordingOf(service));
  const { exchanges } = recording;
  const running = await standIn(exchanges, 0);
  teardown.before(`end the stand-in for ${service.name}`, () => running.close());
  const about = { body: null, headers: {}, tls: {}, timeoutMs: 90_000, bytesAtMost: 16_000_000, signal };
  const bare = exchanges.filter(({ body }) => body === '').slice(0, triedAtMost);
  const differing: string[] = [];
  for (const one of bare) {
    signal.throwIfAborted();
    const { status, body, ms } = await send(`${running.origin}${one.path}`, { ...about, method: one.method });
    const why = differs(one, status, body, ms);
    if (why !== null) differing.push(`${one.method} ${one.path.split('?', 1)[0]}: ${why}`);
  }
  const request = `/never-recorded-${randomBytes(4).toString('hex')}`;
  const answer = await send(`${running.origin}${request}`, { ...about, method: 'GET' });
  await running.close();
  return {
    ...{ kind: 'stand-in', name: service.name, origin: recording.origin, recordedAt: recording.recordedAt },
    ageDays: (Date.now() - Date.parse(recording.recordedAt)) / dayMs,
    maxAgeDays: service.maxAgeDays,
    ...{ exchanges: exchanges.length, damaged: recording.damaged },
    errors: exchanges.filter(({ status }) => status === 0 || status >= 400).length,
    ...{ tried: bare.length, notTried: exchanges.length - bare.length, differing: differing.slice(0, 50) },
    control: {
      request: 'GET of what was never recorded',
      status: answer.status,
      isNamed: answer.headers[unknownHeader] === 'never recorded' && answer.body.toString('utf8').includes(request),
    },
  };
}

/** Why an answer is not as recorded; null: it is. */
function differs(
  { status: wanted, answer, latencyMs, method }: Exchange,
  status: number,
  body: Buffer,
  ms: number,
): string | null {
  if (status !== wanted) return `status ${status}, where ${wanted} was recorded`;
  if (wanted !== 0 && method !== 'HEAD' && body.toString('base64') !== answer) return 'another body';
  return ms < latencyMs - 2 ? `after ${ms.toFixed(0)} ms, where it took ${latencyMs.toFixed(0)} ms` : null;
}
