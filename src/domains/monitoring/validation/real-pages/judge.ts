import { type Check, check, type Judged, type Recorded, type Table } from '../../../part.ts';
import { secondsText } from '../seconds-text.ts';
import type { Evidence, Kind } from './evidence.ts';

/** Whether every real receiver could be reached, and how long a person took to say so. */
export function judge(evidence: readonly Recorded<Evidence>[], ended: boolean): Judged {
  const all = evidence.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) => all.filter((one): one is Kind<K> => one.kind === kind);
  const [named] = of('named');
  const pages = of('page');
  const acknowledged = of('acknowledged');
  if (named === undefined) {
    const why = 'Nobody was paged.';
    return { checks: [check('reached', 'Every real receiver is reached', 'inconclusive', why)], figures: [] };
  }
  const mean = acknowledged.reduce((sum, { afterS }) => sum + afterS, 0) / Math.max(1, acknowledged.length);
  return {
    checks: [
      ...named.receivers.map((one) => reachedCheck(one, pages, ended)),
      ...leftOutChecks(named),
      responseCheck(named, acknowledged),
    ],
    figures: [
      {
        name: 'Test pages taken',
        value: String(pages.filter(({ status, afterS }) => status === 'firing' && afterS !== null).length),
      },
      { name: 'Time to respond, mean', value: acknowledged.length === 0 ? 'not measured' : secondsText(mean) },
    ],
    tables: [table(pages, acknowledged)],
    coverage: [
      {
        ...{
          of: 'real receivers',
          covered: named.receivers.filter(({ receiver }) => isReached(receiver, pages)).length,
        },
        total: named.receivers.length + named.notChosen.length,
        gaps: named.notChosen.map((name) => `${name}: it was not chosen.`),
      },
    ],
  };
}

function isReached(receiver: string, pages: readonly Kind<'page'>[]): boolean {
  const own = pages.filter((one) => one.receiver === receiver && one.status === 'firing');
  return own.length > 0 && own.every(({ afterS }) => afterS !== null);
}

function reachedCheck(
  { receiver, integrations }: Kind<'named'>['receivers'][number],
  pages: readonly Kind<'page'>[],
  ended: boolean,
): Check {
  const title = `${receiver} takes a real page`;
  const said = (verdict: Check['verdict'], reason: string) => check(`reached-${receiver}`, title, verdict, reason);
  const own = pages.filter((one) => one.receiver === receiver);
  const failed = own.filter(({ afterS }) => afterS === null);
  if (failed.length > 0)
    return said(
      'fail',
      `${failed.map(({ integration, status, error }) => `${integration} did not take ${status === 'firing' ? 'it' : 'its end'}: ${error}`).join('; ')}.`,
    );
  const begun = own.filter(({ status }) => status === 'firing');
  if (begun.length < integrations.length)
    return said('inconclusive', ended ? 'It was not paged.' : 'It was stopped before it was paged.');
  const shown = begun.map(({ integration, afterS }) => `${integration} after ${secondsText(afterS ?? 0)}`).join(', ');
  return said('pass', `Taken by ${shown}. Whether a person has seen it only an acknowledgement says.`);
}

function leftOutChecks({ unknown, silent }: Kind<'named'>): Check[] {
  const title = 'Those who were to be paged are receivers';
  const wrong = [
    ...unknown.map((name) => `${name} is in monitoring.realPages.receivers and not in the configuration`),
    ...silent.map((name) => `${name} tells nobody`),
  ];
  return wrong.length === 0
    ? []
    : [check('there', title, unknown.length > 0 ? 'fail' : 'inconclusive', `${wrong.join('; ')}.`)];
}

function responseCheck(
  { asksForAcknowledgement, receivers }: Kind<'named'>,
  acknowledged: readonly Kind<'acknowledged'>[],
): Check {
  const title = 'A person says that the page was seen';
  const said = (verdict: Check['verdict'], reason: string) => check('acknowledged', title, verdict, reason);
  if (!asksForAcknowledgement)
    return said(
      'inconclusive',
      'Not measured: no acknowledgement is asked for. monitoring.realPages.acknowledge says how to.',
    );
  const missing = receivers
    .filter(({ receiver }) => !acknowledged.some((one) => one.receiver === receiver))
    .map(({ receiver }) => receiver);
  if (missing.length > 0) return said('inconclusive', `No acknowledgement was received of ${missing.join(', ')}.`);
  return said(
    'pass',
    acknowledged
      .map(({ receiver, afterS }) => `${receiver} after ${secondsText(afterS)}`)
      .join(', ')
      .concat('.'),
  );
}

function table(pages: readonly Kind<'page'>[], acknowledged: readonly Kind<'acknowledged'>[]): Table {
  const shown = (one: { afterS: number | null } | undefined) =>
    one === undefined ? '–' : one.afterS === null ? 'not taken' : secondsText(one.afterS);
  return {
    title: 'What became of the test pages',
    head: ['Receiver', 'By', 'Taken', 'Its end', 'Acknowledged'],
    rows: pages
      .filter(({ status }) => status === 'firing')
      .map((page) => [
        ...[page.receiver, page.integration, shown(page)],
        shown(
          pages.find(
            (one) =>
              one.status === 'resolved' && one.receiver === page.receiver && one.integration === page.integration,
          ),
        ),
        shown(acknowledged.find(({ receiver }) => receiver === page.receiver)),
      ]),
    figures: 3,
  };
}
