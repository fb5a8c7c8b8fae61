import { expect, test } from 'vitest';
import { badge } from '../../src/report/badge.ts';
import { readableResults } from '../../src/report-kit/text.ts';
import { hostile, notReady, ready } from './fixture.ts';

test('a badge has the candidate, the word, and a colour for it', () => {
  const good = badge(ready());
  expect(good).toMatch(/<title id="badge-title">shop v2\.1\.0: READY<\/title>/);
  expect(good).toContain('#1a7f37');
  expect(badge(notReady())).toMatch(/NOT READY<\/title>.*#b42318/);
});

test('hostile names stay text, and nothing is asked for', () => {
  const text = badge(readableResults(hostile()));
  expect(text.match(/<[a-z]+/g)?.every((tag) => ['<svg', '<title', '<rect', '<path', '<text'].includes(tag))).toBe(
    true,
  );
  expect(text).not.toMatch(/href|url\(|onload|style=/);
  expect(text).not.toContain('NaN');
});
