import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, Contract } from '../../../src/domains/integration/contracts/answer.ts';
import { checkBody } from '../../../src/domains/integration/contracts/body.ts';
import { Validator } from '../../../src/domains/integration/contracts/validator.ts';
import { readDocument } from '../../../src/domains/integration/openapi/document.ts';
import { operationsOf } from '../../../src/domains/integration/openapi/operations.ts';

const schemas = {
  Price: {
    type: 'object',
    required: ['cents'],
    properties: { cents: { type: 'integer' }, currency: { enum: ['EUR', 'USD'] } },
  },
  Item: {
    type: 'object',
    required: ['id', 'secret'],
    properties: {
      id: { type: 'integer' },
      note: { type: 'string', nullable: true },
      made: { type: 'string', format: 'date-time' },
      secret: { type: 'string', writeOnly: true },
      price: { $ref: '#/components/schemas/Price' },
      parent: { $ref: '#/components/schemas/Item' },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      free: { type: 'object' },
    },
  },
};
const json = (schema: object) => ({ description: 'x', content: { 'application/json': { schema } } });

function documentOf(paths: object, more: object = {}): string {
  return JSON.stringify({
    openapi: '3.0.3',
    info: { title: 't', version: '1' },
    paths,
    components: { schemas },
    ...more,
  });
}

const paths = {
  '/items': {
    get: {
      responses: {
        200: json({ type: 'array', items: { $ref: '#/components/schemas/Item' } }),
        '4XX': { description: 'no' },
      },
    },
  },
  '/items/{id}': {
    put: { responses: { 200: { description: 'done' } } },
    get: {
      responses: {
        200: json({ $ref: '#/components/schemas/Item' }),
        default: json({ type: 'object', required: ['error'], properties: { error: { type: 'string' } } }),
      },
    },
  },
  '/items/newest': {
    delete: { responses: { 200: { description: 'gone' } } },
    get: { responses: { 204: { description: 'none' } } },
  },
};

function answer(method: string, path: string, status: number, body: unknown, type = 'application/json'): Answer {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  return {
    method,
    path,
    route: `${method} ${path}`,
    status,
    headers: new Map([['content-type', type]]),
    body: text,
    isCut: false,
  };
}

const contract = new Contract(readDocument(documentOf(paths), 'own.json'));
const held = (one: Answer, by = contract) => by.hold(one, async (key, schema, text) => checkBody(key, schema, text));
const problems = async (one: Answer) => (await held(one)).problems.map(({ kind, what }) => `${kind}: ${what}`);

describe('an answer against a document', () => {
  it('is fine where the document says all of it', async () => {
    const body = [
      {
        id: 1,
        note: null,
        price: { cents: 5 },
        labels: { any: 'x' },
        free: { a: { b: 1 } },
        made: '2026-01-01T00:00:00Z',
      },
    ];
    expect(await held(answer('GET', '/items?page=2', 200, body))).toEqual({
      ...{ shown: { operation: 'GET /items', status: '200' }, problems: [], doubts: [] },
    });
    expect((await held(answer('GET', '/items', 404, undefined))).shown).toEqual({
      operation: 'GET /items',
      status: '4XX',
    });
    expect((await held(answer('GET', '/items/7', 500, { error: 'x' }))).shown?.status).toBe('default');
    expect((await held(answer('GET', '/items/newest', 204, undefined))).shown?.operation).toBe('GET /items/newest');
    expect((await held(answer('PUT', '/items/newest', 200, undefined))).shown?.operation).toBe('PUT /items/{id}');
  });

  it.each([
    ['a route', answer('GET', '/orders', 200, {}), 'unknown-route: GET /orders is not documented'],
    ['a method', answer('DELETE', '/items/7', 200, {}), 'unknown-method: DELETE of /items/{id} is not documented'],
    ['a status', answer('GET', '/items', 503, {}), 'unknown-status: status 503 is not documented'],
    [
      'a content type',
      answer('GET', '/items', 200, '<p>', 'text/html'),
      'unknown-type: content type text/html, where application/json is documented',
    ],
    [
      'an empty body',
      answer('GET', '/items', 200, undefined),
      'unknown-type: its body is empty, where application/json is documented',
    ],
    [
      'a field',
      answer('GET', '/items', 200, [{ id: 1, cost: 2 }]),
      'unknown-field: [].cost: a field that is not documented',
    ],
    [
      'a deep field',
      answer('GET', '/items/7', 200, { id: 1, parent: { id: 2, price: { cents: 1, net: 1 } } }),
      'unknown-field: parent.price.net: a field that is not documented',
    ],
    [
      'a field of requests',
      answer('GET', '/items/7', 200, { id: 1, secret: 'x' }),
      'write-only-field: secret: a field that is documented as one of requests only',
    ],
    [
      'a missing field',
      answer('GET', '/items/7', 200, { id: 1, price: {} }),
      'missing-field: price.cents: missing, which is documented as required',
    ],
    [
      'a wrong type',
      answer('GET', '/items/7', 200, { id: '1' }),
      'wrong-type: id: a text, where integer is documented',
    ],
    [
      'a wrong value',
      answer('GET', '/items/7', 200, { id: 1, price: { cents: 1, currency: 'GBP' } }),
      'wrong-value: price.currency: a value that is not among those documented',
    ],
    [
      'a wrong format',
      answer('GET', '/items/7', 200, { id: 1, made: 'yesterday' }),
      'wrong-format: made: a text that is no date-time',
    ],
    [
      'what is no JSON',
      answer('GET', '/items/7', 200, '{"id":'),
      'wrong-type: the body: no JSON, which its content type says it is',
    ],
  ])('names %s', async (_, one, words) => {
    expect(await problems(one)).toEqual([words]);
  });

  it('is not documented as unchanged anywhere, and is that of HTTP', async () => {
    expect(await held(answer('GET', '/items', 304, undefined))).toEqual({ shown: null, problems: [], doubts: [] });
  });

  it('knows alternatives, and names none of their fields', async () => {
    const schema = {
      oneOf: [
        { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
        { type: 'object', required: ['b'], properties: { b: { type: 'integer' } } },
      ],
    };
    const own = new Contract(readDocument(documentOf({ '/x': { get: { responses: { 200: json(schema) } } } }), 'own'));
    expect((await held(answer('GET', '/x', 200, { b: 1 }), own)).problems).toEqual([]);
    expect((await held(answer('GET', '/x', 200, { b: 'no' }), own)).problems.map(({ what }) => what)).toEqual([
      'the body: an object that fits none of the documented alternatives',
    ]);
  });

  it('goes by the paths of servers, and by partly written segments', async () => {
    const own = new Contract(
      readDocument(
        documentOf(
          { '/f/{name}.{kind}': { get: { responses: { 200: { description: 'x' } } } } },
          { servers: [{ url: 'https://api.example.com/{v}', variables: { v: { default: 'v1' } } }] },
        ),
        'own',
      ),
    );
    expect((await held(answer('GET', '/v1/f/a.json', 200, undefined), own)).shown?.operation).toBe(
      'GET /f/{name}.{kind}',
    );
    expect((await held(answer('GET', '/f/a.json', 200, undefined), own)).shown).toBeNull();
    expect((await held(answer('GET', '/v1/f/a', 200, undefined), own)).shown).toBeNull();
  });

  it('goes by the servers of a path or an operation, where it has some', async () => {
    const get = { responses: { 200: { description: 'x' } } };
    const own = new Contract(
      readDocument(
        documentOf(
          {
            '/a': { servers: [{ url: '/v2' }], get, put: { ...get, servers: [{ url: '/v3' }] } },
            '/b': { get },
          },
          { servers: [{ url: '/v1' }] },
        ),
        'own',
      ),
    );
    for (const [method, path] of ['GET /v2/a', 'PUT /v3/a', 'GET /v1/b'].map((one) => one.split(' ')))
      expect((await held(answer(method as string, path as string, 200, undefined), own)).shown).not.toBeNull();
    expect((await held(answer('GET', '/v1/a', 200, undefined), own)).shown).toBeNull();
  });

  it('goes by the parameters of a media type, where it is documented several times', async () => {
    const of = (type: string) => ({ schema: { type } });
    const content = { 'application/json; version=1': of('string'), 'application/json; Version="2"': of('integer') };
    const own = new Contract(
      readDocument(documentOf({ '/a': { get: { responses: { 200: { description: 'x', content } } } } }), 'own'),
    );
    const sent = (type: string, body: string) => held(answer('GET', '/a', 200, body, type), own);
    expect((await sent('application/json;version=2; charset=utf-8', '5')).problems).toEqual([]);
    expect((await sent('application/json; version=1', '"five"')).problems).toEqual([]);
    expect((await sent('application/json; version=1', '5')).problems).toHaveLength(1);
  });

  it('uses patterns that escape more than Unicode allows', () => {
    const schema = { type: 'string', pattern: '^[a-z\\-\\_]+$' };
    expect(checkBody('escaped', schema, '"a-b_c"')).toEqual({ problems: [], doubt: null });
    expect(checkBody('escaped', schema, '"A"').problems).toHaveLength(1);
    const letters = { type: 'string', pattern: '^\\p{L}+$' };
    expect(checkBody('letters', letters, '"é"')).toEqual({ problems: [], doubt: null });
  });

  it('follows no reference out of the document, and says so', async () => {
    const own = new Contract(
      readDocument(
        documentOf({ '/x': { get: { responses: { 200: json({ $ref: 'http://127.0.0.1:1/other.json#/A' }) } } } }),
        'own',
      ),
    );
    expect(await held(answer('GET', '/x', 200, { a: 1 }), own)).toMatchObject({
      problems: [],
      doubts: ['GET /x 200: http://127.0.0.1:1/other.json#/A is not in the document, so that it was not looked at'],
    });
  });

  it('reads type lists and booleans of 3.1', async () => {
    const schema = {
      type: 'object',
      properties: { a: { type: ['string', 'null'] }, b: { exclusiveMinimum: 0 }, c: false },
    };
    const text = JSON.stringify({
      openapi: '3.1.0',
      info: {},
      paths: { '/x': { get: { responses: { 200: json(schema) } } } },
    });
    const own = new Contract(readDocument(text, 'own'));
    expect((await held(answer('GET', '/x', 200, { a: null, b: 1 }), own)).problems).toEqual([]);
    expect((await held(answer('GET', '/x', 200, { b: 0, c: 1 }), own)).problems).toHaveLength(2);
  });
});

describe('a document that nobody should trust', () => {
  const deep = (levels: number) => `{"openapi":"3.0.0","paths":{"/a":${'{"x":'.repeat(levels)}1${'}'.repeat(levels)}}}`;
  it.each([
    ['that is broken', '{"openapi": "3.0.0", "paths"', /neither JSON nor YAML/],
    ['of another version', '{"swagger":"2.0","paths":{}}', /of version 2.0, and 3.0 and 3.1 are read/],
    ['that is none', 'a: 1', /does not say which version/],
    ['without paths', 'openapi: 3.0.0', /has no paths/],
    ['nested 20,000 levels deep', deep(20_000), /nested deeper than 100 levels/],
    ['nested in YAML', `openapi: 3.0.0\npaths: ${'['.repeat(20_000)}`, /too deep|neither JSON/],
    [
      'that repeats itself',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.replace(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}openapi: 3.0.0\npaths: {}`,
      /neither JSON nor YAML/,
    ],
    ['that is huge', `{"openapi":"3.0.0","x":"${'x'.repeat(9 * 2 ** 20)}"}`, /larger than 8 MB/],
  ])('is refused: one %s', (_, text, words) => {
    expect(() => readDocument(text, 'bad.yaml')).toThrow(words);
  });

  it('names one object of YAML at 150 places, and merges it', () => {
    const path = (i: number) => `  /p${i}: {get: {responses: {<<: *common, 200: {description: x}, 404: *gone}}}`;
    const paths = Array.from({ length: 150 }, (_, i) => path(i)).join('\n');
    const common = 'x-common: &common {401: {description: who}}\nx-gone: &gone {description: gone}';
    const { root } = readDocument(`openapi: 3.0.0\n${common}\npaths:\n${paths}\n`, 'own.yaml');
    const responses = operationsOf({ root }).map((one) => [...one.responses.keys()].sort().join(' '));
    expect(responses).toEqual(Array.from({ length: 150 }, () => '200 401 404'));
    const doubled = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} {<<: [*a${i}, *a${i}]}`).join('\n');
    expect(() => readDocument(`openapi: 3.0.0\na0: &a0 {x: 1}\n${doubled}\npaths: {}\n`, 'bad.yaml')).toThrow(
      /neither/,
    );
  });

  it('goes in a circle', async () => {
    const own = new Contract(
      readDocument(
        documentOf(
          { '/x': { get: { responses: { 200: json({ $ref: '#/components/schemas/A' }) } } } },
          { components: { schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } } } },
        ),
        'own',
      ),
    );
    expect((await held(answer('GET', '/x', 200, { a: 1 }), own)).shown).not.toBeNull();
  });
});

describe('a schema whose pattern takes for ever', () => {
  let validator: Validator;
  beforeAll(() => {
    validator = new Validator(1500);
  });
  afterAll(() => validator.close());

  it('is ended, and others go on', async () => {
    const slow = { $ref: '#/$defs/0', $defs: { 0: { type: 'string', pattern: '^(a+)+$' } } };
    const quick = { $ref: '#/$defs/0', $defs: { 0: { type: 'integer' } } };
    const begun = performance.now();
    expect(await validator.check('slow', slow, JSON.stringify(`${'a'.repeat(40)}!`))).toEqual({
      problems: [],
      doubt: 'its schema took longer than 1.5 s for one answer, so that it is not held against it',
    });
    expect(await validator.check('quick', quick, '1')).toEqual({ problems: [], doubt: null });
    expect((await validator.check('quick', quick, '"1"')).problems).toHaveLength(1);
    expect(performance.now() - begun).toBeLessThan(30_000);
  }, 60_000);
});
