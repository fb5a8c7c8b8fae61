import { expect, test } from 'vitest';
import { SampledAnswers } from '../../../../src/domains/load/accounting/sampled-answers.ts';
import { bodySigns } from '../../../../src/domains/traffic/public.ts';

const problem = `|${bodySigns.jsonProblem.toString(16)}`;

test('of several processes the bodies with the smallest keys are one sample', () => {
  const answers = new SampledAnswers();
  // 60 of each process, whose keys do not overlap: those of the first are the smaller ones, whenever they come.
  for (let i = 0; i < 60; i++) {
    answers.add(`shape 0 json ${1000 + i}`, problem);
    answers.add(`shape 0 json ${i}`, 'ab|cd');
  }
  for (let i = 0; i < 60; i++) answers.add(`shape 0 html ${2000 + i}`, problem);
  const seen = answers.seen([{ method: 'GET', route: '/' }]);
  expect(seen?.signs).toEqual([{ route: 0, bodies: 60, problems: 0, logins: 0 }]);
  expect(seen?.routes).toMatchObject([{ route: 'GET /', shape: { kind: 'json', bodies: 60, core: [0xab] } }]);
});

test('kinds that are mixed in the sample have nothing in common', () => {
  const answers = new SampledAnswers();
  for (let i = 0; i < 30; i++) answers.add(`shape 0 ${i === 7 ? 'html' : 'json'} ${i}`, 'ab|cd');
  expect(answers.seen([{ method: 'GET', route: '/' }])?.routes).toEqual([]);
});
