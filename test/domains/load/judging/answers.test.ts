import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { answersView } from '../../../../src/domains/load/view/answers.ts';
import type { Results } from '../../../../src/model/results.ts';
import { buildResults } from '../../../../src/run/results/build.ts';
import { short } from '../../../deceits/made.ts';
import type { MadeAnswers } from '../../../run/results/made-answers.ts';
import { type MadeRun, makeRun } from '../../../run/results/run-folder.ts';

async function resultsOf(made: Partial<MadeRun>): Promise<Results> {
  const folder = await makeRun({ ...short, ...made });
  try {
    return await buildResults(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('shows what was recorded and what came, route by route, those that differ first', async () => {
  const results = await resultsOf({
    windows: 12,
    answers: (route) =>
      route === 0 ? {} : { statuses: [[302, 0.25]], otherType: 0.5, example: 'content type html, recorded json' },
  });
  const view = answersView(results);
  expect(view?.rows.map(({ route }) => route)).toEqual(['GET /products', 'GET /']);
  expect(view?.rows[0]).toMatchObject({
    statuses: [
      { text: '200 → 200: 18,000', isOther: false },
      { text: '200 → 302: 6,000', isOther: true },
    ],
    otherType: '50\u00a0%',
    otherShape: '0\u00a0%',
    example: 'content type html, recorded json',
  });
  expect(results.sentence).toContain('GET /products');
});

it('says what was not compared, and passes: a log has no bodies', async () => {
  for (const [answers, words] of [
    [{ bodies: 0 }, 'the recording has no bodies'],
    [{ isKnown: false }, 'by their status only: the recording has no types, bodies or sizes'],
    [{ bytes: { recorded: 500, got: 500 }, statuses: [[302, 0.01]] }, 'Where 3,600 redirects lead was not compared'],
  ] as const) {
    const results = await resultsOf({ answers: () => answers as MadeAnswers });
    expect(results.missing.join('\n')).toContain(words);
    expect(results.verdict).toBe('pass');
    // What nobody looked at has not been met.
    const looked = results.objectives
      .map(({ objective }) => objective.id)
      .filter((id) => ['other-answers', 'changed-answers'].includes(id));
    expect(looked).toEqual(
      'isKnown' in answers ? [] : 'bytes' in answers ? ['other-answers', 'changed-answers'] : ['other-answers'],
    );
  }
});

it('leaves open what a small sample of recorded bodies does not show', async () => {
  const share = (bodies: number, otherShape: number) =>
    resultsOf({ windows: 12, answers: () => ({ bodies, otherShape }) }).then(
      ({ objectives }) => objectives.find(({ objective }) => objective.id === 'other-answers')?.verdict,
    );
  expect(await share(20, 0.1)).toBe('inconclusive');
  expect(await share(300, 0.1)).toBe('fail');
  expect(await share(20, 0.2)).toBe('fail');
  expect(await share(300, 0.009)).toBe('pass');
});

it('finds answers that were taken out of the journal', async () => {
  const folder = await makeRun({ ...short, answers: () => ({}), rate: 400 });
  try {
    const file = `${folder}/journal.ndjson`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(/\[0,200,200,\d+\]/, '[0,200,200,5]'));
    expect((await buildResults(folder)).sentence).toContain('answers that were counted are');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
