import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEdn } from '../../../../src/domains/chaos/ledger/edn.ts';
import { readJepsen } from '../../../../src/domains/chaos/ledger/jepsen.ts';
import { checkLinearizable } from '../../../../src/domains/chaos/ledger/linearizable/check.ts';

const folder = process.env.SHAKEDOWN_HISTORIES ?? '';
const published = folder !== '' && existsSync(join(folder, 'verdicts.tsv'));
const bin = new URL('../../../../bin/shakedown.mjs', import.meta.url).pathname;
const log = (...lines: string[]) =>
  lines.map((line) => `INFO  jepsen.util - ${line.replaceAll(' :', '\t:')}`).join('\n');

describe('published histories with known verdicts', () => {
  const list = published ? readFileSync(join(folder, 'verdicts.tsv'), 'utf8').trim().split('\n') : [];
  it.skipIf(published)('set SHAKEDOWN_HISTORIES to a folder with verdicts.tsv to judge them', ({ skip }) => skip());
  it.each(list.map((line) => line.split('\t')))('%s is %s', (file = '', verdict = '') => {
    const { calls, model } = readJepsen(readFileSync(join(folder, file), 'utf8'), file);
    const { linearizable } = checkLinearizable(calls, model === 'kv' ? '' : null);
    expect(linearizable).toBe(verdict === 'linearizable');
  });
});

describe('reading', () => {
  it('a log of one register: answers, refusals, and what was never answered', () => {
    const text = `some other line\n${log('0 :invoke :write\t3', '1 :invoke :cas\t[3 4]', '0 :ok :write\t3', '1 :fail :cas\t[3 4]')}
${log('2 :invoke :write\t5', '2 :info :write\t:timed-out', '3 :invoke :read\tnil', '3 :ok :read\t5', '4 :invoke :read\tnil')}`;
    const { calls, model } = readJepsen(text, 'a.log');
    expect(model).toBe('register');
    expect(calls.get('')?.map(({ invoked, returned, operation }) => [invoked, returned, operation])).toEqual([
      [2, 4, { f: 'write', value: '3' }],
      [3, 5, { f: 'cas', from: '3', to: '4', done: false }],
      [6, null, { f: 'write', value: '5' }],
      [8, 9, { f: 'read', value: '5' }],
    ]);
  });

  it('maps with keys, and values that carry the key', () => {
    const text = [
      '{:process 0, :type :invoke, :f :append, :key "a", :value "x 1"}',
      '{:process 0, :type :ok, :f :append, :key "a", :value "x 1"}',
      '{:process 1, :type :invoke, :f :cas, :value [7 [1 2]], :time 12}',
      '{:process 1, :type :info, :f :cas, :value [7 [1 2]], :error :timeout}',
    ].join('\n');
    const { calls, model } = readJepsen(text, 'a.edn');
    expect(model).toBe('kv');
    expect(calls.get('a')?.[0]).toMatchObject({ invoked: 1, returned: 2, operation: { f: 'append', value: 'x 1' } });
    expect(calls.get('7')?.[0]).toMatchObject({ returned: null, operation: { f: 'cas', from: '1', to: '2' } });
  });

  it('values of EDN', () => {
    expect(parseEdn('{:a [1 -2.5 nil true], "b" (:c "d \\"e\\"")}')).toEqual({
      a: [1, -2.5, null, true],
      b: ['c', 'd "e"'],
    });
    for (const text of ['[1 2', '{:a 1', '']) expect(() => parseEdn(text)).toThrow(/missing/);
  });

  it('says what is wrong with a file that is no history', () => {
    expect(() => readJepsen('hello\n', 'x.log')).toThrow(expect.objectContaining({ code: 'HISTORY_EMPTY' }));
    expect(() => readJepsen('{:process 1, :type :done, :f :read}', 'x.log')).toThrow(/x\.log:1/);
    const odd = '{:process 1, :type :invoke, :f :pop}\n{:process 1, :type :ok, :f :pop}';
    expect(() => readJepsen(odd, 'x.log')).toThrow(/:pop/);
  });
});

describe('shakedown chaos check-history', () => {
  let temporary: string;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'histories-'));
    const good = ['0 :invoke :write\t1', '0 :ok :write\t1', '1 :invoke :read\tnil', '1 :ok :read\t1'];
    await writeFile(join(temporary, 'good.log'), log(...good));
    await writeFile(join(temporary, 'bad.log'), log(...good.slice(0, 3), '1 :ok :read\tnil'));
  });
  afterAll(() => rm(temporary, { recursive: true, force: true }));
  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((done) => {
      execFile(process.execPath, [bin, 'chaos', 'check-history', ...args], { cwd: temporary }, (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });

  it('names the verdict of each file, and the operation that shows it', async () => {
    const { code, out } = await run('good.log', 'bad.log');
    expect(code).toBe(1);
    expect(out).toContain('good.log: linearizable (register, 2 operations, 1 key)');
    expect(out).toMatch(/bad\.log: not linearizable .*\n {2}read of nothing by client 1, line 3/);
    expect((await run('good.log')).code).toBe(0);
  });

  it('prints JSON, and tells a file that is not there', async () => {
    const { out } = await run('--json', 'bad.log');
    expect(JSON.parse(out)).toMatchObject([{ file: 'bad.log', linearizable: false, violations: [{ key: '' }] }]);
    expect(await run('none.log')).toMatchObject({ code: 2, err: expect.stringContaining('HISTORY_NOT_FOUND') });
  });
});
