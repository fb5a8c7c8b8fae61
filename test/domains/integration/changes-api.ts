import { readDocument } from '../../../src/domains/integration/openapi/document.ts';

export const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const order = (): Record<string, never> =>
  structuredClone({
    type: 'object',
    required: ['id', 'state'],
    properties: {
      id: { type: 'integer' },
      state: { type: 'string', enum: ['new', 'paid'] },
      note: { type: 'string', maxLength: 50 },
      code: { type: 'string', pattern: '^[a-z]+$', 'x-extensible-enum': ['a', 'b'] },
      serial: { type: 'string', readOnly: true },
      zip: { type: 'string', pattern: '^[0-9]{5}$' },
      lines: { type: 'array', minItems: 1, items: { $ref: '#/components/schemas/Line' } },
    },
  }) as never;

/** A small interface; `change` alters it. */
// biome-ignore lint/suspicious/noExplicitAny: it is altered at any place
export function api(change: (root: any) => void = () => {}) {
  const root = {
    openapi: '3.0.3',
    paths: {
      '/orders': {
        get: {
          parameters: [
            { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } },
            { name: 'sort', in: 'query', schema: { type: 'string', enum: ['asc', 'desc'] } },
            { name: 'x-filter', in: 'header', schema: { type: 'object', properties: { by: { type: 'string' } } } },
          ],
          responses: {
            200: {
              ...json({ type: 'array', items: order() }),
              headers: { 'X-Total': { required: true, schema: {} }, 'X-Page': { schema: {} } },
            },
            404: {},
          },
        },
        post: { requestBody: json(order()), responses: { 201: json(order()), 202: {} } },
      },
      '/orders/{id}': { get: { responses: { 200: json({ $ref: '#/components/schemas/Wrapped' }) } } },
      '/old': { get: { deprecated: true, responses: {} }, post: { 'x-stability-level': 'stable', responses: {} } },
    },
    components: {
      schemas: {
        Line: {
          type: 'object',
          required: ['sku'],
          properties: { sku: { type: 'string' }, parent: { $ref: '#/components/schemas/Line' } },
        },
        Wrapped: { allOf: [order(), { type: 'object', properties: { total: { type: 'number' } } }] },
      },
    },
  };
  change(root);
  return readDocument(JSON.stringify(root), 'own');
}
