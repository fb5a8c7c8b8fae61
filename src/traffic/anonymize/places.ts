import type { RecordedSession } from '../../model/traffic.ts';

export interface Place {
  request: number;
  field: string;
  text: string;
}

/**
 * Every text of a recorded session, whatever it holds: the whole object is walked, not the fields that the rewriting knows, so
 * that what the rewriting forgets is seen here.
 */
export function* textsOf(session: RecordedSession): Generator<Place> {
  yield { request: -1, field: 'id', text: session.id };
  for (const [request, recorded] of session.requests.entries()) {
    const waiting: [field: string, value: unknown][] = [['', recorded]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [field, value] = next;
      if (typeof value === 'string') yield { request, field, text: value };
      else if (isHeader(value)) {
        yield { request, field, text: value[0] };
        yield { request, field: `${field.replace(/\.\d+$/, '')}.${value[0]}`, text: value[1] };
      } else if (typeof value === 'object' && value !== null) {
        for (const [name, inner] of Object.entries(value))
          waiting.push([field === '' ? name : `${field}.${name}`, inner]);
      }
    }
    const body = recorded.body;
    if (body?.encoding === 'base64') yield { request, field: 'body.data', text: asLatin1(body.data) };
    const answer = recorded.response?.body;
    if (answer?.encoding === 'base64') yield { request, field: 'response.body.data', text: asLatin1(answer.data) };
  }
}

const isHeader = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'string';

const asLatin1 = (data: string) => Buffer.from(data, 'base64').toString('latin1');
