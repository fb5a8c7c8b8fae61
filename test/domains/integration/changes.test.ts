import { describe, expect, it } from 'vitest';
import { compareDocuments } from '../../../src/domains/integration/changes/compare.ts';
import { judgeChanges } from '../../../src/domains/integration/changes/judge.ts';
import { readDocument } from '../../../src/domains/integration/openapi/document.ts';
import { sampleApi } from '../../../src/domains/integration/sample-api.ts';
import { api, json } from './changes-api.ts';

// biome-ignore lint/suspicious/noExplicitAny: as above
const changed = (change: (root: any) => void) =>
  compareDocuments(api(), api(change)).changes.map(({ id, operation, where }) =>
    [id, operation, where].filter(Boolean).join(' '),
  );

// biome-ignore lint/suspicious/noExplicitAny: as above
type Case = [string, (root: any) => void, string[]];
const body = 'request body';
const cases: Case[] = [
  ['a path is gone', (r) => delete r.paths['/orders/{id}'], ['api-path-removed-without-deprecation GET /orders/{id}']],
  ['an operation is gone', (r) => delete r.paths['/old'].post, ['api-removed-without-deprecation POST /old']],
  ['a deprecated one is gone', (r) => delete r.paths['/old'].get, []],
  [
    'a status is gone',
    (r) => delete r.paths['/orders'].post.responses[202],
    ['response-success-status-removed POST /orders answer 202'],
  ],
  ['an error status is gone', (r) => delete r.paths['/orders'].get.responses[404], []],
  [
    'a media type is gone',
    (r) => {
      r.paths['/orders'].post.responses[201].content = { 'text/xml': {} };
    },
    ['response-media-type-removed POST /orders answer 201'],
  ],
  [
    'a field is gone',
    (r) => {
      const s = r.paths['/orders'].post.responses[201].content['application/json'].schema;
      delete s.properties.id;
      s.required = ['state'];
    },
    ['response-required-property-removed POST /orders answer 201 id'],
  ],
  [
    'an optional field is gone',
    (r) => delete r.paths['/orders'].post.responses[201].content['application/json'].schema.properties.note,
    ['response-optional-property-removed POST /orders answer 201 note'],
  ],
  [
    'a field may be missing',
    (r) => {
      r.paths['/orders'].get.responses[200].content['application/json'].schema.items.required = ['id'];
    },
    ['response-property-became-optional GET /orders answer 200 [].state'],
  ],
  [
    'a deep field has another type',
    (r) => {
      r.components.schemas.Line.properties.sku.type = 'integer';
    },
    [
      'response-property-type-changed GET /orders answer 200 [].lines[].sku',
      'request-property-type-changed POST /orders request body lines[].sku',
      'response-property-type-changed POST /orders answer 201 lines[].sku',
      'response-property-type-changed GET /orders/{id} answer 200 lines[].sku',
    ],
  ],
  [
    'a number is read where a whole one was',
    (r) => {
      r.components.schemas.Wrapped.allOf[0].properties.id.type = 'number';
    },
    ['response-property-type-changed GET /orders/{id} answer 200 id'],
  ],
  [
    'a whole number is read where any was',
    (r) => {
      r.components.schemas.Wrapped.allOf[1].properties.total.type = 'integer';
    },
    [],
  ],
  [
    'a pattern of what is read is gone, and another is another',
    (r) => {
      const { properties } = r.paths['/orders'].post.responses[201].content['application/json'].schema;
      delete properties.code.pattern;
      properties.zip.pattern = '^[0-9]+$';
    },
    [
      'response-property-pattern-removed POST /orders answer 201 code',
      'response-property-pattern-changed POST /orders answer 201 zip',
    ],
  ],
  [
    'a value of a list that may grow is gone, and less is promised of an operation',
    (r) => {
      const { schema } = r.paths['/orders'].post.requestBody.content['application/json'];
      schema.properties.code['x-extensible-enum'] = ['a'];
      r.paths['/old'].post['x-stability-level'] = 'alpha';
    },
    [
      'request-property-x-extensible-enum-value-removed POST /orders request body code',
      'api-stability-decreased POST /old',
    ],
  ],
  [
    'a field that is never sent has another pattern',
    (r) => {
      r.paths['/orders'].post.requestBody.content['application/json'].schema.properties.serial.pattern = '^1$';
    },
    [],
  ],
  [
    'a field in a header has to be one of a few',
    (r) => {
      r.paths['/orders'].get.parameters[2].schema.properties.by = { type: 'string', enum: ['a'] };
    },
    ['request-header-property-became-enum GET /orders header x-filter by'],
  ],
  [
    'a field may be null',
    (r) => {
      r.components.schemas.Wrapped.allOf[0].properties.id.nullable = true;
    },
    ['response-property-became-nullable GET /orders/{id} answer 200 id'],
  ],
  [
    'an answer may have another value',
    (r) => {
      r.components.schemas.Wrapped.allOf[0].properties.state.enum.push('lost');
    },
    ['response-property-enum-value-added GET /orders/{id} answer 200 state'],
  ],
  [
    'what is sent has fewer values',
    (r) => {
      r.paths['/orders'].post.requestBody.content['application/json'].schema.properties.state.enum = ['new'];
    },
    [`request-property-enum-value-removed POST /orders ${body} state`],
  ],
  [
    'what is sent may be shorter only',
    (r) => {
      r.paths['/orders'].post.requestBody.content['application/json'].schema.properties.note.maxLength = 9;
    },
    [`request-property-max-length-decreased POST /orders ${body} note`],
  ],
  [
    'what is sent may be longer',
    (r) => {
      r.paths['/orders'].post.requestBody.content['application/json'].schema.properties.note.maxLength = 90;
    },
    [],
  ],
  [
    'a new field is required',
    (r) => {
      const s = r.paths['/orders'].post.requestBody.content['application/json'].schema;
      s.properties.vat = {};
      s.required.push('vat');
    },
    [`new-required-request-property POST /orders ${body} vat`],
  ],
  [
    'a new field is optional',
    (r) => {
      r.paths['/orders'].post.requestBody.content['application/json'].schema.properties.vat = {};
    },
    [],
  ],
  [
    'a field is required now',
    (r) => r.paths['/orders'].post.requestBody.content['application/json'].schema.required.push('note'),
    [`request-property-became-required POST /orders ${body} note`],
  ],
  [
    'the body is required now',
    (r) => {
      r.paths['/orders'].post.requestBody.required = true;
    },
    [`request-body-became-required POST /orders ${body}`],
  ],
  [
    'a body is new',
    (r) => {
      r.paths['/old'].post.requestBody = { required: true, content: {} };
    },
    [`request-body-added-required POST /old ${body}`],
  ],
  [
    'a parameter is gone',
    (r) => r.paths['/orders'].get.parameters.splice(1, 1),
    ['request-parameter-removed GET /orders query sort'],
  ],
  [
    'a parameter is required now',
    (r) => {
      r.paths['/orders'].get.parameters[0].required = true;
    },
    ['request-parameter-became-required GET /orders query limit'],
  ],
  [
    'a new parameter is required',
    (r) => r.paths['/orders'].get.parameters.push({ name: 'shop', in: 'header', required: true, schema: {} }),
    ['new-required-request-parameter GET /orders header shop'],
  ],
  [
    'a parameter has a smaller limit',
    (r) => {
      r.paths['/orders'].get.parameters[0].schema.maximum = 10;
    },
    ['request-parameter-max-decreased GET /orders query limit'],
  ],
  [
    'a parameter has fewer values',
    (r) => {
      r.paths['/orders'].get.parameters[1].schema.enum = ['asc'];
    },
    ['request-parameter-enum-value-removed GET /orders query sort'],
  ],
  [
    'a parameter has another type',
    (r) => {
      r.paths['/orders'].get.parameters[0].schema = { type: 'boolean' };
    },
    ['request-parameter-type-changed GET /orders query limit'],
  ],
  [
    'a required header is gone',
    (r) => delete r.paths['/orders'].get.responses[200].headers['X-Total'],
    ['required-response-header-removed GET /orders answer 200 header x-total'],
  ],
  [
    'an optional header is gone',
    (r) => delete r.paths['/orders'].get.responses[200].headers['X-Page'],
    ['optional-response-header-removed GET /orders answer 200 header x-page'],
  ],
  [
    'a login is needed',
    (r) => {
      r.paths['/old'].post.security = [{ key: [] }];
    },
    ['api-security-anonymous-access-removed POST /old'],
  ],
  [
    'a parameter of a path is called otherwise',
    (r) => {
      r.paths['/orders/{order}'] = r.paths['/orders/{id}'];
      delete r.paths['/orders/{id}'];
    },
    [],
  ],
  [
    'things are new',
    (r) => {
      r.paths['/new'] = { get: { responses: {} } };
      r.components.schemas.Line.properties.extra = {};
    },
    [],
  ],
  ['nothing', () => {}, []],
];

describe('two documents', () => {
  it.each(cases)('are compared where %s', (_, change, found) => {
    expect(changed(change)).toEqual(found);
  });

  it('say what is not judged of them', () => {
    const { changes, doubts } = compareDocuments(
      api(),
      api((r) => {
        r.components.schemas.Line.oneOf = [{ required: ['a'] }, { required: ['b'] }];
      }),
    );
    expect(changes).toEqual([]);
    expect(doubts).toContain('POST /orders request body: lines[]: oneOf differs, which is not judged');
  });

  it('differ in a field called title or description within alternatives, and in what stands beside a reference', () => {
    const of = (title: object, version = '3.1.0') =>
      api((r) => {
        r.openapi = version;
        r.components.schemas.Line.oneOf = [{ properties: { title } }];
      });
    const doubts = (a: object, b: object, version?: string) =>
      compareDocuments(of(a, version), of(b, version)).doubts.filter((one) => one.includes('oneOf'));
    expect(doubts({ type: 'string' }, { type: 'integer' })).not.toEqual([]);
    expect(doubts({ type: 'string', title: 'a' }, { type: 'string', title: 'b' })).toEqual([]);
    const beside = { $ref: '#/components/schemas/Wrapped', maxProperties: 3 };
    expect(doubts(beside, { ...beside, maxProperties: 2 })).not.toEqual([]);
    expect(doubts(beside, { ...beside, maxProperties: 2 }, '3.0.3')).toEqual([]);
    // What another document says is not known.
    expect(doubts({ $ref: 'other.json#/a' }, { $ref: 'other.json#/a' })).not.toEqual([]);
  });

  it('are the same, however many ways lead from one schema to the next', () => {
    const web = (last: object) =>
      api((r) => {
        const names = Array.from({ length: 12 }, (_, i) => `N${i}`);
        for (const name of names)
          r.components.schemas[name] = {
            type: 'object',
            properties: {
              ...Object.fromEntries(names.map((one) => [one, { $ref: `#/components/schemas/${one}` }])),
              ...(name === 'N11' ? { last } : {}),
            },
          };
        r.paths['/web'] = { get: { responses: { 200: json({ $ref: '#/components/schemas/N0' }) } } };
      });
    expect(compareDocuments(web({ type: 'string' }), web({ type: 'string' }))).toEqual({ changes: [], doubts: [] });
    const { changes, doubts } = compareDocuments(web({ type: 'string' }), web({ type: 'integer' }));
    expect(doubts).toEqual([]);
    expect(changes[0]).toMatchObject({ id: 'response-property-type-changed', where: 'answer 200 N11.last' });
  });

  it('have two paths that differ in the name of a parameter only', () => {
    const twice = api((r) => {
      const { get } = r.paths['/orders/{id}'];
      r.paths['/orders/{name}'] = {
        get: { ...get, parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }] },
      };
      get.parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }];
    });
    expect(compareDocuments(twice, twice).changes).toEqual([]);
  });

  it('of the sample shop differ by what is new', () => {
    const of = (version: 'v2.0.0' | 'v2.1.0') => readDocument(JSON.stringify(sampleApi(version)), version);
    expect(compareDocuments(of('v2.0.0'), of('v2.1.0'))).toEqual({ changes: [], doubts: [] });
    const back = compareDocuments(of('v2.1.0'), of('v2.0.0')).changes.map(({ id, where }) => `${id} ${where}`);
    expect(back).toContain('response-required-property-removed answer 200 recommendations');
  });
});

describe('the verdict', () => {
  const compared = (change: Parameters<typeof api>[0], more: object = {}) => {
    const about = { name: 'own', sha256: '', version: '3.0', operations: 5 };
    const { changes, doubts } = compareDocuments(api(), api(change));
    const data = {
      kind: 'compared' as const,
      baseline: about,
      candidate: about,
      day: '2026-11-29',
      changes,
      changesLeftOut: 0,
      accepted: [],
      doubts: [...doubts],
      oasdiff: null,
      ...more,
    };
    return judgeChanges([{ atMs: 0, data: { ...data, changes: [...changes] } }]).checks.map(
      ({ id, verdict }) => `${id} ${verdict}`,
    );
  };
  const accepted = [{ operation: '*', what: 'api-removed*', reason: 'meant', expires: '2026-12-31' }];

  it('is that of its worst change', () => {
    expect(compared(() => {})).toEqual(['breaking pass', 'review pass', 'whole pass']);
    expect(compared((r) => delete r.paths['/old'].post)[0]).toBe('breaking fail');
    expect(compared((r) => r.paths['/orders'].get.parameters.pop())[1]).toBe('review inconclusive');
    expect(compared(() => {}, { doubts: ['x'] })[2]).toBe('whole inconclusive');
    expect(compared(() => {}, { oasdiff: { version: '1', error: 'it ended with 102', only: [], missed: [] } })[2]).toBe(
      'whole inconclusive',
    );
  });

  it('takes what is accepted, until its last day', () => {
    const gone: Parameters<typeof api>[0] = (r) => delete r.paths['/old'].post;
    expect(compared(gone, { accepted })).toEqual(['breaking pass', 'review pass', 'whole pass', 'accepted pass']);
    expect(compared(gone, { accepted, day: '2027-01-01' })).toEqual([
      'breaking fail',
      'review pass',
      'whole pass',
      'accepted inconclusive',
    ]);
    expect(compared(() => {}, { accepted })[3]).toBe('accepted inconclusive');
  });
});
