import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needMonitoringProgram } from '../../../../environment/monitoring-programs.ts';
import { exitCodes, ShakedownError } from '../../../../model/error.ts';
import { redact } from '../../watch/redact.ts';
import type { Integration, Receiver } from '../alertmanager/model.ts';
import { readAlertmanager } from '../alertmanager/read.ts';
import type { PartContext } from '../part.ts';
import { type OwnAlertmanager, startAlertmanager } from '../stack/alertmanager.ts';
import { type Acknowledging, startAcknowledging } from './acknowledging.ts';
import type { Evidence } from './evidence.ts';
import { receiverLabel, testConfiguration } from './test-configuration.ts';

/** A service that answers late or refuses at first has so long, seconds. */
const deliveryS = 60;
const lookEveryMs = 250;
const testAlert = 'ShakedownTestPage';

/** Sends one test page to each real receiver: the only part that reaches anybody. */
export async function run(context: PartContext<Evidence>): Promise<void> {
  const { monitoring, config, signal, record, phase, teardown } = context;
  const { realPages, files } = monitoring;
  if (config.target.sample !== null && config.monitoring.alertmanager === null)
    throw refused('The receivers of the sample system do not exist, so none of them was paged.');
  if (files.alertmanager === null) throw refused('No file names the real receivers, so none of them was paged.');
  const model = readAlertmanager(files.alertmanager);
  const isChosen = ({ name }: Receiver) => realPages.receivers.length === 0 || realPages.receivers.includes(name);
  const chosen = model.receivers.filter((one) => isChosen(one) && one.integrations.length > 0);
  record({
    kind: 'named',
    receivers: chosen.map((one) => ({ receiver: one.name, integrations: one.integrations.map(nameOf) })),
    unknown: realPages.receivers.filter((name) => !model.receivers.some((one) => one.name === name)),
    silent: model.receivers.filter((one) => isChosen(one) && one.integrations.length === 0).map(({ name }) => name),
    notChosen: model.receivers.filter((one) => !isChosen(one)).map(({ name }) => name),
    ...{ noticeS: realPages.noticeS, asksForAcknowledgement: realPages.acknowledge !== null },
  });
  if (chosen.length === 0) return;
  phase('One test page is sent to each of these real receivers:');
  for (const { name, integrations } of chosen) phase(`  ${name}: ${integrations.map(nameOf).join(', ')}`);
  phase(`They are sent in ${realPages.noticeS} s. Ctrl-C stops it.`);
  await sleep(realPages.noticeS * 1000, undefined, { signal });

  const { path: program } = await needMonitoringProgram('alertmanager');
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-pages-'));
  // The file has the real keys.
  teardown.before('remove the copy of the configuration', () => rm(folder, { recursive: true, force: true }));
  const names = chosen.map(({ name }) => name);
  const { acknowledge } = realPages;
  const acknowledging = acknowledge === null ? null : await startAcknowledging(names, acknowledge);
  if (acknowledging !== null) teardown.before('end the listener for acknowledgements', () => acknowledging.close());
  const alertmanager = await startAlertmanager({ program, folder, config: testConfiguration(model, names), signal });
  teardown.before('end the Alertmanager of the test pages', () => alertmanager.process.kill());
  const begunMs = Date.now();
  const alerts = names.map((name) => alertFor(name, acknowledging, begunMs));
  await alertmanager.post(alerts);
  phase('The test pages are sent.');
  const taken = await followed(alertmanager, chosen, { status: 'firing', begunMs, signal, record });
  if (acknowledging !== null && acknowledge !== null) {
    phase(`Waiting for acknowledgements, at most ${acknowledge.withinS} s.`);
    const until = begunMs + acknowledge.withinS * 1000;
    while (acknowledging.at.size < names.length && Date.now() < until) await sleep(lookEveryMs, undefined, { signal });
    for (const [receiver, at] of acknowledging.at)
      record({ kind: 'acknowledged', receiver, afterS: (at - begunMs) / 1000 });
  }
  // What was opened is closed again, so that no incident is left.
  const endsMs = Date.now();
  await alertmanager.post(alerts.map((one) => ({ ...one, endsAt: new Date(endsMs).toISOString() })));
  // Who did not take the beginning is not told of the end.
  const told = chosen.map(({ name, integrations }) => {
    const isTold = (one: Integration) => one.sendResolved && taken.has(`${name} ${nameOf(one)}`);
    return { name, integrations: integrations.filter(isTold) };
  });
  await followed(alertmanager, told, { status: 'resolved', begunMs: endsMs, signal, record });
}

function refused(message: string): ShakedownError {
  const hint = 'Name your Alertmanager’s configuration in monitoring.alertmanager.configFile.';
  return new ShakedownError('MONITORING_FILES', message, { hint, exitCode: exitCodes.inconclusive });
}

function nameOf({ key, index }: Integration): string {
  return `${key.replace(/_configs$/, '')}[${index}]`;
}

function alertFor(receiver: string, acknowledging: Acknowledging | null, startMs: number) {
  const link = acknowledging?.linkOf(receiver);
  return {
    labels: { alertname: testAlert, severity: 'info', [receiverLabel]: receiver },
    annotations: {
      summary: 'TEST by Shakedown. Nothing is wrong, and nothing has to be done.',
      description: `This tests that ${receiver} can be reached.${link === undefined ? '' : ` Please say that you have seen it: ${link}`}`,
      ...(link === undefined ? {} : { runbook_url: link }),
    },
    startsAt: new Date(startMs).toISOString(),
    endsAt: new Date(startMs + 3600_000).toISOString(),
  };
}

/** Reads from Alertmanager's log whether each service took its message. @returns receivers with integrations that did */
async function followed(
  alertmanager: OwnAlertmanager,
  receivers: readonly Receiver[],
  about: {
    status: 'firing' | 'resolved';
    begunMs: number;
    signal: AbortSignal;
    record: (evidence: Evidence) => void;
  },
): Promise<Set<string>> {
  const { status, begunMs, signal, record } = about;
  const wanted = receivers.flatMap(({ name, integrations }) =>
    integrations.map((one) => ({ receiver: name, integration: nameOf(one) })),
  );
  const taken = new Set<string>();
  const refused = new Set<string>();
  const begunLines = status === 'firing' ? 0 : alertmanager.process.log().split('\n').length;
  const until = performance.now() + deliveryS * 1000;
  while (taken.size + refused.size < wanted.length && performance.now() < until) {
    const lines = alertmanager.process.log().split('\n');
    for (const one of wanted) {
      const key = `${one.receiver} ${one.integration}`;
      if (taken.has(key) || refused.has(key)) continue;
      const own = (line: string) => has(line, 'receiver', one.receiver) && has(line, 'integration', one.integration);
      const successes = lines.filter((line) => line.includes('Notify success') && own(line)).length;
      // The first is of its beginning, the second of its end.
      if (successes >= (status === 'firing' ? 1 : 2)) {
        taken.add(key);
        record({ kind: 'page', ...one, status, afterS: (Date.now() - begunMs) / 1000, error: null });
      } else if (refusal(lines.slice(begunLines), one) !== null) refused.add(key);
    }
    await sleep(lookEveryMs, undefined, { signal });
  }
  const lines = alertmanager.process.log().split('\n').slice(begunLines);
  for (const one of wanted) {
    if (taken.has(`${one.receiver} ${one.integration}`)) continue;
    const error = refusal(lines, one) ?? attempt(lines, one) ?? `nothing came of it in ${deliveryS} s`;
    record({ kind: 'page', ...one, status, afterS: null, error: redact(error) });
  }
  return taken;
}

interface Place {
  readonly receiver: string;
  readonly integration: string;
}

/** Why a service is not tried again, in Alertmanager's words; null: it may yet take it. */
function refusal(lines: readonly string[], { receiver, integration }: Place): string | null {
  const begin = `${receiver}/${integration}: `;
  const line = lines.findLast((text) => text.includes('Notify for alerts failed') && text.includes(begin));
  return line === undefined ? null : (errorOf(line)?.split(begin)[1] ?? '').split('; ')[0] || null;
}

function attempt(lines: readonly string[], { receiver, integration }: Place): string | null {
  const own = (line: string) => has(line, 'receiver', receiver) && has(line, 'integration', integration);
  return errorOf(lines.findLast((line) => own(line) && line.includes('err=')) ?? '');
}

function errorOf(line: string): string | null {
  return /err="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll('\\"', '"') ?? null;
}

/** Whether a line of a log has a field, written as `key=value` or with quotes. */
function has(line: string, key: string, value: string): boolean {
  return line.includes(` ${key}=${value} `) || line.includes(` ${key}=${JSON.stringify(value)} `);
}
