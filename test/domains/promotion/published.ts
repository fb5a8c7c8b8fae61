import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectiveResult, Verdict } from '../../../src/model/verdict.ts';
import { verdictWord } from '../../../src/model/verdict.ts';
import { resultsOf } from './request.ts';

/** As GitHub gives it to a workflow of a pull request. @param repo whose branch it is */
export const eventOf = ({ repo = 'acme/shop' }: { repo?: string }) => ({
  pull_request: { number: 42, head: { sha: 'a'.repeat(40), repo: { full_name: repo } } },
});

const objective = (about: object, result: Partial<ObjectiveResult>): ObjectiveResult =>
  ({
    objective: { comparison: '<', target: 100, unit: 'ms', weight: 1, key: true, minimumSamples: 1, ...about },
    ...{ subject: 'x', shortSubject: 'x', interval: null, samples: 0, value: null, changePercent: null, ...result },
  }) as ObjectiveResult;

/** A finished run's folder, with as much in it as is shown of it. @param minute in which it began */
export function runOf(
  at: string,
  { minute, verdict, title = 'p95 response time' }: { minute: number; verdict: Verdict; title?: string },
): string {
  const id = `2026-11-29T100${minute}-0001`;
  const folder = join(at, 'reports/runs', id);
  mkdirSync(folder, { recursive: true });
  const results = {
    ...resultsOf({ verdict, run: id, at: `2026-11-29T10:0${minute}:00.000Z`, missing: ['No alerts were read.'] }),
    word: verdictWord[verdict],
    objectives:
      verdict === 'pass'
        ? []
        : [
            objective(
              { id: 'response-p95', title, gate: 'performance', metric: 'response', statistic: 'p95' },
              { verdict: 'fail', value: 213, samples: 5_000, reason: 'p95 is 213 ms.' },
            ),
            objective(
              { id: 'availability', title: 'Availability', comparison: '>=', target: 99.9, unit: '%' },
              { verdict: 'inconclusive', reason: 'Too few requests.' },
            ),
          ],
  };
  writeFileSync(join(folder, 'results.json'), JSON.stringify(results));
  writeFileSync(join(folder, 'journal.ndjson'), '');
  writeFileSync(join(folder, 'summary.md'), '## the summary\n');
  return folder;
}
