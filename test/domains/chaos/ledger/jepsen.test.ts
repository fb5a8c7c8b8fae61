import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EdnReader, ednText } from '../../../../src/domains/chaos/ledger/edn.ts';
import { readJepsen } from '../../../../src/domains/chaos/ledger/jepsen.ts';
import type { Call } from '../../../../src/domains/chaos/ledger/linearizable/call.ts';
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
      [1, 3, { f: 'write', value: '3' }],
      [2, 4, { f: 'cas', from: '3', to: '4', done: false }],
      [5, null, { f: 'write', value: '5' }],
      [7, 8, { f: 'read', value: '5' }],
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
    expect(calls.get('"a"')?.[0]).toMatchObject({ invoked: 1, returned: 2, operation: { f: 'append', value: 'x 1' } });
    expect(calls.get('7')?.[0]).toMatchObject({ returned: null, operation: { f: 'cas', from: '1', to: '2' } });
  });

  it.each([
    ['blanks in place of tabs', 'INFO  jepsen.util - 0 :invoke :write 1\nINFO  jepsen.util - 0 :ok    :write   1'],
    ['tabs and blanks mixed', '0\t:invoke :write\t1\n0 :ok\t:write 1'],
    [
      'maps on one line',
      '{:process 0, :type :invoke, :f :write, :value 1} {:process 0, :type :ok, :f :write, :value 1}',
    ],
    [
      'a map over lines',
      '{:process 0,\n :type :invoke\n :f :write :value 1}\n{:process 0, :type :ok,\n:f :write, :value 1}',
    ],
    [
      'a list of maps',
      '[{:process 0, :type :invoke, :f :write, :value 1}\n {:process 0, :type :ok, :f :write, :value 1}]',
    ],
    [
      'tagged operations',
      '#jepsen.history.Op{:index 0, :process 0, :type :invoke, :f :write, :value 1}\n#jepsen.history.Op{:index 1, :process 0, :type :ok, :f :write, :value 1}',
    ],
    [
      'maps behind the words of a log',
      '12:00 INFO {worker} {:process 0, :type :invoke, :f :write, :value 1}\n12:01 INFO {:type :ok, :process 0, :f :write, :value 1} ; done',
    ],
    ['order of keys', '{:value 1, :f :write, :type :invoke, :process 0}\n{:value 1, :f :write, :type :ok, :process 0}'],
  ])('%s', (_, text) => {
    const { calls, leftOut } = readJepsen(text, 'a.edn');
    expect(leftOut).toEqual({ nemesis: 0, other: 0, firstOther: null });
    expect(calls.get('')?.map(({ invoked, returned, operation }) => [invoked, returned, operation])).toEqual([
      [1, 2, { f: 'write', value: '1' }],
    ]);
  });

  it('tuples of several keys, and lists that are values beside them', () => {
    const op = (type: string, f: string, value: string) => `{:process 0, :type :${type}, :f :${f}, :value ${value}}`;
    const text = [
      op('invoke', 'write', '#jepsen.independent/Tuple[3 [1 2]]'),
      op('ok', 'write', '#jepsen.independent/Tuple [3 [1 2]]'),
      op('invoke', 'read', '#jepsen.independent.Tuple[4 nil]'),
      op('ok', 'read', '#jepsen.independent.Tuple[4 [5 6]]'),
    ].join('\n');
    const { calls } = readJepsen(text, 'a.edn');
    expect(calls.get('3')?.[0]?.operation).toEqual({ f: 'write', value: '[1 2]' });
    expect(calls.get('4')?.[0]?.operation).toEqual({ f: 'read', value: '[5 6]' });
  });

  it('what a nemesis did and other lines are left out, counted and named', () => {
    const text = `starting\n:nemesis :info :start "cut off"\n{:process :nemesis, :type :info, :f :kill, :value nil}
0 :invoke :write 1\n0 :ok :write 1\n\n; a comment\nended`;
    expect(readJepsen(text, 'a.log').leftOut).toEqual({ nemesis: 2, other: 2, firstOther: 'line 1, "starting"' });
  });

  it.each([
    ['lists as values of one register', '[1 2]', 'nil', '[1 2]'],
    ['maps in another order', '{:a 1 :b 2}', 'nil', '{:b 2, :a 1}'],
    ['sets in another order', '#{1 2}', 'nil', '#{2 1}'],
  ])('%s are equal', (_, written, asked, read) => {
    const op = (process: number, type: string, f: string, value: string) =>
      `{:process ${process} :type :${type} :f :${f} :value ${value}}`;
    const text = [
      op(0, 'invoke', 'write', written),
      op(0, 'ok', 'write', written),
      op(1, 'invoke', 'read', asked),
      op(1, 'ok', 'read', read),
    ].join('\r');
    const { calls } = readJepsen(text, 'a.edn');
    expect(calls.get('')).toHaveLength(2);
    expect(checkLinearizable(calls, null).linearizable).toBe(true);
  });

  it('nothing and the empty text are one for a key that was never written', () => {
    const { calls } = readJepsen('0 :invoke :get nil\n0 :ok :get nil', 'a.log');
    expect(checkLinearizable(calls, '').linearizable).toBe(true);
  });

  it('a compare-and-set that failed for another reason than the value shows nothing', () => {
    const text = `{:process 0, :type :invoke, :f :write, :value 1}\n{:process 0, :type :ok, :f :write, :value 1}
{:process 0, :type :invoke, :f :cas, :value [1 2]}\n{:process 0, :type :fail, :f :cas, :value [1 2], :error :no-leader}`;
    expect(readJepsen(text, 'a.edn').calls.get('')).toHaveLength(1);
  });

  it('values of EDN', () => {
    const read = (text: string) => ednText(new EdnReader(text).next());
    expect(read('{:a [1 -2.5 nil true], "b" (:c "d \\"e\\"")}')).toBe('{"b" [:c "d \\"e\\""] :a [1 -2.5 nil true]}');
    expect(
      read('[#{2 1} #_(left out) #_ 7 \\a \\newline \\] 3N 12345678901234567890 1/3 #inst "2020" ^:meta x ##Inf]'),
    ).toBe('[#{1 2} \\a \\\n \\] 3 12345678901234567890 1/3 #inst "2020" x ##Inf]');
    expect(read('#:op{:type :ok, :f 1} ')).toBe('{:op/f 1 :op/type :ok}');
    expect(read('"two\nlines \\u00e9 \\\\"')).toBe('"two\\nlines é \\\\"');
    for (const text of ['"\\q"', '\\abc']) expect(() => read(text)).toThrow(/unknown/);
    for (const text of ['[1 2', '{:a 1', '', '"a', '#{1']) expect(() => read(text)).toThrow(/missing/);
    for (const text of ['{:a}', '{:a 1 :a 2}', ']', '#:x 1'])
      expect(() => read(text)).toThrow(expect.objectContaining({ code: 'HISTORY_FORMAT' }));
  });

  it.each([
    ['3', '3N', '3.0', '+3', '3.00M', '30e-1'],
    ['0', '-0', '0.0', '0e5'],
    ['-1200', '-1.2e3', '-1200.0M'],
    ['0.0000001', '1e-7', '1E-7M'],
  ])('%s is the same number as others write it', (...texts) => {
    for (const text of texts) expect(ednText(new EdnReader(text).next())).toBe(texts[0]);
  });

  const written = (value: string, read: string, f = ['write', 'read']) =>
    [
      `{:process 0 :type :invoke :f :${f[0]} :value ${value}}`,
      `{:process 0 :type :ok :f :${f[0]} :value ${value}}`,
      `{:process 1 :type :invoke :f :${f[1]} :value nil}`,
      `{:process 1 :type :ok :f :${f[1]} :value ${read}}`,
    ].join('\n');

  it.each([
    ['a number and the text of its digits', '1', '"1"'],
    ['a keyword and a text', ':a', '"a"'],
    ['a keyword and a symbol', ':a', 'a'],
    ['true and its text', 'true', '"true"'],
    ['nothing and its text', 'nil', '"nil"'],
    ['a character and a text', '\\a', '"a"'],
    ['a list and a set', '[1 2]', '#{1 2}'],
    ['a list and its text', '[1 2]', '"[1 2]"'],
    ['long decimals', '0.12345678901234567891M', '0.12345678901234567892M'],
    ['whole numbers beyond 2^53', '9007199254740993', '9007199254740992'],
    ['numbers beyond the largest double', '1e998', '1e999'],
  ])('%s differ', (_, one, other) => {
    for (const f of [
      ['write', 'read'],
      ['put', 'get'],
    ]) {
      const judge = (value: string) => {
        const { calls, model } = readJepsen(written(one, value, f), 'a.edn');
        return checkLinearizable(calls, model === 'kv' ? '' : null).linearizable;
      };
      expect(judge(one)).toBe(true);
      expect(judge(other)).toBe(false);
    }
  });

  it('keys of different types differ', () => {
    const text = written('[1 5]', '["1" nil]').replace(':value nil', ':value ["1" nil]');
    const { calls } = readJepsen(text, 'a.edn');
    expect([...calls.keys()]).toEqual(['1', '"1"']);
    expect(checkLinearizable(calls, null).linearizable).toBe(true);
  });

  it('leaves out what stands behind a semicolon', () => {
    const comment = '; 1 :invoke :read nil\n; 1 :ok :read 9\n ; {:process 2, :type :ok, :f :read, :value 3}\n';
    const { calls, leftOut } = readJepsen(`0 :invoke :write 1\n0 :ok :write 1 ; done\n${comment}`, 'x.log');
    expect(calls.get('')).toHaveLength(1);
    expect(leftOut.other).toBe(0);
    const behind = () => readJepsen(`${half}INFO ; 1 :ok :read 9`, 'x.log');
    expect(behind).toThrow(/line 3: an operation behind a semicolon/);
  });

  it('answers may say nothing of a value, and failures give a reason in its place', () => {
    const text = `{:process 0 :type :invoke :f :write :value 5}\n{:process 0 :type :ok :f :write}
1 :invoke :write 6\n1 :fail :write :no-leader\n2 :invoke :cas [7 8]\n2 :fail :cas :timed-out`;
    expect(readJepsen(text, 'a.log').calls.get('')).toHaveLength(1);
  });

  const half = '0 :invoke :write 1\n0 :ok :write 1\n';
  it.each([
    ['a type that is none', '{:process 1, :type :done, :f :read}', /line 3: no :type/],
    ['an operation that is not supported', '1 :invoke :pop nil\n1 :ok :pop 1', /line 3: :f :pop is none of/],
    ['an answer to nothing', '1 :ok :read 1', /line 3: :ok of client 1 without its :invoke/],
    [
      'a client that asks twice',
      '1 :invoke :read nil\n1 :invoke :read nil',
      /line 4: client 1 asks again before its call of line 3/,
    ],
    [
      'an answer to another call',
      '1 :invoke :read nil\n1 :ok :write 1',
      /line 4: :ok of :write answers :read of line 3/,
    ],
    ['a line cut off', '{:process 1, :type :invoke, :f :re', /line 3: } is missing/],
    ['a client in a form not known', 'worker-a: :invoke :read nil', /line 3: "worker-a/],
    ['two operations on a line of a log', '1 :invoke :read nil 1 :ok :read 2', /line 3: more than one operation/],
    ['a last line that was cut off', '1 :invoke :read nil\n1 :o', /line 4: "1 :o" is not understood/],
    ['words in capitals', '1 :INVOKE :read nil', /line 3: "1 :INVOKE/],
    ['a client that has the name of a nemesis', 'nemesis-2 :invoke :write 3', /line 3: "nemesis-2/],
    [
      'a compare-and-set without two values',
      '{:process 1 :type :invoke :f :cas :value {:old 1 :new 2}}',
      /line 3: a cas needs/,
    ],
    [
      'a last line that was cut off before its value',
      '1 :invoke :read nil\n1 :ok :read',
      /line 4: no value behind :read/,
    ],
    [
      'a read that is answered without a value',
      '{:process 1 :type :invoke :f :read}\n{:process 1 :type :ok :f :read}',
      /line 4: :ok of a read needs its :value/,
    ],
    [
      'an answer of another tuple',
      '{:process 1 :type :invoke :f :read :value #jepsen.independent/Tuple[1 nil]}\n{:process 1 :type :ok :f :read :value #jepsen.independent/Tuple[2 5]}',
      /line 4: :ok is of key 2, and its call of line 3 of 1/,
    ],
    [
      'an answer of another key',
      '{:process 1 :type :invoke :f :read :key 1 :value nil}\n{:process 1 :type :ok :f :read :key 2 :value 5}',
      /line 4: :ok is of key 2, and its call of line 3 of 1/,
    ],
    [
      'an answer without the key of its tuple',
      '{:process 1 :type :invoke :f :read :value #jepsen.independent/Tuple[1 nil]}\n{:process 1 :type :ok :f :read :value 5}',
      /line 4: :ok has no key, and its call of line 3 is of key 1/,
    ],
    ['a write answered as another', '1 :invoke :write 5\n1 :ok :write 6', /line 4: :ok of :write is of value 6, and/],
    [
      'a compare-and-set answered as another',
      '1 :invoke :cas [5 6]\n1 :fail :cas [5 7]',
      /line 4: :fail of :cas is of/,
    ],
    ['an append of a number', '1 :invoke :append 5', /line 3: an append needs a string, not 5/],
    ['a map without a client', '{:type :invoke, :f :read}', /line 3: no :process/],
  ])('refuses a history with %s', (_, rest, message) => {
    const read = () => readJepsen(half + rest, 'x.log');
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code: 'HISTORY_FORMAT' }));
  });

  it.each([
    ['semicolons behind a value', `0 :invoke :write 1 ${';'.repeat(200)} x\n0 :ok :write 1`],
    ['many operations on one line', Array.from({ length: 60_000 }, (_, i) => written(`${i}`, `${i}`)).join(' ')],
    ['many forms on one line of a log', `0 :invoke :write 1 ${'2 '.repeat(100_000)}\n0 :ok :write 1`],
    ['many comments', `{:process 0 ${';\n,'.repeat(300_000)} :type :invoke :f :write :value 1}`],
    ['a long string', `0 :invoke :write "${'\\\\'.repeat(1_000_000)}"\n0 :ok :write nil`],
  ])('reads %s in a time that grows as the file does', { timeout: 15_000 }, (_, text) => {
    const beganMs = performance.now();
    readJepsen(text.replace(/\n(?=\{)/g, ' '), 'x.log');
    expect(performance.now() - beganMs).toBeLessThan(8000);
  });

  it.each([
    ['lists', '['],
    ['maps', '{:a '],
    ['sets', '#{'],
    ['tags', '#a '],
    ['metadata', '^'],
    ['values left out', '#_'],
    ['strings without an end', '[x\\"\n'],
  ])('refuses endless %s at once', (_, opening) => {
    const beganMs = performance.now();
    const read = () => readJepsen(`{:process 0 :type :invoke :f :write :value ${opening.repeat(100_000)}`, 'x.edn');
    expect(read).toThrow(expect.objectContaining({ code: 'HISTORY_FORMAT' }));
    expect(performance.now() - beganMs).toBeLessThan(3000);
  });

  it('refuses a file that is no history', () => {
    expect(() => readJepsen('hello\n', 'x.log')).toThrow(expect.objectContaining({ code: 'HISTORY_EMPTY' }));
  });
});

describe('a search', () => {
  it('ends with the violation of an easy key, whatever the hard ones would take', () => {
    const calls = new Map<string, Call[]>();
    const hard: Call[] = [];
    // Appends that overlap and are read in no possible order: every order of 30 would have to be tried.
    for (let n = 0; n < 30; n++) {
      hard.push({
        invoked: n,
        returned: 100 + n,
        operation: { f: 'append', value: String.fromCharCode(97 + n) },
        label: '',
      });
    }
    calls.set('hard', hard);
    calls.set('easy', [
      { invoked: 1, returned: 2, operation: { f: 'read', value: 'never written' }, label: 'client 1' },
    ]);
    const { linearizable, violations, calls: count } = checkLinearizable(calls, '');
    expect(linearizable).toBe(false);
    expect(violations.map(({ key }) => key)).toEqual(['easy']);
    expect(count).toBe(31);
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

  it('a bad file does not hide what another shows, and counts where none shows a violation', async () => {
    await writeFile(join(temporary, 'half.log'), '0 :ok :write 1');
    const both = await run('half.log', 'bad.log');
    expect(both.code).toBe(1);
    expect(both.err).toContain('half.log is not judged, because a part of it cannot be read: line 1: :ok of client 0');
    expect(both.out).toContain('bad.log: not linearizable');
    expect((await run('half.log', 'good.log')).code).toBe(2);
  });

  it('accuses nobody because of a last value that may be cut off', async () => {
    const history = '0 :invoke :write 12\n0 :ok :write 12\n1 :invoke :read nil\n1 :ok :read 1';
    await writeFile(join(temporary, 'cut.log'), history);
    await writeFile(join(temporary, 'whole.log'), `${history}\n`);
    expect(await run('cut.log')).toMatchObject({
      code: 2,
      err: expect.stringContaining('only its last line, 4, shows'),
    });
    expect((await run('whole.log')).code).toBe(1);
    // What another line shows as well needs no last one.
    await writeFile(join(temporary, 'more.log'), `2 :invoke :read nil\n2 :ok :read 7\n${history}`);
    expect((await run('more.log')).code).toBe(1);
  });

  it('reports values nested without an end in one line', async () => {
    await writeFile(join(temporary, 'deep.edn'), `{:process 0 :type :invoke :f :write :value ${'['.repeat(100_000)}`);
    const { code, err } = await run('deep.edn');
    expect(code).toBe(2);
    expect(err).toMatch(/^HISTORY_FORMAT [^\n]*line 1: Values nested deeper than 100 levels[^\n]*\n$/);
  });

  it('prints JSON, and tells a file that is not there', async () => {
    const { out } = await run('--json', 'bad.log');
    expect(JSON.parse(out)).toMatchObject([{ file: 'bad.log', linearizable: false, violations: [{ key: '' }] }]);
    expect(await run('none.log')).toMatchObject({ code: 2, err: expect.stringContaining('HISTORY_NOT_FOUND') });
  });
});
