import { contentType, FieldCheck, parsedObject, textsOf } from './fields.ts';
import type { Checked, Request } from './received.ts';

const bodyAtMost = 512 * 1024;
const severities = ['critical', 'error', 'warning', 'info'];

/** One event of PagerDuty's Events API v2 (PagerDuty's developer documentation, "Send an Alert Event"). */
export function checkPagerDuty({ method, path, headers, body }: Request): Checked {
  const check = new FieldCheck();
  if (method !== 'POST') check.fault(`sent by ${method}, not POST`);
  if (!path.endsWith('/v2/enqueue')) check.fault(`sent to ${path}, not /v2/enqueue`);
  if (contentType(headers) !== 'application/json') check.fault(`Content-Type is ${contentType(headers)}`);
  const bytes = Buffer.byteLength(body);
  if (bytes > bodyAtMost) {
    check.fault(`the event has ${bytes} bytes, at most ${bodyAtMost} are taken`);
    return { ...nothing, ...check.found, text: '', reply: reply(413, { message: 'Payload Too Large' }) };
  }
  const event = parsedObject(body);
  if (event === null) {
    check.fault('it is no JSON object');
    return { ...nothing, ...check.found, text: body, reply: refusal(check.faults) };
  }
  const key = check.text('routing_key', event.routing_key);
  if (key !== '' && !/^[0-9a-zA-Z]{32}$/.test(key)) check.fault('routing_key is not of 32 letters and digits');
  const action = check.oneOf('event_action', event.event_action, ['trigger', 'acknowledge', 'resolve']);
  const dedup = check.text('dedup_key', event.dedup_key, { needed: action !== 'trigger', most: 255 });
  const payload = check.record('payload', event.payload, action === 'trigger');
  let severity = '';
  if (action === 'trigger') {
    check.text('payload.summary', payload.summary, { most: 1024 });
    check.text('payload.source', payload.source);
    severity = check.oneOf('payload.severity', payload.severity, severities);
    if (payload.timestamp !== undefined) check.moment('payload.timestamp', payload.timestamp);
    for (const name of ['component', 'group', 'class']) {
      check.text(`payload.${name}`, payload[name], { needed: false });
    }
    check.record('payload.custom_details', payload.custom_details, false);
    check.text('client', event.client, { needed: false });
    if (event.client_url !== undefined) check.address('client_url', event.client_url, false);
    for (const [at, link] of check.list('links', event.links, false).entries()) {
      check.address(`links[${at}].href`, check.record(`links[${at}]`, link).href);
    }
    for (const [at, image] of check.list('images', event.images, false).entries()) {
      check.address(`images[${at}].src`, check.record(`images[${at}]`, image).src);
    }
  }
  // The key is a secret of the copy's own making, and still no field to show.
  const fields = check.fields.filter(({ name }) => name !== 'routing_key');
  const known = action === 'trigger' ? 'firing' : action === 'resolve' ? 'resolved' : null;
  return {
    ...{ status: known, key: dedup === '' ? null : dedup, severity: severity === '' ? null : severity },
    text: textsOf({ payload, links: event.links }),
    ...{ faults: check.faults, fields },
    reply:
      check.faults.length > 0
        ? refusal(check.faults)
        : reply(202, { status: 'success', message: 'Event processed', dedup_key: dedup }),
  };
}

const nothing = { status: null, key: null, severity: null } as const;

function reply(status: number, body: object) {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

function refusal(errors: readonly string[]) {
  return reply(400, { status: 'invalid event', message: 'Event object is invalid', errors });
}
