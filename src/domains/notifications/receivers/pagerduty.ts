import { createHash } from 'node:crypto';
import { firstWords } from '../../../report-kit/text.ts';
import { type Notice, titleOf } from '../notice.ts';

/**
 * Events of PagerDuty (v2): an alert for each gate that failed, under a key that is the same in every run of the system, so that it is one alert however
 * often it fails, and is resolved by the run in which the gate passes.
 * @param isHeard false: the receiver is not to hear of this one, and alerts are resolved only
 */
export function pagerdutyEvents(notice: Notice, key: string, isHeard: boolean): object[] {
  const { kind, failed, passed, sentence, link, environment, name, run, at } = notice;
  const of = (what: string) =>
    `shakedown-${createHash('sha256')
      .update(JSON.stringify([name, environment, what]))
      .digest('hex')
      .slice(0, 40)}`;
  const trigger = (what: string, summary: string) => ({
    ...{ routing_key: key, event_action: 'trigger', dedup_key: of(what) },
    payload: {
      summary: firstWords(summary, 1_000),
      ...{
        source: firstWords(environment, 200) || 'staging',
        severity: 'critical',
        timestamp: at,
        component: firstWords(name, 200),
        group: 'shakedown',
        class: what,
      },
      custom_details: { run, sentence: firstWords(sentence, 1_000) },
    },
    ...(link === null ? {} : { links: [{ href: link, text: 'The report' }] }),
  });
  const resolve = (what: string) => ({ routing_key: key, event_action: 'resolve', dedup_key: of(what) });
  if (kind === 'started') return [];
  const alerts = !isHeard
    ? []
    : kind === 'aborted'
      ? [trigger('aborted', `${titleOf(notice)}. ${sentence}`)]
      : failed.map(({ id, title, summary }) => trigger(id, `${title} failed: ${titleOf(notice)}. ${summary}`));
  const over = [...(kind === 'aborted' ? [] : ['aborted']), ...(kind === 'aborted' ? [] : passed)];
  return [...alerts, ...over.map(resolve)];
}
