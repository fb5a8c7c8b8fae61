import { plural } from '../../../report-kit/format.ts';
import { type Check, check } from '../../part.ts';
import type { MadeUpEvidence } from './evidence.ts';

const namedAtMost = 4;

/** Whether answers to requests that nobody recorded are as the document says. */
export function judgeMadeUp({ document, asked, about, failures, problems, control, error }: MadeUpEvidence): Check {
  const id = `made-up-${document.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  const of = (verdict: Check['verdict'], reason: string) =>
    check(id, `${document}: answers to requests that are made up are as documented`, verdict, reason);
  if (error !== null) return of('inconclusive', `Schemathesis could not be used: ${error}.`);
  if (control === 0)
    return of('inconclusive', 'Schemathesis found nothing wrong with a server that answers against every document.');
  if (failures.length > 0) {
    const named = failures.slice(0, namedAtMost).map(({ title, where }) => `${where}: ${title}`);
    const more = failures.length > namedAtMost ? `; and ${failures.length - namedAtMost} more` : '';
    return of('fail', `${named.join('; ')}${more}.`);
  }
  if (problems.length > 0) return of('inconclusive', `${problems.slice(0, namedAtMost).join('; ')}.`);
  if (asked === 0) return of('inconclusive', 'Schemathesis asked for nothing.');
  return of('pass', `${plural(asked, 'answer')} (${about}) of operations that only read; a planted server was found.`);
}
