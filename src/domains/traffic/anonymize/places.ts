import type { RecordedSession } from '../../../model/traffic.ts';

/** Where a text of a session stands; its name is made only where it is reported. */
export interface Place {
  request: number;
  parent: string;
  name: string;
  /** Name of the header whose value it is. */
  header?: string;
}

/** Name of a place: `headers.cookie`, `response.body.data`. */
export function fieldOf({ parent, name, header }: Place): string {
  const field = below(parent, name);
  return header === undefined ? field : `${field.replace(/\.\d+$/, '')}.${header}`;
}

const below = (parent: string, name: string) => (parent === '' ? name : `${parent}.${name}`);

/**
 * Calls back with every text of a recorded session, whatever it holds: the whole object is walked, not the fields that the
 * rewriting knows, so that what the rewriting forgets is seen here.
 */
export function eachText(session: RecordedSession, visit: (text: string, place: Place) => void): void {
  visit(session.id, { request: -1, parent: '', name: 'id' });
  for (const [request, recorded] of session.requests.entries()) {
    const waiting: [parent: string, name: string, value: unknown][] = [['', '', recorded]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [parent, name, value] = next;
      if (typeof value === 'string') visit(value, { request, parent, name });
      else if (isHeader(value)) {
        visit(value[0], { request, parent, name });
        visit(value[1], { request, parent, name, header: value[0] });
      } else if (typeof value === 'object' && value !== null) {
        const field = below(parent, name);
        for (const [inner, held] of Object.entries(value)) {
          if (typeof held === 'string' || (typeof held === 'object' && held !== null))
            waiting.push([field, inner, held]);
        }
      }
    }
    const body = recorded.body;
    if (body?.encoding === 'base64') visit(asLatin1(body.data), { request, parent: 'body', name: 'data' });
    const answer = recorded.response?.body;
    if (answer?.encoding === 'base64') visit(asLatin1(answer.data), { request, parent: 'response.body', name: 'data' });
  }
}

const isHeader = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'string';

const asLatin1 = (data: string) => Buffer.from(data, 'base64').toString('latin1');
