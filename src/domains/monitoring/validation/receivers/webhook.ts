import { contentType, FieldCheck, parsedObject, textsOf } from './fields.ts';
import type { Checked, Request } from './received.ts';

/** Alertmanager's own webhook, version 4 (its documentation, `webhook_config`). */
export function checkWebhook({ method, headers, body }: Request): Checked {
  const check = new FieldCheck();
  if (method !== 'POST') check.fault(`sent by ${method}, not POST`);
  if (contentType(headers) !== 'application/json') check.fault(`Content-Type is ${contentType(headers)}`);
  const message = parsedObject(body);
  if (message === null) {
    check.fault('it is no JSON object');
    return { status: null, key: null, severity: null, text: body, ...check.found, reply: taken };
  }
  if (message.version !== '4') check.fault(`version is ${JSON.stringify(message.version)}, not "4"`);
  const key = check.text('groupKey', message.groupKey);
  const status = check.oneOf('status', message.status, ['firing', 'resolved']);
  check.text('receiver', message.receiver);
  if (typeof message.truncatedAlerts !== 'number') check.fault('truncatedAlerts is no number');
  for (const name of ['groupLabels', 'commonLabels', 'commonAnnotations']) check.record(name, message[name]);
  check.address('externalURL', message.externalURL);
  const alerts = check.list('alerts', message.alerts);
  if (alerts.length === 0) check.fault('alerts is empty');
  check.note('alerts', String(alerts.length));
  for (const [at, value] of alerts.entries()) {
    const name = `alerts[${at}]`;
    const alert = check.record(name, value);
    const own = new FieldCheck();
    own.oneOf(`${name}.status`, alert.status, ['firing', 'resolved']);
    const labels = own.record(`${name}.labels`, alert.labels);
    own.text(`${name}.labels.alertname`, labels.alertname);
    own.record(`${name}.annotations`, alert.annotations);
    own.moment(`${name}.startsAt`, alert.startsAt);
    own.moment(`${name}.endsAt`, alert.endsAt);
    const fingerprint = own.text(`${name}.fingerprint`, alert.fingerprint);
    if (!/^[0-9a-f]{16}$/.test(fingerprint)) own.fault(`${name}.fingerprint is not of 16 hexadecimal digits`);
    check.faults.push(...own.faults);
    if (at === 0) check.fields.push(...own.fields);
  }
  return {
    ...{
      status: status === '' ? null : (status as 'firing' | 'resolved'),
      key: key === '' ? null : key,
      severity: null,
    },
    text: textsOf({ ...message, receiver: '', externalURL: '' }),
    ...{ faults: check.faults, fields: check.fields },
    reply: taken,
  };
}

const taken = { status: 200, type: 'text/plain', body: '' };
