import { expect, test } from 'vitest';
import { LoginTally } from '../../../../src/domains/load/accounting/login-tally.ts';
import { LoadFold } from '../../../../src/domains/load/judging/fold.ts';
import { loginDoubts } from '../../../../src/domains/load/judging/logins.ts';
import { SampleIngest } from '../../../../src/domains/load/windows/ingest.ts';
import { closeWindow } from '../../../../src/domains/load/windows/result.ts';
import type { JournalData } from '../../../../src/model/event.ts';
import { sampleWordsOf } from '../sample-words.ts';

const counted = (logins: unknown): JournalData =>
  ({ type: 'shakedown.logins.counted', data: { logins } }) as JournalData;

test('a login that failed leaves the run open with its cause; those that did not, leave nothing', () => {
  const fold = new LoadFold();
  fold.add(counted([{ request: 'POST /login', status: 302, problem: '', count: 3 }]));
  expect(loginDoubts(fold.logins.list())).toEqual([]);
  fold.add(counted([{ request: 'POST /login', status: 401, problem: '401', count: 4 }]));
  fold.add(counted([{ request: 'POST /login', status: 401, problem: '401', count: 5 }]));
  expect(loginDoubts(fold.logins.list())).toEqual([
    {
      clause: 'login failed: 401 from POST /login',
      missing:
        'Login failed: 401 from POST /login (9 of 12). What these sessions had to send after it was not sent. Check the users and passwords that replay.login names; where this is the answer to a login that succeeded, say by `success` in replay.login what shows it.',
    },
  ]);
});

test('logins are reported once each, and a new kind of failure at once', () => {
  const tally = new LoginTally(['GET /login', 'POST /login']);
  tally.add(1, 302, '');
  expect(tally.take(false)).toEqual([]);
  tally.add(1, 401, '401');
  tally.add(1, 302, '');
  expect(tally.take(false)).toEqual([
    { request: 'POST /login', status: 302, problem: '', count: 2 },
    { request: 'POST /login', status: 401, problem: '401', count: 1 },
  ]);
  tally.add(1, 401, '401');
  expect(tally.take(false)).toEqual([]);
  expect(tally.take(true)).toEqual([{ request: 'POST /login', status: 401, problem: '401', count: 1 }]);
  expect(tally.take(true)).toEqual([]);
});

test('what was not sent for want of a login is neither an answer nor a failure, and its window is set excluded', () => {
  const ingest = new SampleIngest(1000, 1);
  for (const ms of [0, 1, 1500]) ingest.plan(ms, 0);
  const words = sampleWordsOf([
    { plannedUs: 0 },
    { plannedUs: 1000, kind: 'login', status: 0, serviceUs: 0 },
    { plannedUs: 1_500_000 },
  ]);
  ingest.ingest(words, 0, words.length);
  const [first, second] = ingest
    .takeClosed(2000)
    .map((window) => closeWindow(window, 1000, null, { maxGeneratorLatenessMs: 50 }));
  const lost = { planned: 2, completed: 1, failed: 0, unsent: 1, invalid: null, excluded: 'sessions could not log in' };
  expect(first?.result).toMatchObject(lost);
  expect(first?.routes).toEqual([{ route: 0, completed: 1, failed: 0, unsent: 1, bytes: expect.any(Number) }]);
  expect(second?.result).toMatchObject({ planned: 1, completed: 1, unsent: 0 });
  expect(second?.result.excluded).toBeUndefined();
  expect([ingest.totals.failed, ingest.failures.size]).toEqual([0, 0]);
});
