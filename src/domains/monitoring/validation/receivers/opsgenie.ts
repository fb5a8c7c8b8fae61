import { contentType, FieldCheck, parsedObject, textsOf } from './fields.ts';
import type { Checked, Request } from './received.ts';

/** A request of Opsgenie's Alert API v2 ("Create Alert", "Close Alert"). */
export function checkOpsgenie({ method, path, headers, body }: Request): Checked {
  const check = new FieldCheck();
  if (contentType(headers) !== 'application/json') check.fault(`Content-Type is ${contentType(headers)}`);
  if (!/^GenieKey \S+$/.test(String(headers.authorization ?? ''))) check.fault('Authorization is no GenieKey');
  const request = parsedObject(body);
  const [, alias, verb] = /\/v2\/alerts(?:\/([^/?]+)(?:\/(\w+))?)?(?:\?.*)?$/.exec(path) ?? [];
  if (request === null) {
    check.fault('it is no JSON object');
    return { ...none, text: body, ...check.found, reply: reply(422, 'Could not parse the body') };
  }
  if (verb === 'close') {
    if (method !== 'POST') check.fault(`sent by ${method}, not POST`);
    if (!/[?&]identifierType=alias(&|$)/.test(path)) check.fault('identifierType is not alias');
    check.text('source', request.source, { needed: false, most: 100 });
    const key = alias ?? '';
    check.note('alias', key);
    return {
      ...{ status: 'resolved', key, severity: null, text: textsOf(request), ...check.found },
      reply: check.faults.length > 0 ? reply(422, check.faults.join('; ')) : reply(202, 'Request will be processed'),
    };
  }
  if (!/\/v2\/alerts(\?.*)?$/.test(path)) check.fault(`sent to ${path}, which is neither /v2/alerts nor one to close`);
  check.text('message', request.message, { most: 130 });
  const key = check.text('alias', request.alias, { needed: false, most: 512 });
  check.text('description', request.description, { needed: false, most: 15_000 });
  check.text('source', request.source, { needed: false, most: 100 });
  check.text('entity', request.entity, { needed: false, most: 512 });
  const priority = check.oneOf('priority', request.priority, ['P1', 'P2', 'P3', 'P4', 'P5'], false);
  check.record('details', request.details, false);
  const tags = check.list('tags', request.tags, false);
  if (tags.length > 20) check.fault(`${tags.length} tags, at most 20 are taken`);
  for (const [at, tag] of tags.entries()) check.text(`tags[${at}]`, tag, { needed: false, most: 50 });
  for (const [at, value] of check.list('responders', request.responders, false).entries()) {
    const responder = check.record(`responders[${at}]`, value);
    check.oneOf(`responders[${at}].type`, responder.type, ['team', 'user', 'escalation', 'schedule']);
    if (![responder.id, responder.name, responder.username].some((one) => typeof one === 'string' && one !== ''))
      check.fault(`responders[${at}] has neither id, name nor username`);
  }
  return {
    ...{ status: 'firing', key: key === '' ? null : key, severity: priority === '' ? null : priority },
    ...{ text: textsOf(request), ...check.found },
    reply: check.faults.length > 0 ? reply(422, check.faults.join('; ')) : reply(202, 'Request will be processed'),
  };
}

const none = { status: null, key: null, severity: null } as const;

function reply(status: number, result: string) {
  const body = status === 202 ? { result, took: 0.1, requestId: 'stand-in' } : { message: result, took: 0.1 };
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
