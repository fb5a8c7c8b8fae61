import { type Check, check, type Judged, type Recorded, type Table } from '../../../part.ts';
import type { Evidence, Kind } from './evidence.ts';

/** Whether anybody was told of anything while nothing was wrong. */
export function judge(evidence: readonly Recorded<Evidence>[], ended: boolean): Judged {
  const all = evidence.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) => all.filter((one): one is Kind<K> => one.kind === kind);
  const [watched] = of('watched');
  if (watched === undefined || !ended) {
    const why = 'It ended before the time was over.';
    return {
      checks: [check('watched', 'The system was watched while nothing was wrong', 'inconclusive', why)],
      figures: [],
    };
  }
  const span = spanOf(watched.seconds);
  return {
    checks: [
      loadCheck(watched, span),
      firedCheck(watched, of('fired'), span),
      messagesCheck(watched, of('message'), span),
      againCheck(watched, of('again'), span),
    ],
    figures: [
      { name: 'Watched', value: span },
      { name: 'Alerts that fired for nothing', value: watched.isOwn ? String(of('fired').length) : 'not known' },
      {
        name: 'Messages that came twice',
        value: watched.messagesUnseen === null ? String(of('again').length) : 'not seen',
      },
    ],
    tables: [firedTable(watched, of('fired'))],
  };
}

function loadCheck({ isOwn, requests }: Kind<'watched'>, span: string): Check {
  const title = 'The system was under load meanwhile';
  if (!isOwn) return check('load', title, 'inconclusive', 'Whether your system was in use is not looked at.');
  if (requests === null || requests === 0)
    return check('load', title, 'inconclusive', 'No requests were counted, so that an idle system was watched.');
  return check('load', title, 'pass', `It answered ${requests} requests in ${span}.`);
}

function firedCheck(
  { isOwn, missing, tooSlow, alerts, always }: Kind<'watched'>,
  fired: readonly Kind<'fired'>[],
  span: string,
): Check {
  const title = 'No alert fires while nothing is wrong';
  const said = (verdict: Check['verdict'], reason: string) => check('fired', title, verdict, reason);
  const shown = fired.map(({ alert, labels, forS }) => `${alert}${labelsText(labels)} for ${spanOf(forS)}`).join('; ');
  if (fired.length > 0 && !isOwn)
    return said(
      'inconclusive',
      `Needs review: ${shown} fired in the last ${span}; whether something was wrong is not known here.`,
    );
  if (fired.length > 0 && missing.length > 0)
    return said(
      'inconclusive',
      `Needs review: ${shown} fired; the exporters of ${missing.join(', ')} are not on this machine.`,
    );
  if (fired.length > 0) return said('fail', `${shown}.`);
  const watchedOnes = alerts.length - always.length;
  const slow = tooSlow.filter((name) => !always.includes(name));
  if (watchedOnes - slow.length <= 0)
    return said('inconclusive', `None of ${watchedOnes} alerts can come about within ${span}: nothing was shown.`);
  const rest =
    slow.length === 0
      ? ''
      : ` ${slow.length} of ${watchedOnes} need longer than that to come about: their windows and for are longer.`;
  return said('pass', `None of ${watchedOnes} fired in ${span}.${rest}`);
}

function messagesCheck(
  { messagesUnseen, messages: all }: Kind<'watched'>,
  messages: readonly Kind<'message'>[],
  span: string,
): Check {
  const title = 'Nobody is told of anything while nothing is wrong';
  if (messagesUnseen !== null) return check('messages', title, 'inconclusive', `Not looked at: ${messagesUnseen}.`);
  if (all === 0)
    return check(
      'messages',
      title,
      'inconclusive',
      `No message came at all in ${span}: whether one would have been seen is not known.`,
    );
  if (messages.length === 0)
    return check('messages', title, 'pass', `In ${span} no message came but those of alerts that always fire.`);
  const shown = messages.slice(0, 5).map(({ receiver, integration, alerts, status }) => {
    return `${receiver} (${integration}) was told of ${alerts.join(', ') || 'something of no rule'}${status === 'resolved' ? ', as resolved' : ''}`;
  });
  return check('messages', title, 'fail', `${messages.length} came: ${shown.join('; ')}.`);
}

function againCheck(
  { messagesUnseen, messages }: Kind<'watched'>,
  again: readonly Kind<'again'>[],
  span: string,
): Check {
  const title = 'No message comes twice';
  if (messagesUnseen !== null) return check('again', title, 'inconclusive', `Not looked at: ${messagesUnseen}.`);
  if (messages === 0)
    return check('again', title, 'inconclusive', `No message came at all in ${span}, so that none could come twice.`);
  if (again.length === 0) return check('again', title, 'pass', `${messages} messages in ${span}, each in its turn.`);
  const shown = again.slice(0, 5).map(({ receiver, integration, alert, afterS, everyS }) => {
    return `${receiver} (${integration}) was told of ${alert} again after ${afterS.toFixed(1)} s, its groups have a turn every ${everyS} s`;
  });
  return check('again', title, 'fail', `${again.length} came twice: ${shown.join('; ')}.`);
}

function firedTable({ fromEpochMs }: Kind<'watched'>, fired: readonly Kind<'fired'>[]): Table {
  return {
    title: 'What fired while nothing was wrong',
    head: ['Alert', 'Labels', 'After', 'For'],
    rows: fired.map(({ alert, labels, atEpochMs, forS }) => [
      ...[alert, labelsText(labels)],
      ...[spanOf((atEpochMs - fromEpochMs) / 1000), spanOf(forS)],
    ]),
    figures: 2,
  };
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const shown = ['job', 'instance'].flatMap((name) =>
    labels[name] === undefined ? [] : [`${name}="${labels[name]}"`],
  );
  return shown.length === 0 ? '' : ` {${shown.join(', ')}}`;
}

function spanOf(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} minutes`;
}
