import { freePort } from '../../../../environment/free-port.ts';
import { routesOf } from '../alertmanager/routing.ts';
import { type Bench, counted, inTrial, type KnownAlert, posted, routedTo, waited, waitOf } from './bench.ts';
import { startProbe } from './dying.ts';
import type { Evidence } from './evidence.ts';

type Record = (evidence: Evidence) => void;

const slackS = 4;
/** Alertmanager's own default: how long a peer waits for those before it. */
const peerTimeoutS = 15;
/** Until two of them know of each other. */
const settleS = 12;
const resendS = 60;

/** The alert that always fires is not sent any more, as when Prometheus or the way to Alertmanager is gone. */
export async function trySilence(bench: Bench, alert: KnownAlert, record: Record): Promise<void> {
  const routes = routesOf(bench.model.route, alert.labels);
  const everyS = Math.min(60, Math.max(...routes.map(({ groupIntervalS }) => groupIntervalS)));
  await inTrial(bench, 'silence', async ({ standIns, start }) => {
    const alertmanager = await start('a');
    // The last word of a Prometheus that dies now.
    await alertmanager.post(posted([alert], { endsInS: 2.5 * everyS }));
    await waited(2.5 * everyS, bench.signal);
    const silentMs = Date.now();
    await waited(2 * everyS + slackS, bench.signal);
    for (const receiver of new Set(routes.map((route) => route.receiver))) {
      const times = standIns.received
        .filter((one) => one.receiver === receiver && one.status === 'firing')
        .map(({ atEpochMs }) => atEpochMs);
      const gaps = times.slice(1).map((at, place) => (at - (times[place] ?? at)) / 1000);
      record({
        ...{ kind: 'silence', alert: alert.name, receiver, watchedS: 2 * everyS },
        everyS: gaps.length === 0 ? null : Math.max(...gaps),
        after: times.filter((at) => at > silentMs + everyS * 1000).length,
      });
    }
  });
}

/** Alertmanager comes up only after an alert has begun to fire; a real Prometheus tells it again. */
export async function tryDown(bench: Bench, prometheus: string, alert: KnownAlert, record: Record): Promise<void> {
  const { waitS } = waitOf(bench, alert);
  const port = await freePort();
  const about = { program: prometheus, id: 'down', alert, alertmanager: `127.0.0.1:${port}` };
  await inTrial(bench, 'down', async ({ standIns, start }) => {
    const server = await startProbe(bench, about);
    try {
      const begunMs = Date.now();
      const downS = 10;
      await waited(downS, bench.signal);
      await start('a', { port });
      const until = performance.now() + (resendS + waitS + 2 * slackS) * 1000;
      while (standIns.received.length === 0 && performance.now() < until) await waited(0.2, bench.signal);
      const first = standIns.received[0];
      record({ kind: 'down', downS, receivedS: first === undefined ? null : (first.atEpochMs - begunMs) / 1000 });
    } finally {
      await server.process.kill();
    }
  });
}

/** Two that know of each other send one message, and so does the one that is left. */
export async function tryPair(
  bench: Bench,
  [first, second]: readonly [KnownAlert, KnownAlert],
  record: Record,
): Promise<void> {
  const { signal } = bench;
  await inTrial(bench, 'pair', async ({ standIns, start }) => {
    const a = await start('a', { peers: [] });
    const b = await start('b', { peers: [a.peerAddress ?? ''] });
    await waited(settleS, signal);
    const told = async (alert: KnownAlert, when: 'both' | 'one killed', to: readonly (typeof a)[]) => {
      const begunMs = Date.now();
      await Promise.all(to.map((one) => one.post(posted([alert]))));
      await waited(waitOf(bench, alert).waitS + peerTimeoutS + slackS, signal);
      const own = standIns.received.find(({ text }) => text.includes(alert.name));
      record({
        ...{ kind: 'pair', when, messages: counted(standIns.received, alert.name) },
        routedTo: routedTo(bench.model, alert.labels),
        firstS: own === undefined ? null : (own.atEpochMs - begunMs) / 1000,
      });
    };
    await told(first, 'both', [a, b]);
    await a.process.kill();
    await told(second, 'one killed', [b]);
  });
}

/** An Alertmanager that is started again is told again what fires, and has to know that it was sent. */
export async function tryRestart(
  bench: Bench,
  how: 'in order' | 'killed',
  alert: KnownAlert,
  record: Record,
): Promise<void> {
  const { waitS } = waitOf(bench, alert);
  await inTrial(bench, `restart-${how.replace(' ', '-')}`, async ({ standIns, start }) => {
    const before = await start('a');
    await before.post(posted([alert]));
    await waited(waitS + slackS, bench.signal);
    await (how === 'killed' ? before.process.kill() : before.process.stop());
    const after = await start('a');
    await after.post(posted([alert]));
    await waited(waitS + slackS, bench.signal);
    const messages = counted(standIns.received, alert.name);
    record({ kind: 'restart', how, messages, routedTo: routedTo(bench.model, alert.labels) });
  });
}
