import { type Check, check, type Judged, type Recorded, type Table } from '../../../part.ts';
import { secondsText } from '../seconds-text.ts';
import type { Evidence, Kind } from './evidence.ts';
import { heldBackChecks, timesTable } from './judge-held-back.ts';
import { largeGroupChecks, largeGroupTable } from './judge-large-group.ts';

type Verdict = Check['verdict'];

/** What became of pages while something on their way was broken. */
export function judge(evidence: readonly Recorded<Evidence>[], ended: boolean): Judged {
  const all = evidence.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) => all.filter((one): one is Kind<K> => one.kind === kind);
  const [routes] = of('routes');
  const behaviours = of('behaviour');
  const notTried = of('not-tried').map(({ what, why }) => `${what}: ${why}`);
  const checks: Check[] = [
    ...(routes === undefined ? [] : routeChecks(routes)),
    ...of('operator').map(operatorCheck),
    ...behaviourChecks(behaviours),
    deadManCheck(routes, of('silence')),
    ...falseEndCheck(of('false-end'), routes),
    ...largeGroupChecks(of('large-group')),
    ...heldBackChecks({
      ...{ silences: of('silences'), silenced: of('silenced'), muted: of('muted') },
      ...{ times: of('times'), clocks: of('clock') },
    }),
    downCheck(of('down')),
    ...pairChecks(of('pair')),
    ...restartChecks(of('restart')),
  ];
  if (notTried.length > 0 || !ended) {
    const reason = notTried.length > 0 ? `${notTried.join('; ')}.` : 'It ended before all was tried.';
    checks.push(check('tried', 'Every link of the way was tried', 'inconclusive', reason));
  }
  const delays = behaviours.flatMap(({ outcomes }) => outcomes.flatMap(({ takenS }) => takenS ?? []));
  const alerts = routes?.alerts ?? [];
  return {
    checks,
    figures: delays.length === 0 ? [] : [{ name: 'Longest delay of a page', value: secondsText(Math.max(...delays)) }],
    tables: [
      behaviourTable(behaviours),
      largeGroupTable(of('large-group')),
      timesTable(of('times')),
      operatorTable(of('operator')),
    ],
    coverage: [
      {
        ...{ of: 'alerts with a receiver', covered: alerts.filter(told).length },
        total: alerts.length,
        gaps: alerts.filter((one) => !told(one)).map(({ alert }) => alert),
      },
    ],
  };
}

const told = ({ ours, isTold = true }: Kind<'routes'>['alerts'][number]) => ours.length > 0 && isTold;

function routeChecks({ faults, alerts, untaken }: Kind<'routes'>): Check[] {
  const broken = faults.map(({ path, fault }) => `${path}: ${fault}`);
  const differing = alerts.filter(({ ours, amtool }) => amtool !== null && ours.join() !== amtool.join());
  const unasked = alerts.filter(({ amtool }) => amtool === null);
  const byDefault = alerts.filter((one) => one.byDefault).map(({ alert }) => alert);
  const shown = differing.map(({ alert, ours, amtool }) => `${alert}: ${ours.join()}, amtool: ${amtool?.join()}`);
  const fit = 'Routes and receivers fit together';
  const routes =
    broken.length > 0
      ? check('routes', fit, 'fail', `${broken.join('; ')}.`)
      : alerts.length === 0
        ? check('routes', fit, 'inconclusive', 'No alert is known that could be routed.')
        : check('routes', fit, 'pass', `${alerts.length} alerts are routed.`);
  // Of no alerts the other checks show nothing.
  if (alerts.length === 0) return [routes];
  return [
    routes,
    ...untakenCheck(untaken),
    byDefault.length > 0
      ? check(
          'default-route',
          'Every alert has a route of its own',
          'inconclusive',
          `Only the default route takes ${byDefault.join(', ')}.`,
        )
      : check('default-route', 'Every alert has a route of its own', 'pass', 'None is left to the default route.'),
    differing.length > 0
      ? check('amtool', 'amtool reads the routes as they were read here', 'fail', `${shown.join('; ')}.`)
      : check(
          'amtool',
          'amtool reads the routes as they were read here',
          unasked.length > 0 ? 'inconclusive' : 'pass',
          unasked.length > 0 ? `It could not be asked of ${unasked.length} alerts.` : `For ${alerts.length} alerts.`,
        ),
  ];
}

/** @param untaken absent in runs of before it was looked at */
function untakenCheck(untaken: string[] | undefined): Check[] {
  if (untaken === undefined) return [];
  const reason = `No alert of the rules takes ${untaken.join('; ')}: a wrong matcher, or an alert of other rules.`;
  const title = 'Every route is taken by an alert';
  return [
    untaken.length > 0
      ? check('untaken', title, 'inconclusive', reason)
      : check('untaken', title, 'pass', 'None is without.'),
  ];
}

function operatorCheck({ differences, refused }: Kind<'operator'>): Check {
  const title = 'The Prometheus operator takes every AlertmanagerConfig';
  if (refused.length > 0) return check('operator', title, 'fail', `Not taken: ${refused.join('; ')}.`);
  const reason = `They are merged as it does; the table has ${differences.length} differences from what is written.`;
  return check('operator', title, 'pass', reason);
}

function operatorTable(merges: readonly Kind<'operator'>[]): Table {
  return {
    title: 'What the Prometheus operator makes of AlertmanagerConfigs',
    head: ['Difference from what is written'],
    rows: merges.flatMap(({ differences }) => differences.map((one) => [one])),
    figures: 0,
  };
}

/** Sending, and a busy machine. */
const slackS = 5;

function isLate({ takenS, waitS }: Kind<'behaviour'>['outcomes'][number]): boolean {
  return takenS !== null && waitS !== undefined && takenS > waitS + slackS;
}

function behaviourChecks(behaviours: readonly Kind<'behaviour'>[]): Check[] {
  return behaviours.map((one) => {
    const title =
      one.behaviour === 'as it should'
        ? 'Every receiver gets what is routed to it'
        : `A page is not lost where a receiver answers ${one.behaviour} for ${secondsText(one.heldS)}`;
    const told = one.outcomes.filter(({ alerts }) => alerts.length > 0);
    const lost = told.filter(({ takenS }) => takenS === null);
    const id = `answers-${one.behaviour.replaceAll(' ', '-')}`;
    if (told.length === 0) return check(id, title, 'inconclusive', 'No alert of the rules is routed to a receiver.');
    const why = lost.map(({ receiver, integration, log, attempts }) => {
      return `${receiver} (${integration}), ${attempts} attempts${log === null ? '' : `: ${log}`}`;
    });
    // With every receiver like this, an alert is told as long as one of those that it goes to has it.
    const all = [...new Set(told.flatMap(({ alerts }) => alerts))];
    const strange = one.outcomes.flatMap(({ receiver, strangers }) =>
      strangers.map((name) => `${receiver} was told of ${name}, where no route leads`),
    );
    if (strange.length > 0) return check(id, title, 'fail', `${strange.join('; ')}.`);
    const slow = one.behaviour !== 'as it should' ? [] : told.filter(isLate);
    if (slow.length > 0)
      return check(
        id,
        title,
        'fail',
        `Late: ${slow
          .map(
            ({ receiver, integration, takenS, waitS = 0 }) =>
              `${receiver} (${integration}) after ${secondsText(takenS ?? 0)}, bound ${secondsText(waitS + slackS)}`,
          )
          .join('; ')}.`,
      );
    const untold = all.filter((name) => !told.some((of) => of.takenS !== null && of.alerts.includes(name)));
    const mayMiss = one.behaviour !== 'as it should' && untold.length === 0;
    if (lost.length > 0 && !mayMiss)
      return check(
        id,
        title,
        'fail',
        `Nothing reached ${why.join('; ')}.${untold.length > 0 ? ` Nobody was told of ${untold.join(', ')}.` : ''}`,
      );
    const missed =
      lost.length === 0 ? '' : ` Nothing reached ${why.join('; ')}, while others that the same alerts go to had them.`;
    const late = Math.max(...told.map(({ takenS }) => takenS ?? 0));
    return check(
      id,
      title,
      'pass',
      `${told.length - lost.length} of ${told.length} integrations had it, the last after ${secondsText(late)}.${missed}`,
    );
  });
}

function deadManCheck(routes: Kind<'routes'> | undefined, silences: readonly Kind<'silence'>[]): Check {
  const title = 'Someone is told regularly that alerts work, and hears when they do not';
  const said = (verdict: Verdict, reason: string) => check('dead-man', title, verdict, reason);
  if (routes === undefined || routes.always.length === 0)
    return said(
      'fail',
      'No alert fires all the time (`vector(1)`), so nobody notices when the way of all alerts is broken.',
    );
  const [silence] = silences;
  if (silence === undefined) return said('inconclusive', 'It was not tried.');
  const { alert, receiver, everyS, after } = silence;
  if (everyS === null) return said('fail', `${alert} does not come to ${receiver} again while it fires.`);
  if (after > 0) return said('fail', `${alert} still came to ${receiver} ${after} times after its source was silent.`);
  return said(
    'pass',
    `${alert} came to ${receiver} every ${secondsText(everyS)}, and ceased when its source did. Who gets it has to raise the alarm.`,
  );
}

function falseEndCheck([end]: readonly Kind<'false-end'>[], routes: Kind<'routes'> | undefined): Check[] {
  if (end === undefined) return [];
  const title = 'Someone knows that a resolution is false when Prometheus has died';
  const said = (verdict: Verdict, reason: string) => [check('false-end', title, verdict, reason)];
  if (end.begun === 0) return said('inconclusive', 'Nobody was told of its beginning either.');
  if (end.afterS === null) return said('pass', 'Nobody was told of an end.');
  const told = `${end.receivers.join(', ')} ${end.receivers.length > 1 ? 'were' : 'was'} told of a resolution`;
  const how =
    end.isKilled === true
      ? `${secondsText(end.afterS)} after Prometheus was killed while the alert fired`
      : `${secondsText(end.afterS)} after the alert’s beginning, as nobody said any more that it fires`;
  const false_ = `False resolution: ${told} ${how}. Alertmanager takes an alert as resolved when it is not heard of until its endsAt, which was ${secondsText(end.endsAfterS)} here and is four minutes by default.`;
  if ((routes?.always ?? []).length === 0)
    return said('fail', `${false_} There is no dead man’s switch that would show it.`);
  return said('pass', `${false_} Only the dead man’s switch shows that it is false.`);
}

function downCheck([down]: readonly Kind<'down'>[]): Check {
  const title = 'An alert that begins while Alertmanager is down is received afterwards';
  if (down === undefined) return check('down', title, 'inconclusive', 'It was not tried.');
  if (down.receivedS === null)
    return check('down', title, 'fail', `Nothing came, though it was down for ${secondsText(down.downS)} only.`);
  return check(
    'down',
    title,
    'pass',
    `It was down for ${secondsText(down.downS)}; the page came ${secondsText(down.receivedS)} after the alert.`,
  );
}

function pairChecks(pairs: readonly Kind<'pair'>[]): Check[] {
  const titles = {
    both: 'Two Alertmanagers send one message',
    'one killed': 'One that is left of two still sends it, once',
  };
  return (['both', 'one killed'] as const).map((when) => {
    const found = pairs.find((one) => one.when === when);
    const id = `pair-${when.replace(' ', '-')}`;
    if (found === undefined) return check(id, titles[when], 'inconclusive', 'It was not tried.');
    const counts = Object.entries(found.messages);
    const shown = counts.map(([receiver, count]) => `${receiver} ${count}`).join(', ');
    if (counts.length === 0) return check(id, titles[when], 'fail', 'Nobody got it.');
    const wrong = wrongReceivers(found);
    if (wrong !== null) return check(id, titles[when], 'fail', wrong);
    const isOnce = counts.every(([, count]) => count === 1);
    const after = found.firstS === null ? '' : `, the first after ${secondsText(found.firstS)}`;
    return check(id, titles[when], isOnce ? 'pass' : 'fail', `Messages: ${shown}${after}.`);
  });
}

/** Who should have had it and had not, or the other way round; null: nobody. */
function wrongReceivers({ messages, routedTo }: Pick<Kind<'restart'>, 'messages' | 'routedTo'>): string | null {
  if (routedTo === undefined) return null;
  const missed = routedTo.filter((name) => (messages[name] ?? 0) === 0);
  const strange = Object.keys(messages).filter((name) => !routedTo.includes(name));
  if (missed.length > 0) return `${missed.join(', ')} did not get it.`;
  return strange.length > 0 ? `${strange.join(', ')} got it, where no route leads.` : null;
}

function restartChecks(restarts: readonly Kind<'restart'>[]): Check[] {
  return restarts.map(({ how, messages, routedTo }) => {
    const wrong = wrongReceivers({ messages, routedTo });
    const counts = Object.entries(messages);
    const shown = counts.map(([receiver, count]) => `${receiver} ${count}`).join(', ') || 'none';
    const isOnce = counts.length > 0 && counts.every(([, count]) => count === 1);
    if (how === 'in order') {
      const title = 'An Alertmanager that is restarted in order does not page again';
      if (wrong !== null) return check('restart', title, 'fail', wrong);
      return check('restart', title, isOnce ? 'pass' : 'fail', `Messages: ${shown}.`);
    }
    const title = 'An Alertmanager that is killed loses no page';
    if (wrong !== null) return check('killed', title, 'fail', wrong);
    const again = isOnce ? '' : ' It pages again, as it keeps in a file every 15 minutes only what it has sent.';
    return check('killed', title, counts.length > 0 ? 'pass' : 'fail', `Messages: ${shown}.${again}`);
  });
}

function behaviourTable(behaviours: readonly Kind<'behaviour'>[]): Table {
  return {
    title: 'What becomes of a page by how its receiver answers',
    head: ['Receiver answers', 'Receiver', 'By', 'Attempts', 'First attempt', 'Taken'],
    rows: behaviours.flatMap(({ behaviour, outcomes }) =>
      outcomes
        .filter(({ alerts }) => alerts.length > 0)
        .map(({ receiver, integration, attempts, firstS, takenS }) => [
          ...[behaviour, receiver, integration, String(attempts)],
          ...[firstS, takenS].map((one) => (one === null ? 'never' : secondsText(one))),
        ]),
    ),
    figures: 3,
  };
}
