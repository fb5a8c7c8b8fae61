import { redact } from '../../watch/redact.ts';
import { routesOf } from '../alertmanager/routing.ts';
import type { Behaviour } from '../receivers/behaviour.ts';
import { type Bench, inTrial, posted, speaksOf, waited } from './bench.ts';
import type { Evidence, Kind } from './evidence.ts';

/** How receivers answer while an alert comes; `ok` shows what a page is like when nothing is wrong. */
export const behaviours: readonly { readonly name: string; readonly behaviour: Behaviour }[] = [
  { name: 'as it should', behaviour: { kind: 'ok' } },
  { name: 'with 400', behaviour: { kind: 'status', status: 400 } },
  { name: 'with 404', behaviour: { kind: 'status', status: 404 } },
  { name: 'with 429', behaviour: { kind: 'status', status: 429 } },
  { name: 'with 503', behaviour: { kind: 'status', status: 503 } },
  { name: 'after 8 s', behaviour: { kind: 'slow', ms: 8000 } },
  { name: 'never', behaviour: { kind: 'never' } },
];

const heldAtLeastS = 8;
const waitAtMostS = 90;

/** One Alertmanager whose receivers answer in one way, and after a while as they should. */
export async function tryBehaviour(
  bench: Bench,
  { name, behaviour }: (typeof behaviours)[number],
  record: (evidence: Evidence) => void,
): Promise<void> {
  const { model, alerts, signal } = bench;
  await inTrial(bench, `answers-${name.replaceAll(' ', '-')}`, async ({ standIns, start }) => {
    standIns.behave(behaviour);
    const alertmanager = await start('a');
    const begunMs = Date.now();
    await alertmanager.post(posted(alerts));
    const taken = alerts.flatMap((alert) => routesOf(model.route, alert.labels).map((route) => ({ alert, route })));
    const longest = (of: (route: (typeof taken)[number]['route']) => number) =>
      Math.max(0, ...taken.map(({ route }) => of(route)));
    const heldS = Math.min(waitAtMostS, longest(({ groupWaitS }) => groupWaitS) + heldAtLeastS);
    await waited(heldS, signal);
    standIns.behave({ kind: 'ok' });
    // What was given up comes with the group's next turn.
    if (behaviour.kind !== 'ok')
      await waited(Math.min(waitAtMostS, longest(({ groupIntervalS }) => groupIntervalS) + 4), signal);
    const log = alertmanager.process.log().split('\n');
    const outcomes = model.receivers.flatMap(({ name: receiver, integrations }) =>
      integrations.map(({ kind, index }): Kind<'behaviour'>['outcomes'][number] => {
        const own = standIns.received.filter(
          (one) => one.receiver === receiver && one.kind === kind && one.index === index,
        );
        const since = (one: { atEpochMs: number } | undefined) =>
          one === undefined ? null : (one.atEpochMs - begunMs) / 1000;
        const line = log.findLast((text) => /level=(error|warn)/.test(text) && text.includes(receiver));
        const why = /err="((?:[^"\\]|\\.)*)"/.exec(line ?? '')?.[1]?.replaceAll('\\"', '"');
        const routed = taken.filter(({ route }) => route.receiver === receiver).map(({ alert }) => alert.name);
        const named = own.map(({ text }) => alerts.filter((one) => speaksOf(text, one.name)).map((one) => one.name));
        const strange = named.filter((names) => !names.some((one) => routed.includes(one))).flat();
        const waits = taken.filter(({ route }) => route.receiver === receiver).map(({ route }) => route.groupWaitS);
        return {
          ...{ receiver, integration: kind, index, attempts: own.length },
          ...{ alerts: routed, strangers: [...new Set(strange)], waitS: Math.max(0, ...waits) },
          ...{ firstS: since(own[0]), takenS: since(own.find((one) => one.taken && one.faults.length === 0)) },
          log: why === undefined ? null : redact(why),
        };
      }),
    );
    record({ kind: 'behaviour', behaviour: name, heldS, outcomes });
  });
}
