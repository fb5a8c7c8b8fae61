import { describe, expect, it } from 'vitest';
import { textsIn } from '../../../src/domains/data/copying/constants.ts';
import { ResultScanner } from '../../../src/domains/data/copying/scanner.ts';
import type { Action, ColumnPlan } from '../../../src/domains/data/plan/action.ts';
import type { TablePlan } from '../../../src/domains/data/plan/plan.ts';
import { fieldsOf, lineOf, linesOf } from '../../../src/domains/data/postgres/copy-text.ts';
import { readArray, readRow, writeArray, writeRow } from '../../../src/domains/data/postgres/literals.ts';
import { rewriteJson } from '../../../src/domains/data/values/json.ts';
import { Maker, nothingLearned } from '../../../src/domains/data/values/maker.ts';
import { Notes } from '../../../src/domains/data/values/notes.ts';
import { Originals } from '../../../src/domains/data/values/originals.ts';
import { ValuePseudonyms } from '../../../src/domains/traffic/public.ts';

const column = (action: Action, more: Partial<ColumnPlan> = {}): ColumnPlan => ({
  ...{
    name: 'value',
    action,
    type: { length: null, least: null, most: null },
    why: '',
    isPersonal: false,
    structure: [],
    isUnique: false,
    isInteger: false,
  },
  ...more,
});
const table = (...columns: ColumnPlan[]): TablePlan => ({
  oid: 1,
  title: 'public.t',
  place: 'public.t',
  columns,
  owner: null,
  isEmpty: false,
});
const originalsOf = (...texts: string[]) => {
  const originals = new Originals(Originals.forAbout(1000, Buffer.alloc(8, 3)));
  for (const text of texts) {
    originals.add(text);
    originals.addPieces(text);
  }
  return originals;
};

describe('the forms of PostgreSQL', () => {
  it.each([[['a', null, '']], [['tab\there', 'line\nthere', 'back\\slash', '\\N', '\\.', '\u0001\v\f\b\r']]])(
    'a row of COPY comes back as it was: %j',
    (fields) => {
      expect(fieldsOf(lineOf(fields))).toEqual(fields);
      expect(lineOf(fields)).not.toMatch(/\n/);
    },
  );
  it('lines are cut where they end, wherever chunks do, and bytes that are no text are refused', async () => {
    const bytes = Buffer.from('erste Zeile über alles\nzweite\n');
    const chunks = async function* () {
      for (const byte of bytes) yield Buffer.from([byte]);
    };
    const lines: string[] = [];
    for await (const some of linesOf(chunks())) lines.push(...some);
    expect(lines).toEqual(['erste Zeile über alles', 'zweite']);
    const bad = async function* () {
      yield Buffer.from([0x67, 0xfc, 10]);
    };
    await expect(linesOf(bad()).next()).rejects.toThrow(TypeError);
  });
  it.each(['{}', '{a,NULL,"NULL","b c","x\\"y\\\\z",""}', '{{1,2},{3,4}}', '[0:1]={a,b}'])('an array: %s', (text) => {
    const { bounds, elements } = readArray(text);
    expect(bounds + writeArray(elements)).toBe(text);
  });
  it.each(['(1,"a b",)', '("say ""x"", (y)",)', '("",x)'])('a row: %s', (text) => {
    expect(writeRow(readRow(text))).toBe(text);
  });
  it.each(['{a', 'a', '{a}b', '{"a'])('what is no array is refused: %s', (text) => {
    expect(() => readArray(text)).toThrow();
  });
  it('strings and comments of a definition are found, in the body of a function too', () => {
    expect(textsIn("CHECK ((role = ANY (ARRAY['a''b'::text, 'c'])))")).toEqual(["a'b", 'c']);
    expect(textsIn("CREATE FUNCTION f() AS $body$ SELECT 'x' -- call her\n /* or him */ $body$")).toEqual([
      'x',
      '-- call her',
      '/* or him */',
    ]);
  });
});

describe('values', () => {
  const pseudonyms = new ValuePseudonyms('a key of the tests, long enough', null, null);
  const makerOf = (plan: ColumnPlan, originals = originalsOf()) =>
    new Maker(plan, 'public.t.value', { pseudonyms, originals, notes: new Notes(), learned: nothingLearned });

  it('numbers of a type stay within it, and no two become one', () => {
    const maker = makerOf(
      column({ do: 'thing', open: false }, { type: { length: null, least: '-32768', most: '32767' } }),
    );
    const made = new Set<string>();
    for (let n = 1; n <= 32_767; n++) made.add(maker.of(String(n)) ?? '');
    expect(made.size).toBe(32_767);
    expect(Math.max(...Array.from(made, Number))).toBeLessThanOrEqual(32_767);
  });
  it('leaves of JSON are replaced where they stand; numbers keep their digits', () => {
    const text = '{"a": [1.50, 12345678901234567890, {"b": "x\\"y"}], "c": null, "d": true}';
    const seen: string[] = [];
    const met = (value: string, path: string) => {
      seen.push(`${path} ${value}`);
      return value;
    };
    const same = rewriteJson(
      text,
      {
        isPersonal: () => false,
        name: (name) => name,
        number: met,
        text: met,
      },
      false,
    );
    expect(same).toBe(text);
    expect(seen).toEqual(['.a[] 1.50', '.a[] 12345678901234567890', '.a[].b x"y']);
  });
  it('text says nothing of what it was, and holds no word of the source by chance', () => {
    const originals = originalsOf('Habermann');
    const maker = makerOf(column({ do: 'text' }), originals);
    const value = 'Call Wilhelmina Habermann at wilhelmina@mail-habermann.de or +49 171 5550199';
    const made = maker.of(value) ?? '';
    expect(made).not.toMatch(/habermann|wilhelmina|171 555/i);
    expect(made.length).toBeGreaterThan(60);
    expect(maker.of(value)).toBe(made);
    // Of so many short words, some would be made by chance.
    const wordOf = (n: number) =>
      Array.from({ length: 5 }, (_, at) => String.fromCharCode(97 + (Math.floor((n * 571) / 26 ** at) % 26))).join('');
    for (let n = 0; n < 20_000; n++) originals.add(wordOf(n));
    for (let n = 0; n < 3000; n++)
      originals.search(maker.of(`three words noted there ${n}`) ?? '', (_, text) => expect.unreachable(text));
  });
  it('too long for its column becomes shorter', () => {
    const made =
      makerOf(column({ do: 'name' }, { type: { length: 20, least: null, most: null } })).of('a.b@mail.de') ?? '';
    expect([made.length <= 20, made]).toEqual([true, expect.stringMatching(/@a\.example$/)]);
  });
});

describe('the scan of the result', () => {
  const scanned = (originals: Originals, ...values: string[]) => {
    const scanner = new ResultScanner(table(column({ do: 'text' })), originals);
    for (const value of values) scanner.row([value]);
    return scanner.take();
  };
  it('finds a value of the source, whole or as a word, and what looks like someone’s', () => {
    const originals = originalsOf('Wilhelmina Habermann');
    const { originals: met, detected } = scanned(
      originals,
      'wilhelmina habermann',
      'ask HABERMANN, please',
      'x@mail-habermann.com',
      'x@host-1.example',
    );
    expect(met[0]?.[1].reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThanOrEqual(3);
    expect(detected).toBe(1);
  });
  it('lets pass what was noted, as often as it was', () => {
    const notes = new Notes();
    notes.add('public.t.value', 7);
    expect([notes.spend('public.t.value', 7, 3), notes.spend('public.t.value', 7, 1)]).toEqual([1, 0]);
  });
});
