// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders themselves
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Entry, readHistory } from '../../../../src/domains/chaos/ledger/history.ts';
import { startLedger } from '../../../../src/domains/chaos/ledger/ledger.ts';
import { outcomeOf } from '../../../../src/domains/chaos/ledger/outcome.ts';
import { type LedgerRules, resolveLedger } from '../../../../src/domains/chaos/ledger/rules.ts';
import { Tally } from '../../../../src/domains/chaos/ledger/tally.ts';
import { valuesAt } from '../../../../src/domains/chaos/ledger/template.ts';
import type { LedgerResult } from '../../../../src/model/chaos.ts';
import { type ShelfDefects, startFlakyProxy, startShelf } from './shelf.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rules: LedgerRules = {
  write: { path: '/notes', body: { token: '${token}', value: '${value}' } },
  read: { path: '/notes?token=${token}', values: 'notes[*].value' },
  register: {
    read: { path: '/registers/${key}', values: 'value' },
    write: { method: 'PUT', path: '/registers/${key}', body: { value: '${value}' } },
    cas: { method: 'PUT', path: '/registers/${key}', body: { value: '${value}', expected: '${expected}' } },
  },
  clients: 6,
  ratePerSecond: 600,
  timeoutMs: 300,
  settleMs: 50,
};
const subject = resolveLedger(rules);

async function open(port: number, seed = 1, given = subject) {
  return startLedger({
    subject: given,
    target: { baseUrl: `http://127.0.0.1:${port}`, allowHosts: ['127.0.0.1'], headers: {} },
    folder: await mkdtemp(join(folder, 'run-')),
    now: () => performance.now(),
    seed,
    signal: new AbortController().signal,
  });
}

async function follow(defects: ShelfDefects, given = subject): Promise<LedgerResult> {
  const shelf = await startShelf(defects);
  try {
    const ledger = await open(shelf.port, 1, given);
    while (ledger.counts().writes < 120) await wait(10);
    return await ledger.check({ restart: shelf.restart });
  } finally {
    await shelf.stop();
  }
}

describe('a target that gives the ids itself', () => {
  const by = (id: NonNullable<LedgerRules['write']['id']>) =>
    resolveLedger({
      ...rules,
      write: { path: '/documents', body: { text: '${value}' }, id },
      read: { path: '/documents/${id}', values: 'text' },
    });
  const byJson = by({ json: '$.document.id' });

  it.each([
    ['JSONPath', byJson],
    ['Location', by({ header: 'Location' })],
  ])('is read back by them, found by %s', async (_, given) => {
    expect(await follow({}, given)).toMatchObject({ verdict: 'pass', lost: 0 });
    const lossy = await follow({ loses: (write) => write === 40 }, given);
    expect(lossy).toMatchObject({ verdict: 'fail', lost: 1 });
    expect(await follow({ caches: (write) => write === 30 }, given)).toMatchObject({ verdict: 'fail', lost: 1 });
    expect(await follow({ damages: (write) => write === 20 }, given)).toMatchObject({ verdict: 'fail', corrupted: 1 });
  });

  it.each([9007199254740980n, 1234567890123456789n])(
    'is read back by ids of all their digits, from %d',
    async (firstId) => {
      expect(await follow({ firstId }, byJson)).toMatchObject({ verdict: 'pass', corrupted: 0, lost: 0 });
    },
  );

  it('shows nothing of writes that it acknowledged without an id', async () => {
    const hidden = await follow({ hidesId: (write) => write === 50 }, byJson);
    expect(hidden).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('its answer had no id') });
    await expect(follow({ hidesId: () => true }, byJson)).rejects.toMatchObject({ code: 'LEDGER_WRITE' });
  });

  it('promises nothing by 202, unless that is agreed on', async () => {
    await expect(follow({ status: 202 }, byJson)).rejects.toMatchObject({ code: 'LEDGER_WRITE' });
    const agreed = { ...byJson, write: { ...byJson.write, acknowledged: [202] } };
    expect(await follow({ status: 202 }, agreed)).toMatchObject({ verdict: 'pass' });
  });

  it('must be said to do so', () => {
    const read = { path: '/documents/${id}', values: 'text' };
    expect(() => resolveLedger({ ...rules, read })).toThrow(/must say where the id is/);
    expect(() => by({ json: 'document.id' })).toThrow(/must be a JSONPath/);
  });
});

describe('a target that keeps its promises', () => {
  it.each([1, 2, 3, 4])('is never accused, though connections are cut at random (seed %i)', async (seed) => {
    const shelf = await startShelf();
    const proxy = await startFlakyProxy(shelf.port, seed);
    try {
      const ledger = await open(proxy.port, seed);
      while (ledger.counts().writes < 150) await wait(10);
      await ledger.stop();
      proxy.calm();
      const result = await ledger.check({ restart: shelf.restart });
      expect(result.findings).toEqual([]);
      expect(result).toMatchObject({ verdict: 'pass', linearizable: true, lost: 0, stale: 0, unexpected: 0 });
      expect(result.unknown).toBeGreaterThan(5);
      expect(result.acknowledged + result.refused + result.unknown).toBe(result.writes);
    } finally {
      await proxy.stop();
      await shelf.stop();
    }
  });

  it('is inconclusive where it cannot be reached any more', async () => {
    const shelf = await startShelf();
    const ledger = await open(shelf.port, 1, { ...subject, recoverMs: 300 });
    await shelf.stop();
    expect(await ledger.check()).toMatchObject({ verdict: 'inconclusive', lost: 0, findings: [] });
  });
});

describe('a target that answers 200 and has nothing to show yet', () => {
  const asText = resolveLedger({ ...rules, read: { path: '/texts/${token}', text: true } });
  const cases: [what: string, given: typeof subject, answer: string][] = [
    ['an error as JSON', subject, '{"error":"warming up"}'],
    ['an error beside an empty list', subject, '{"notes":[],"errors":["warming up"]}'],
    ['entries of another kind', subject, '{"notes":[{"message":"warming up"}]}'],
    ['a page in place of a text', asText, '<p>Warming up.</p>'],
  ];
  const afterLoad = async (answer: string, untilMs: number, given: typeof subject) => {
    let from = Number.POSITIVE_INFINITY;
    const instead = () => (performance.now() >= from && performance.now() < from + untilMs ? answer : undefined);
    const shelf = await startShelf({ instead });
    try {
      const ledger = await open(shelf.port, 1, { ...given, recoverMs: 1500 });
      while (ledger.counts().writes < 60) await wait(10);
      await ledger.stop();
      from = performance.now();
      return await ledger.check();
    } finally {
      await shelf.stop();
    }
  };

  it.each(cases)('is waited for: %s', async (_, given, answer) => {
    expect(await afterLoad(answer, 600, given)).toMatchObject({ verdict: 'pass', findings: [] });
  });

  it.each(cases)('is inconclusive when it never does: %s', async (_, given, answer) => {
    expect(await afterLoad(answer, 600_000, given)).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/did not answer well enough .* First: sd\w+-0, 200 with/),
      findings: [],
    });
  });
});

describe('values in an answer', () => {
  it.each([
    ['{"a":{"b":"x"}}', 'a.b', ['x']],
    ['{"a":[{"b":"x"},{"c":1},{"b":2}]}', 'a[*].b', ['x', '2']],
    ['["x","y"]', '[*]', ['x', 'y']],
    ['{"a":9007199254740993}', 'a', ['9007199254740993']],
    ['{"a":"\\"9007199254740993","b":0.12345678901234567891}', 'b', ['0.12345678901234567891']],
    ['{"a":"\\"9007199254740993","b":1e400}', 'a', ['"9007199254740993']],
    ['{"a":1.0,"b":1e3,"c":0.1}', 'b', ['1000']],
    ['{"a":[]}', 'a[*].b', []],
    ['{"a":null}', 'a[*].b', []],
    ['{"a":{"b":null}}', 'a.b', []],
    ['{"a":null,"errors":[]}', 'a.b', []],
    ['{"a":null,"errors":[{"message":"later"}]}', 'a.b', null],
    ['{"a":[{"c":1}]}', 'a[*].b', null],
    ['{"error":"later"}', 'a', null],
    ['{"a":{"b":true}}', 'a.b', null],
    ['{"a":["x"]}', 'a', null],
    ['"later"', 'length', null],
    ['later', 'a', null],
  ])('%s at %s: %j', (body, place, values) => {
    expect(valuesAt(body, place)).toEqual(values);
  });

  it('are read however long a text is', () => {
    const long = '\\"'.repeat(4_000_000);
    expect(valuesAt(`{"a":"${long}","b":9007199254740993}`, 'b')).toEqual(['9007199254740993']);
  });
});

describe('a target that does not', () => {
  const at = (number: number) => (write: number) => write === number;
  it.each([
    ['lost', { loses: at(40) }, /not there after recovery/],
    ['duplicated', { duplicates: at(40) }, /more than once/],
    ['corrupted', { damages: at(40) }, /hash/],
    ['lost', { caches: at(40) }, /there before the restart, gone after/],
    ['unexpected', { refusesYetStores: at(40) }, /refused, yet stored/],
  ] as const)('one write %s is found, and no other', async (kind, defects, detail) => {
    const result = await follow(defects);
    expect(result.verdict).toBe('fail');
    expect(result[kind]).toBe(1);
    expect(result.findings).toEqual([
      {
        kind,
        token: expect.stringMatching(/^sd\w+-\w+$/),
        detail: expect.stringMatching(detail),
        atMs: expect.any(Number),
      },
    ]);
    expect(result.reason).toContain(result.findings[0]?.token);
  });

  it('one stale read of a register is found', async () => {
    const result = await follow({ staleRegister: (read) => read > 15 && read % 4 === 0 });
    expect(result).toMatchObject({ verdict: 'fail', linearizable: false, lost: 0 });
    expect(result.stale).toBeGreaterThan(0);
  });

  it('a configuration that looks in the wrong place is not a target that loses', async () => {
    const wrong = resolveLedger({ ...rules, read: { path: '/notes?token=other-${token}', values: 'notes[*].value' } });
    expect(await follow({}, wrong)).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/looks in the wrong place/),
    });
  });
});

describe('what may be asked, and of whom', () => {
  it('a host that is not allowed is not written to', async () => {
    const shelf = await startShelf();
    const options = {
      subject,
      folder,
      now: () => 0,
      seed: 1,
      signal: new AbortController().signal,
      target: { baseUrl: `http://127.0.0.1:${shelf.port}`, allowHosts: ['staging.example.com'], headers: {} },
    };
    await expect(startLedger(options)).rejects.toMatchObject({ code: 'TARGET_NOT_ALLOWED' });
    expect(shelf.notes).toEqual([]);
    await shelf.stop();
  });

  it('a write that is never acknowledged is told at once', async () => {
    const shelf = await startShelf({ refusesYetStores: () => true });
    await expect(open(shelf.port)).rejects.toMatchObject({ code: 'LEDGER_WRITE' });
    await shelf.stop();
  });

  it.each([
    [{ kind: 'answered', status: 201, body: '' }, 'ok'],
    [{ kind: 'answered', status: 202, body: '' }, 'info'],
    [{ kind: 'answered', status: 422, body: '' }, 'fail'],
    [{ kind: 'answered', status: 409, body: '' }, 'info'],
    [{ kind: 'answered', status: 408, body: '' }, 'info'],
    [{ kind: 'answered', status: 503, body: '' }, 'info'],
    [{ kind: 'answered', status: 302, body: '' }, 'info'],
    [{ kind: 'unsent', reason: 'ECONNREFUSED' }, 'fail'],
    [{ kind: 'broken', reason: 'ECONNRESET' }, 'info'],
  ] as const)('%j is %s', (answer, outcome) => {
    expect(outcomeOf(answer)).toBe(outcome);
  });
});

describe('the operations file', () => {
  it('is read though its last line is torn; a damaged line before it is reported', async () => {
    const shelf = await startShelf();
    const ledger = await open(shelf.port);
    await wait(200);
    const result = await ledger.check();
    await shelf.stop();
    const whole = await readFile(ledger.file, 'utf8');
    const torn = join(folder, 'torn.ndjson');
    await writeFile(torn, whole);
    await appendFile(torn, '{"e":"invoke","n":99');
    const tally = new Tally();
    await readHistory(torn, (entry: Entry) => tally.add(entry));
    expect(tally.verify()).toMatchObject({ writes: result.writes, acknowledged: result.acknowledged, lost: 0 });
    await writeFile(torn, whole.replace('"e":"ok"', '"e":ok'));
    await expect(readHistory(torn, () => {})).rejects.toMatchObject({ code: 'LEDGER_FILE' });
  });
});
