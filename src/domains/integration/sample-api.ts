type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const whole = { type: 'integer' };
const time = { type: 'string', format: 'date-time' };
const orNull = (type: string) => ({ type: [type, 'null'] });
const list = (items: Schema): Schema => ({ type: 'array', items });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  return { type: 'object', required: Object.keys(properties).filter((name) => !optional.includes(name)), properties };
}

function answers(schema: Schema, problems: readonly number[], status = 200) {
  const json = (one: Schema) => ({ 'application/json': { schema: one } });
  return {
    responses: {
      [status]: { description: 'Done.', content: json(schema) },
      ...Object.fromEntries(problems.map((one) => [one, { $ref: '#/components/responses/Problem' }])),
    },
  };
}

const query = (name: string, schema: Schema) => ({ name, in: 'query', schema });
const inPath = (name: string, schema: Schema = text) => ({ name, in: 'path', required: true, schema });
const body = (schema: Schema, required = true) => ({
  requestBody: { required, content: { 'application/json': { schema } } },
});
const forUsers = { security: [{ token: [] }] };

/** The interface of the sample shop, as its OpenAPI 3.1 document. */
export function sampleApi(version: 'v2.0.0' | 'v2.1.0') {
  const isNew = version === 'v2.1.0';
  const brief = {
    ...{ id: whole, name: text, priceCents: whole, category: text },
    ...(isNew ? { rating: { type: ['number', 'null'], minimum: 0, maximum: 5 } } : {}),
  };
  const head = { id: text, totalCents: whole, createdAt: time, idempotencyKey: orNull('string') };
  const items = list(object({ productId: whole, quantity: whole, priceCents: whole }));
  const products = object({ products: list(ref('Product')), total: whole, page: whole }, ['page']);
  return {
    openapi: '3.1.0',
    info: { title: 'Sample shop', version },
    servers: [{ url: '/' }],
    paths: {
      '/api/products': {
        get: {
          parameters: [query('category', text), query('limit', whole), query('page', whole)],
          ...answers(products, [503]),
        },
      },
      '/api/search': { get: { parameters: [query('q', text)], ...answers(products, [503]) } },
      '/api/products/{id}': {
        parameters: [inPath('id', whole)],
        get: answers(ref('ProductDetails'), [404, 503]),
      },
      '/api/login': {
        post: {
          ...body(object({ email: text, password: text })),
          ...answers(
            object({ token: text, expiresAt: time, user: object({ id: whole, name: text, role: ref('Role') }) }),
            [400, 401, 503],
          ),
        },
      },
      '/api/account': {
        get: {
          ...forUsers,
          ...answers(object({ id: whole, name: text, email: text, role: ref('Role') }), [401, 404, 503]),
        },
      },
      '/api/basket': {
        get: { ...forUsers, ...answers(ref('Basket'), [401, 503]) },
        post: {
          ...forUsers,
          ...body(object({ productId: whole, quantity: whole }, ['quantity'])),
          ...answers(ref('Basket'), [400, 401, 422, 503], 201),
        },
      },
      '/api/basket/items/{id}': {
        parameters: [inPath('id', whole)],
        delete: { ...forUsers, ...answers(ref('Basket'), [401, 503]) },
      },
      '/api/orders': {
        get: {
          ...forUsers,
          parameters: [query('limit', whole), query('before', text), query('idempotencyKey', text)],
          ...answers(
            object({ orders: list(object({ ...head, address: text })), next: orNull('string') }, ['next']),
            [401, 503],
          ),
        },
        post: {
          ...forUsers,
          ...body(
            object({ items: list(object({ productId: whole, quantity: whole }, ['quantity'])), address: text }, [
              ...['items', 'address'],
            ]),
            false,
          ),
          responses: {
            ...answers(ref('Placed'), [400, 401, 422, 503], 201).responses,
            ...answers(ref('Placed'), []).responses,
          },
        },
      },
      '/api/orders/confirmed': {
        post: {
          ...forUsers,
          ...body(object({ productId: whole })),
          responses: {
            ...answers(ref('Confirmed'), [400, 401, 422, 503], 201).responses,
            ...answers(ref('Confirmed'), []).responses,
          },
        },
      },
      '/api/orders/{id}': {
        parameters: [inPath('id')],
        get: {
          ...forUsers,
          ...answers(
            object({ ...head, address: text, items, status: { const: 'placed' }, takenBy: orNull('string') }, [
              'takenBy',
            ]),
            [401, 404, 503],
          ),
        },
      },
      '/api/preferences/{name}': {
        parameters: [inPath('name')],
        get: {
          ...forUsers,
          ...answers(object({ name: text, value: orNull('string') }), [401, 422, 503]),
        },
        put: {
          ...forUsers,
          ...body(object({ value: text, expected: text }, ['expected'])),
          ...answers(object({ name: text, value: text }), [400, 401, 409, 422, 503]),
        },
      },
      '/api/delivery-days': { get: answers(object({ days: whole, from: { enum: ['carrier', 'shop'] } }), []) },
      '/api/warehouse': { get: answers(object({ counted: whole }), [503]) },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: {
        Problem: { description: 'Refused.', content: { 'application/json': { schema: ref('Problem') } } },
      },
      schemas: {
        Problem: object({ error: text }),
        Role: { enum: ['customer', 'admin'] },
        Product: object(brief),
        ProductDetails: object({
          ...{ ...brief, description: text, stock: whole },
          ...(isNew ? { recommendations: list(whole) } : {}),
        }),
        Basket: object({ items: list(object({ productId: whole, name: text, quantity: whole })), totalCents: whole }),
        Confirmed: object({ id: text, status: { const: 'confirmed' } }),
        Placed: object({ ...head, status: { const: 'placed' } }),
      },
    },
  };
}
