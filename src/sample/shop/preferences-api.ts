import { HttpProblem, json, jsonBody, type Route, type ShopRequest } from './http.ts';
import type { Identity } from './session.ts';
import type { Shop } from './shop.ts';

const maxLength = 500;

/** `/api/preferences/:name`: a value that the devices of a user share, with compare-and-set so that none overwrites another's unseen. */
export function preferenceRoutes(shop: Shop): Route[] {
  const userOf = (request: ShopRequest) => (request.user as Identity).userId;
  const nameOf = ({ params }: ShopRequest): string => {
    const name = params[0] ?? '';
    if (/^[\w.-]{1,60}$/.test(name)) return name;
    throw new HttpProblem(422, 'name: 1 to 60 letters, digits, dots, dashes and underscores.');
  };
  const text = (value: unknown, field: string): string => {
    if (typeof value === 'string' && value.length <= maxLength) return value;
    throw new HttpProblem(422, `${field}: a text of at most ${maxLength} characters.`);
  };
  return [
    {
      method: 'GET',
      path: '/api/preferences/:name',
      kind: 'api',
      access: 'user',
      async handle(request) {
        const name = nameOf(request);
        return json({ name, value: await shop.preferences.read(userOf(request), name) });
      },
    },
    {
      method: 'PUT',
      path: '/api/preferences/:name',
      kind: 'api',
      access: 'user',
      async handle(request) {
        const name = nameOf(request);
        const body = jsonBody(request);
        const value = text(body.value, 'value');
        const expected = body.expected === undefined ? undefined : text(body.expected, 'expected');
        if (await shop.preferences.write(userOf(request), name, value, expected)) return json({ name, value });
        throw new HttpProblem(409, 'The value is another by now.');
      },
    },
  ];
}
