import { contentType, FieldCheck, parsedObject, textsOf } from './fields.ts';
import type { Checked, Request } from './received.ts';

const attachmentsAtMost = 100;
const textAtMost = 40_000;

/** A message to an incoming webhook of Slack ("Sending messages using incoming webhooks", "Legacy: secondary message attachments"). */
export function checkSlack({ method, headers, body }: Request): Checked {
  const check = new FieldCheck();
  if (method !== 'POST') check.fault(`sent by ${method}, not POST`);
  if (contentType(headers) !== 'application/json') check.fault(`Content-Type is ${contentType(headers)}`);
  const message = parsedObject(body);
  if (message === null) {
    check.fault('it is no JSON object');
    return {
      status: null,
      key: null,
      severity: null,
      text: body,
      ...check.found,
      reply: plain(400, 'invalid_payload'),
    };
  }
  const attachments = check.list('attachments', message.attachments, false);
  const blocks = check.list('blocks', message.blocks, false);
  const text = check.text('text', message.text, { needed: false, most: textAtMost });
  const channel = check.text('channel', message.channel, { needed: false });
  if (channel !== '' && !/^([#@][^\s]{1,80}|[CDGU][A-Z0-9]{6,})$/.test(channel))
    check.fault(`channel is neither #name, @name nor an id: ${channel}`);
  for (const name of ['username', 'icon_emoji']) check.text(name, message[name], { needed: false });
  if (message.icon_url !== undefined) check.address('icon_url', message.icon_url, false);
  let refusal: string | null = null;
  if (attachments.length > attachmentsAtMost) {
    check.fault(`${attachments.length} attachments, at most ${attachmentsAtMost} are taken`);
    refusal = 'too_many_attachments';
  }
  let shown = text.trim();
  let color = '';
  for (const [at, value] of attachments.entries()) {
    const name = `attachments[${at}]`;
    const attachment = check.record(name, value);
    for (const part of ['fallback', 'title', 'text', 'pretext', 'footer']) {
      const given = check.text(`${name}.${part}`, attachment[part], { needed: false, most: textAtMost });
      if (part !== 'fallback') shown += given.trim();
    }
    color ||= check.text(`${name}.color`, attachment.color, { needed: false });
    if (color !== '' && !/^(good|warning|danger|#[0-9a-fA-F]{3,6})$/.test(color))
      check.fault(`${name}.color is neither good, warning, danger nor #rrggbb: ${color}`);
    if (attachment.title_link !== undefined) check.address(`${name}.title_link`, attachment.title_link, false);
    for (const [place, field] of check.list(`${name}.fields`, attachment.fields, false).entries()) {
      const entry = check.record(`${name}.fields[${place}]`, field);
      check.text(`${name}.fields[${place}].title`, entry.title, { needed: false });
      check.text(`${name}.fields[${place}].value`, entry.value, { needed: false });
    }
    for (const [place, action] of check.list(`${name}.actions`, attachment.actions, false).entries()) {
      const entry = check.record(`${name}.actions[${place}]`, action);
      check.text(`${name}.actions[${place}].text`, entry.text);
      if (entry.url !== undefined) check.address(`${name}.actions[${place}].url`, entry.url);
    }
  }
  if (shown === '' && blocks.length === 0) {
    check.fault('neither text, attachments nor blocks say anything');
    refusal ??= 'no_text';
  }
  const resolved = color === 'good' || /\bRESOLVED\b/i.test(textsOf({ text, attachments }).slice(0, 500));
  return {
    ...{ status: resolved ? 'resolved' : 'firing', key: null, severity: null },
    text: textsOf({ text, attachments, blocks }),
    ...{ faults: check.faults, fields: check.fields },
    reply: refusal === null ? plain(200, 'ok') : plain(400, refusal),
  };
}

function plain(status: number, body: string) {
  return { status, type: 'text/html', body };
}
