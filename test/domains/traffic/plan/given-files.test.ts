import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBodySource } from '../../../../src/domains/traffic/plan/body-sources.ts';
import { readTableFile, requireColumn } from '../../../../src/domains/traffic/plan/table-file.ts';
import { request } from './recordings.ts';

async function file(name: string, text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'shakedown-given-')), name);
  await writeFile(path, text);
  return path;
}

const table = async (text: string, name = 'users.csv') =>
  (await readTableFile(await file(name, text))).map((row) => Object.fromEntries(row));

describe('files of users', () => {
  it('are read with quotes, lines in values, any ends of lines and empty lines', async () => {
    const rows = [
      { email: 'a@x.test', password: 'p "1"\nx' },
      { email: 'b;c', password: '' },
    ];
    const text = 'email,password\n\na@x.test,"p ""1""\nx"\nb;c,\n';
    expect(await table(text)).toEqual(rows);
    expect(await table(text.trimEnd())).toEqual(rows);
    expect(await table('a,b\r1,2\r3,4')).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ]);
    expect(await table('')).toEqual([]);
  });

  it.each([
    ['email,password\na,secret\nb\n', 'line 3: 1 value for 2 columns'],
    ['email,password\n"a\nb",secret\na,sec,ret\n', 'line 4: 3 values for 2 columns'],
    ['email,password\na,"secret\nb,secret\n', 'line 2: a quote is never closed'],
    ['email,password\na,"sec"ret\n', 'line 2: something stands behind a closing quote'],
    ['email;password\na;secret\n', 'line 1: the columns are separated by “;”'],
    ['email\tpassword\na\tsecret\n', 'line 1: the columns are separated by a tab'],
    ['email,email\na,secret\n', 'line 1: two columns are called "email"'],
    ['{"email":"a"}\n{"email":"secret"\n', 'line 2: not a JSON object'],
    ['{"email":"a"}\nnull\n', 'line 2: not a JSON object'],
    ['[null]', 'not a JSON array of objects'],
  ])('%j is refused, without what is in it', async (text, message) => {
    const refused = expect(table(text)).rejects;
    await refused.toMatchObject({ code: 'PLAN_DATA', message: expect.stringContaining(message) });
    await refused.toMatchObject({ message: expect.not.stringContaining('sec') });
  });

  it('must have a text in every row that is used; others may be null', async () => {
    const path = await file('users.json', '[{"email":"a","n":1,"x":null},{"email":null,"n":2,"x":{"a":1}}]');
    const rows = await readTableFile(path);
    requireColumn(rows, path, 'n');
    expect(() => requireColumn(rows, path, 'email')).toThrow('row 2 has no text or number under "email", only under n');
  });
});

describe('sources of bodies', () => {
  const post = request(0, 'POST', '/api/x');
  const openApi = (rest: string) => file('api.yaml', `openapi: 3.1.0\n${rest}`);

  it.each([
    'paths: null',
    'paths: { /api/x: null }',
    'paths: { /api/x: { post: null } }',
    'paths: { /api/x: { post: { requestBody: { content: null } } } }',
    'paths: { /api/x: { post: { requestBody: { content: { application/json: null } } } } }',
    "paths: { /api/x: { post: { requestBody: { $ref: '#/components/%zz/nope' } } } }",
    'servers: [null]\npaths: { /api/x: text }',
  ])('half-written OpenAPI gives no body: %s', async (rest) => {
    expect((await readBodySource(await openApi(rest))).bodiesFor(post)).toEqual([]);
  });

  it('half-written parts do not hide the others', async () => {
    const source = await readBodySource(
      await openApi(
        'paths: { /other: null, /api/x: { put: null, post: { requestBody: { content: { application/json: { examples: { none: null, one: { value: { a: 1 } } } } } } } } }',
      ),
    );
    expect(source.bodiesFor(post)).toEqual([{ mime: 'application/json', encoding: 'utf8', data: '{"a":1}' }]);
  });

  it('entries of a HAR that are none are passed over', async () => {
    const entry = {
      request: { method: 'POST', url: 'http://a.test/api/x', postData: { mimeType: 'text/plain', text: 'hi' } },
    };
    const har = await file('a.har', JSON.stringify({ log: { entries: [null, 7, { request: null }, entry] } }));
    expect((await readBodySource(har)).bodiesFor(post)).toEqual([{ mime: 'text/plain', encoding: 'utf8', data: 'hi' }]);
    await expect(readBodySource(await file('b.har', '{"log":null}'))).rejects.toMatchObject({ code: 'PLAN_DATA' });
  });
});
