import { grouped } from '../../../gate/words.ts';
import { type Check, check } from '../../part.ts';
import type { RequestsEvidence } from './evidence.ts';

/** What became of the requests; undefined: they were not counted. */
export function requestChecks(found: RequestsEvidence | undefined): Check[] {
  if (found === undefined)
    return [check('failed', 'No request fails', 'inconclusive', 'The requests were not counted.')];
  const { sent, failed, lost, repeated, duplicated, unaccounted, unsent, atSwitch, atInstances, examples } = found;
  const example = examples[0] === undefined ? '' : `, such as ${examples[0].label}: ${examples[0].what}`;
  const none = (id: string, title: string, count: number, words: string, seen: boolean) => {
    if (count > 0)
      return check(id, title, 'fail', `${grouped(count)} of ${grouped(sent)} requests ${words}${example}.`);
    if (!seen || sent === 0)
      return check(id, title, 'inconclusive', 'Neither the switch nor the instances note which requests they saw.');
    return check(id, title, 'pass', `None of ${grouped(sent)} requests ${words}.`);
  };
  const seen = atSwitch !== null || atInstances !== null;
  const whole = unaccounted === 0 && unsent <= sent / 100;
  const reason = whole
    ? `${grouped(sent)} sent, ${words(atSwitch)} at the switch, ${words(atInstances)} at the instances.`
    : `${grouped(unaccounted)} answered requests are not in the notes of the switch or of the instances, and ${grouped(unsent)} could not be sent.`;
  return [
    none('failed', 'No request fails', failed, 'failed', true),
    none('lost', 'No request is lost', lost, 'were lost before an instance saw them', seen),
    none(
      'repeated',
      'No request is sent again behind the client',
      repeated,
      `were sent again by the switch${repeated > 0 ? `, ${grouped(duplicated)} of them writes` : ''}`,
      atInstances !== null,
    ),
    check(
      'accounted',
      'Every request is accounted for',
      whole ? (seen ? 'pass' : 'inconclusive') : 'inconclusive',
      reason,
    ),
  ];
}

function words(count: number | null): string {
  return count === null ? 'not noted' : grouped(count);
}
