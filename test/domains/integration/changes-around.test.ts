import { describe, expect, it } from 'vitest';
import { compareDocuments } from '../../../src/domains/integration/changes/compare.ts';
import { readDocument } from '../../../src/domains/integration/openapi/document.ts';

/** An interface with a login, servers, and parameters that are lists; `change` alters it. */
// biome-ignore lint/suspicious/noExplicitAny: it is altered at any place
function api(change: (root: any) => void = () => {}) {
  const list = { type: 'array', items: { type: 'string' } };
  const root = {
    openapi: '3.0.3',
    servers: [{ url: 'https://api.example.com/v1' }],
    security: [{ own: [] }],
    paths: {
      '/orders': {
        get: {
          parameters: [
            { name: 'ids', in: 'query', schema: list },
            { name: 'n', in: 'query', schema: { type: 'integer', default: 20 }, allowReserved: true },
          ],
          responses: {
            200: {
              content: { 'application/json': { schema: { type: 'object', discriminator: { propertyName: 'a' } } } },
              headers: { 'X-Left': { required: true, schema: { type: 'integer' } } },
            },
          },
        },
        post: {
          security: [{ login: ['read'] }],
          requestBody: {
            content: { 'application/json': {}, 'text/plain': { schema: { type: 'string' }, encoding: {} } },
          },
          callbacks: { done: {} },
          responses: {},
        },
      },
    },
    components: {
      securitySchemes: {
        own: { type: 'apiKey', in: 'header', name: 'X-Key' },
        login: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://a.example/t', scopes: {} } } },
        bearer: { type: 'http', scheme: 'bearer' },
        same: { type: 'apiKey', in: 'header', name: 'x-key', description: 'as own' },
      },
    },
  };
  change(root);
  return readDocument(JSON.stringify(root), 'own');
}

// biome-ignore lint/suspicious/noExplicitAny: as above
type Case = [string, (root: any) => void, string[]];
// biome-ignore lint/suspicious/noExplicitAny: as above
const schemes = (root: any) => root.components.securitySchemes;
// biome-ignore lint/suspicious/noExplicitAny: as above
const get = (root: any) => root.paths['/orders'].get;
// biome-ignore lint/suspicious/noExplicitAny: as above
const post = (root: any) => root.paths['/orders'].post;

const cases: Case[] = [
  [
    'a key is a token now',
    (r) => {
      schemes(r).own = { type: 'http', scheme: 'bearer' };
    },
    ['error api-security-component-type-changed GET /orders'],
  ],
  [
    'a key is sent in another header',
    (r) => {
      schemes(r).own.name = 'X-Api-Key';
    },
    ['error api-security-component-type-changed GET /orders'],
  ],
  [
    'another scheme is needed',
    (r) => {
      r.security = [{ bearer: [] }];
    },
    ['error api-security-removed GET /orders'],
  ],
  [
    'a second scheme is needed as well',
    (r) => {
      r.security = [{ own: [], bearer: [] }];
    },
    ['error api-security-removed GET /orders'],
  ],
  [
    'one more scope is needed',
    (r) => {
      post(r).security = [{ login: ['read', 'write'] }];
    },
    ['error api-security-scope-added POST /orders'],
  ],
  [
    'tokens are got elsewhere',
    (r) => {
      schemes(r).login.flows.clientCredentials.tokenUrl = 'https://b.example/t';
    },
    ['warning api-security-component-oauth-url-changed POST /orders'],
  ],
  [
    'a scheme is called otherwise',
    (r) => {
      r.security = [{ same: [] }];
    },
    [],
  ],
  [
    'there is one more way',
    (r) => {
      r.security.push({ bearer: [] });
    },
    [],
  ],
  ['nothing is needed', (r) => delete r.security, []],
  [
    'the base path is another',
    (r) => {
      r.servers[0].url = 'https://api.example.com/v2';
    },
    ['error server-base-path-changed all operations'],
  ],
  ['there are no servers', (r) => delete r.servers, ['error server-base-path-changed all operations']],
  [
    'the server is another',
    (r) => {
      r.servers[0].url = 'https://eu.example.com/v1/';
    },
    ['warning server-removed all operations'],
  ],
  [
    'one operation has a server of its own',
    (r) => {
      get(r).servers = [{ url: '/v3' }];
    },
    ['error server-base-path-changed GET /orders'],
  ],
  ['a server is new', (r) => r.servers.push({ url: '/v2' }), []],
  [
    'a list is written otherwise',
    (r) => {
      get(r).parameters[0].style = 'pipeDelimited';
    },
    ['error request-parameter-style-changed GET /orders query ids'],
  ],
  [
    'a list is one value',
    (r) => {
      get(r).parameters[0].explode = false;
    },
    ['error request-parameter-explode-changed GET /orders query ids'],
  ],
  [
    'what holds by default is written out',
    (r) => {
      Object.assign(get(r).parameters[0], { style: 'form', explode: true });
      get(r).parameters[1].explode = false;
    },
    [],
  ],
  [
    'a parameter is JSON now',
    (r) => {
      const [one] = get(r).parameters;
      one.content = { 'application/json': { schema: one.schema } };
      delete one.schema;
    },
    ['error request-parameter-media-type-changed GET /orders query ids'],
  ],
  [
    'reserved letters have to be escaped',
    (r) => delete get(r).parameters[1].allowReserved,
    ['warning request-parameter-became-not-allow-reserved GET /orders query n'],
  ],
  [
    'a default is another',
    (r) => {
      get(r).parameters[1].schema.default = 5;
    },
    ['warning request-parameter-default-value-changed GET /orders query n'],
  ],
  [
    'the schema of an answer is gone',
    (r) => delete get(r).responses[200].content['application/json'].schema,
    ['warning response-body-media-type-schema-removed GET /orders answer 200'],
  ],
  [
    'a body has a schema now',
    (r) => {
      post(r).requestBody.content['application/json'].schema = { type: 'object' };
    },
    ['error request-body-media-type-schema-added POST /orders request body'],
  ],
  ['a body may be anything', (r) => delete post(r).requestBody.content['text/plain'].schema, []],
  [
    'a header may be missing',
    (r) => delete get(r).responses[200].headers['X-Left'].required,
    ['error response-header-became-optional GET /orders answer 200 header x-left'],
  ],
  [
    'a header holds something else',
    (r) => {
      get(r).responses[200].headers['X-Left'].schema.type = 'string';
    },
    ['error response-header-type-changed GET /orders answer 200 header x-left'],
  ],
];

describe('what stands around schemas', () => {
  it.each(cases)('is compared where %s', (_, change, found) => {
    const { changes, doubts } = compareDocuments(api(), api(change));
    expect(
      changes.map(({ level, id, operation, where }) => [level, id, operation, where].filter(Boolean).join(' ')),
    ).toEqual(found);
    expect(doubts).toEqual([]);
  });

  it('is as it was, though another login is sent alike', () => {
    const both = api((r) => {
      r.components.securitySchemes.token = { type: 'http', scheme: 'bearer' };
      r.paths['/orders'].get.security = [{ login: [] }, { token: [] }];
      r.paths['/orders'].post.security = [{ login: [], token: [] }];
    });
    expect(compareDocuments(both, both).changes).toEqual([]);
  });

  it('is said where it is not compared', () => {
    const { changes, doubts } = compareDocuments(
      api(),
      api((r) => {
        post(r).callbacks.done['{$url}'] = { post: {} };
        post(r).requestBody.content['text/plain'].encoding = { a: { contentType: 'text/html' } };
        get(r).responses[200].content['application/json'].schema.discriminator.propertyName = 'b';
      }),
    );
    expect(changes).toEqual([]);
    expect([...doubts].sort()).toEqual([
      'GET /orders answer 200: its schema: discriminator differs, which is not judged',
      'POST /orders request body: encoding differs, which is not compared',
      'POST /orders: callbacks differs, which is not compared',
    ]);
  });
});
