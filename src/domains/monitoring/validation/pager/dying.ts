import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type OwnPrometheus, startPrometheus } from '../stack/prometheus.ts';
import { type Bench, inTrial, type KnownAlert, waited, waitOf } from './bench.ts';
import type { Evidence } from './evidence.ts';

/** Said again so often, seconds; an alert is said to last for four times as long, or four evaluations. */
const resendS = 1;
const evaluationS = 1;
const slackS = 6;

/** A real Prometheus of one rule that always fires with an alert's labels, on its way to one Alertmanager. */
export async function startProbe(
  { folder, signal }: Pick<Bench, 'folder' | 'signal'>,
  about: { program: string; id: string; alert: KnownAlert; alertmanager: string; resendS?: number },
): Promise<OwnPrometheus> {
  const { program, id, alert, alertmanager } = about;
  const home = join(folder, id);
  await mkdir(home, { recursive: true });
  const rules = join(home, 'probe.yml');
  const { alertname: _name, ...labels } = alert.labels;
  const rule = { alert: alert.name, expr: 'vector(1)', labels, annotations: {} };
  await writeFile(rules, stringify({ groups: [{ name: 'probe', rules: [rule] }] }));
  const every = `${evaluationS}s`;
  const config = stringify({
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    ...{ rule_files: [rules], alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } },
  });
  const flags = about.resendS === undefined ? [] : [`--rules.alert.resend-delay=${about.resendS}s`];
  return startPrometheus({ program, folder: home, config, flags, signal });
}

/** A real Prometheus is killed while its alert fires: Alertmanager takes the alert as resolved when its `endsAt` has gone by. */
export async function tryFalseEnd(
  bench: Bench,
  prometheus: string,
  alert: KnownAlert,
  record: (evidence: Evidence) => void,
): Promise<void> {
  const { waitS, intervalS } = waitOf(bench, alert);
  await inTrial(bench, 'false-end', async ({ standIns, start }) => {
    const alertmanager = await start('a');
    const about = { program: prometheus, id: 'false-end-prometheus', alert, resendS };
    const probe = await startProbe(bench, { ...about, alertmanager: new URL(alertmanager.url).host });
    const of = (status: 'firing' | 'resolved') => standIns.received.filter((one) => one.status === status);
    const came = async (status: 'firing' | 'resolved', withinS: number) => {
      const end = performance.now() + withinS * 1000;
      while (of(status).length === 0 && performance.now() < end) await waited(0.2, bench.signal);
    };
    try {
      await came('firing', waitS + slackS);
      // All of its receivers are to have it before the end can come.
      await waited(2, bench.signal);
    } finally {
      await probe.process.kill();
    }
    const killedMs = Date.now();
    const endsAfterS = 4 * Math.max(resendS, evaluationS);
    await came('resolved', endsAfterS + intervalS + slackS);
    await waited(1, bench.signal);
    const [first] = of('resolved');
    record({
      ...{ kind: 'false-end', endsAfterS, begun: of('firing').length, isKilled: true },
      receivers: [...new Set(of('resolved').map(({ receiver }) => receiver))].sort(),
      afterS: first === undefined ? null : (first.atEpochMs - killedMs) / 1000,
    });
  });
}
