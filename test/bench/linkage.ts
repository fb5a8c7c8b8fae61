import type { RecordedRequest, RecordedSession } from '../../src/model/traffic.ts';

/**
 * Values of a session of test/traffic/anonymize/shop.ts that several of its places share, one group a value, every place's reading in it.
 * In a recording that was anonymized rightly the readings of a group are still equal to one another.
 */
export function linkedGroups(session: RecordedSession): string[][] {
  const [search, product, login, signIn, add, order] = session.requests;
  if (!search || !product || !login || !signIn || !add || !order) return [];
  const html = login.response?.body?.data ?? '';
  const form = new URLSearchParams(signIn.body?.data ?? '');
  const signedIn = json(signIn) as { user?: { id?: unknown; email?: unknown }; cart?: unknown };
  const added = json(add) as { order?: unknown; for?: unknown };
  const ordered = json(order) as { order?: unknown };
  const [, , userId = '', , orderId = ''] = order.path.split('?')[0]?.split('/') ?? [];
  const query = new URLSearchParams(order.path.split('?')[1] ?? '');
  return [
    // The form's token, sent back in a form and in a header.
    [
      text(/name="_csrf" value="([^"]*)"/, html).replaceAll('&#43;', '+'),
      form.get('_csrf') ?? '',
      header(add, 'x-csrf-token'),
    ],
    // The basket, in a link, an answer and a path.
    [text(/\/carts\/([^?"]*)\?/, html), String(signedIn.cart ?? ''), add.path.split('/')[2] ?? ''],
    // The customer, in two answers and a path.
    [String(signedIn.user?.id ?? ''), String(added.for ?? ''), userId],
    // The order, as a number, a path and a string.
    [String(added.order ?? ''), orderId, String(ordered.order ?? '')],
    // The address, in a form, an answer and a query.
    [form.get('email') ?? '', String(signedIn.user?.email ?? ''), query.get('email') ?? ''],
    // The session, as it was set and as it was sent.
    [
      text(/^sid=([^;]*)/, search.response?.headers?.find(([name]) => name === 'set-cookie')?.[1] ?? ''),
      ...[product, login, signIn, add, order].map((request) => text(/sid=([^;]*)/, header(request, 'cookie'))),
    ],
    // The visitor's address.
    session.requests.map((request) => header(request, 'x-forwarded-for')),
  ];
}

const text = (pattern: RegExp, from: string) => pattern.exec(from)?.[1] ?? '';
const header = (request: RecordedRequest, name: string) => request.headers?.find(([key]) => key === name)?.[1] ?? '';

function json(request: RecordedRequest): unknown {
  try {
    return JSON.parse(request.response?.body?.data ?? '{}');
  } catch {
    return {};
  }
}
