import { expect, test } from 'vitest';
import { ofAnswers } from './answers.ts';
import { ofEvidence } from './evidence.ts';
import { ofLoad } from './load.ts';
import { ofLogs } from './logs.ts';
import { ofOwn } from './own.ts';
import { ofTarget } from './target.ts';
import { tryAll } from './try-all.ts';

const all = [...ofTarget, ...ofLogs, ...ofAnswers, ...ofLoad, ...ofEvidence, ...ofOwn];

test('at least ninety ways to be fooled are tried, each once', () => {
  expect(new Set(all.map(({ what }) => what)).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(90);
});

tryAll([...ofTarget, ...ofLogs, ...ofAnswers]);
