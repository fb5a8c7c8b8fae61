import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { matches } from '../alertmanager/matcher.ts';
import type { Matcher } from '../alertmanager/model.ts';
import { allRoutes, receiverNamed, routesOf } from '../alertmanager/routing.ts';
import { askJson } from '../asking/ask.ts';
import type { Server } from '../server.ts';
import { type Bench, counted, inTrial, type KnownAlert, posted, routedTo, waited, waitOf } from './bench.ts';
import type { Evidence, Kind } from './evidence.ts';

type Record_ = (evidence: Evidence) => void;

const slackS = 4;
/** What is to come may come so much later, seconds. */
const busyS = 20;

const silences = z.array(
  z.looseObject({
    id: z.string(),
    comment: z.string().default(''),
    createdBy: z.string().default(''),
    startsAt: z.string(),
    endsAt: z.string(),
    status: z.object({ state: z.string() }),
    matchers: z.array(
      z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean().default(true) }),
    ),
  }),
);

/** Silences that are on or to come, each with the alerts of the rules that it holds back. @throws Error in a few words */
export async function silencesAt(
  server: Server,
  alerts: readonly (KnownAlert & { isPage: boolean })[],
  signal: AbortSignal,
): Promise<Kind<'silences'>> {
  const found = silences.parse(await askJson(server, { path: '/api/v2/silences', signal }));
  return {
    kind: 'silences',
    silences: found
      .filter(({ status }) => status.state !== 'expired')
      .map(({ id, comment, createdBy, startsAt, endsAt, status, matchers }) => {
        const wanted = matchers.map(({ name, value, isRegex, isEqual }): Matcher => {
          return { name, value, operator: isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=' };
        });
        // Labels that only a query gives are not known here: a matcher on one of them may hold back some of the rule's alerts.
        const covers = (one: KnownAlert) =>
          wanted.every((matcher) => one.labels[matcher.name] === undefined || matches(matcher, one.labels)) &&
          wanted.some((matcher) => one.labels[matcher.name] !== undefined);
        const covered = alerts.filter(covers);
        return {
          ...{ id, state: status.state, by: createdBy, hasComment: comment.trim() !== '' },
          matchers: wanted.map(({ name, operator, value }) => `${name}${operator}"${value}"`),
          lastsS: (Date.parse(endsAt) - Date.parse(startsAt)) / 1000,
          leftS: (Date.parse(endsAt) - Date.now()) / 1000,
          pages: covered.filter(({ isPage }) => isPage).map(({ name }) => name),
          others: covered.filter(({ isPage }) => !isPage).map(({ name }) => name),
        };
      }),
  };
}

/** A silence holds an alert back; it ends while the alert still fires. */
export async function trySilenced(bench: Bench, alert: KnownAlert, record: Record_): Promise<void> {
  const { waitS, intervalS } = waitOf(bench, alert);
  await inTrial(bench, 'silenced', async ({ standIns, start }) => {
    const alertmanager = await start('a');
    const asked = async (path: string, init: RequestInit) => {
      const response = await fetch(`${alertmanager.url}/api/v2/${path}`, { ...init, signal: bench.signal });
      if (!response.ok) throw new Error(`Alertmanager refused: ${(await response.text()).slice(0, 200)}`);
      return response;
    };
    const made = await asked('silences', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'alertname', value: alert.name, isRegex: false, isEqual: true }],
        startsAt: new Date().toISOString(),
        endsAt: new Date(Date.now() + 600_000).toISOString(),
        ...{ createdBy: 'shakedown', comment: 'trial' },
      }),
    });
    const { silenceID } = (await made.json()) as { silenceID: string };
    await alertmanager.post(posted([alert]));
    await waited(waitS + slackS, bench.signal);
    const during = standIns.received.length;
    await asked(`silence/${silenceID}`, { method: 'DELETE' });
    const endedMs = Date.now();
    const until = performance.now() + (intervalS + 2 * slackS) * 1000;
    while (standIns.received.length === during && performance.now() < until) await waited(0.2, bench.signal);
    await waited(1, bench.signal);
    const first = standIns.received[during];
    record({
      ...{ kind: 'silenced', during, intervalS, routedTo: routedTo(bench.model, alert.labels) },
      messages: counted(standIns.received, alert.name),
      afterS: first === undefined ? null : (first.atEpochMs - endedMs) / 1000,
    });
  });
}

/** Every mute time is made to be on now, then off, in a copy: who is to hear of an alert all the same hears, and nobody else. */
export async function tryMuted(bench: Bench, isOn: boolean, record: Record_): Promise<void> {
  const { model, alerts } = bench;
  if (!allRoutes(model.route).some((route) => route.muteTimes.length + route.activeTimes.length > 0)) return;
  const chosen = alerts.filter(({ labels }) =>
    routesOf(model.route, labels).some((route) => route.muteTimes.length + route.activeTimes.length > 0),
  );
  if (chosen.length === 0) return;
  await inTrial(bench, `muted-${isOn ? 'on' : 'off'}`, async ({ standIns, start, config }) => {
    const always = isOn ? [{}] : [{ years: ['1999'] }];
    const document = parse(config) as { [key: string]: unknown };
    for (const key of ['time_intervals', 'mute_time_intervals']) {
      const list = document[key] as { name: string }[] | undefined;
      if (list !== undefined && list !== null)
        document[key] = list.map(({ name }) => ({ name, time_intervals: always }));
    }
    const alertmanager = await start('a', { config: stringify(document, { lineWidth: 0, version: '1.1' }) });
    await alertmanager.post(posted(chosen));
    await waited(Math.max(...chosen.map((one) => waitOf(bench, one).waitS)) + slackS, bench.signal);
    const outcomes = () =>
      chosen.flatMap(({ name, labels }) => {
        const got = counted(standIns.received, name);
        const routes = routesOf(model.route, labels);
        const isOpen = (route: (typeof routes)[number]) =>
          isOn ? route.muteTimes.length === 0 : route.activeTimes.length === 0;
        const told = [...new Set(routes.map(({ receiver }) => receiver))].filter(
          (one) => (receiverNamed(model, one)?.integrations.length ?? 0) > 0,
        );
        return told.map((receiver) => ({
          ...{ alert: name, receiver, messages: got[receiver] ?? 0 },
          expected: routes.some((route) => route.receiver === receiver && isOpen(route)),
        }));
      });
    // A machine that is busy takes longer.
    const until = performance.now() + busyS * 1000;
    while (outcomes().some(({ expected, messages }) => expected && messages === 0) && performance.now() < until)
      await waited(0.5, bench.signal);
    record({ kind: 'muted', isOn, outcomes: outcomes() });
  });
}
