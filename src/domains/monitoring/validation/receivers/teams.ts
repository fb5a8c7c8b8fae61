import { contentType, FieldCheck, parsedObject, textsOf } from './fields.ts';
import type { Checked, Request } from './received.ts';

const bodyAtMost = 28 * 1024;

/**
 * A message to Microsoft Teams: a connector card (`MessageCard`, Alertmanager's msteams_configs) or an adaptive card within a message (workflows,
 * its msteamsv2_configs).
 */
export function checkTeams({ method, headers, body }: Request): Checked {
  const check = new FieldCheck();
  if (method !== 'POST') check.fault(`sent by ${method}, not POST`);
  if (contentType(headers) !== 'application/json') check.fault(`Content-Type is ${contentType(headers)}`);
  const bytes = Buffer.byteLength(body);
  if (bytes > bodyAtMost) check.fault(`the message has ${bytes} bytes, at most ${bodyAtMost} are taken`);
  const message = parsedObject(body);
  if (message === null) check.fault('it is no JSON object');
  const isCard = message?.['@type'] === 'MessageCard';
  if (message !== null && isCard) {
    const context = check.text('@context', message['@context']);
    if (!/^https?:\/\/schema\.org\/extensions$/i.test(context)) check.fault(`@context is ${context}`);
    const said = ['title', 'summary', 'text'].map((name) => check.text(name, message[name], { needed: false }));
    if ((said[1] ?? '') === '' && (said[2] ?? '') === '') check.fault('neither summary nor text says anything');
    const color = check.text('themeColor', message.themeColor, { needed: false });
    if (color !== '' && !/^#?[0-9a-fA-F]{6}$/.test(color)) check.fault(`themeColor is no colour: ${color}`);
  } else if (message !== null) {
    if (message.type !== 'message') check.fault('it is neither a MessageCard nor a message with an adaptive card');
    const [first] = check.list('attachments', message.attachments);
    const attachment = check.record('attachments[0]', first);
    if (attachment.contentType !== 'application/vnd.microsoft.card.adaptive')
      check.fault('attachments[0].contentType is not that of an adaptive card');
    const content = check.record('attachments[0].content', attachment.content);
    if (content.type !== 'AdaptiveCard') check.fault('attachments[0].content.type is not AdaptiveCard');
    check.list('attachments[0].content.body', content.body);
  }
  const text = message === null ? body : textsOf(message);
  const resolved = /\bRESOLVED\b/i.test(text.slice(0, 1000));
  const refused = check.faults.length > 0;
  return {
    ...{ status: resolved ? 'resolved' : 'firing', key: null, severity: null, text },
    ...{ faults: check.faults, fields: check.fields },
    reply: refused
      ? { status: bytes > bodyAtMost ? 413 : 400, type: 'text/plain', body: check.faults.join('; ') }
      : { status: isCard ? 200 : 202, type: 'text/plain', body: isCard ? '1' : '' },
  };
}
