import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { needMonitoringProgram } from '../../../../environment/monitoring-programs.ts';
import { exitCodes, firstError, ShakedownError } from '../../../../model/error.ts';
import { copyWith } from '../alertmanager/copy.ts';
import { readAlertmanager } from '../alertmanager/read.ts';
import { allRoutes } from '../alertmanager/routing.ts';
import type { PartContext } from '../part.ts';
import { startStandIns } from '../receivers/stand-ins.ts';
import { asRuleFiles } from '../rules/promtool/as-files.ts';
import { readRules, yamlFiles } from '../rules/readers/read.ts';
import { recorded } from '../stack/history.ts';
import { type LoadedRules, prometheusAt, startPrometheus } from '../stack/prometheus.ts';
import { prometheusCopy, readPrometheusConfig } from '../stack/prometheus-config.ts';
import type { FaultedSample } from '../stack/stack.ts';
import type { Evidence } from './evidence.ts';
import type { FaultedSystemName, LiveFault } from './fault.ts';
import { type Calm, proveLive } from './live.ts';
import { longestRangeS, rangesByMetric } from './predict.ts';
import { sampleFaults } from './sample-faults.ts';
import { type Scenario, scenariosOf } from './scenario.ts';
import { proveSeries } from './series.ts';
import { type Proving, until } from './session.ts';

/** While alerts are proved things are looked at so often, seconds, and never faster than five times what the slowest scrape takes. */
const oftenS = 1;
/** Where more wait for each processor than this, things are looked at half as often: scrapes that find no processor time out, and what is not scraped ends. */
const busyLoad = 4;
/** The sample's series are looked at for so long, or as many scrapes, before anything is done: what is usual. */
const usualS = 20;
const usualScrapes = 3;
const usualAtMostMs = 25_000;

/** Proves every alert, from its cause to its receiver and back. */
export async function run(context: PartContext<Evidence>): Promise<void> {
  const { monitoring, signal, record, phase } = context;
  const { files } = monitoring;
  if (files.prometheus === null || files.alertmanager === null) {
    const message =
      'Alerts are proved on copies of the configurations of Prometheus and Alertmanager, and their files are not named.';
    const hint = 'Name them in monitoring.prometheus.configFile and monitoring.alertmanager.configFile.';
    throw new ShakedownError('MONITORING_FILES', message, { hint, exitCode: exitCodes.inconclusive });
  }
  const programs = {
    prometheus: await needMonitoringProgram('prometheus'),
    promtool: await needMonitoringProgram('promtool'),
    alertmanager: await needMonitoringProgram('alertmanager'),
  };
  const paths = {
    prometheus: programs.prometheus.path,
    promtool: programs.promtool.path,
    alertmanager: programs.alertmanager.path,
  };
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-alerts-'));
  context.teardown.before('remove the data of the proofs', () => rm(folder, { recursive: true, force: true }));
  const prometheus = readPrometheusConfig(files.prometheus);
  const alertmanager = readAlertmanager(files.alertmanager);
  // Prometheus loads rule files; what is written in another form is made into one.
  const rules = [...(await asRuleFiles(await readRules(monitoring.rules), (file) => file, folder)).keys()];
  const loaded = await rulesLoaded({ program: paths.prometheus, rules, prometheus, folder, signal });
  const stack = await context.stack();
  const expressions = [...loaded.alerts, ...loaded.recorded].map(({ expression }) => expression);
  const scenarios = (await Promise.all(monitoring.ruleTests.map(yamlFiles))).flat().flatMap(scenariosIn);
  const missing = stack.sample?.missing ?? [];
  const isSeen = (fault: LiveFault) => !missing.some(({ job }) => fault.needs?.includes(job));
  const faults = stack.sample === null ? [] : sampleFaults.filter(isSeen);
  const excused = stack.sample === null ? [] : sampleFaults.filter((one) => !isSeen(one)).flatMap((one) => one.raises);
  const live = new Set(faults.flatMap(({ raises }) => raises));
  const bySeries = loaded.alerts
    .map(({ name }) => scenarios.find(({ alert }) => alert === name))
    .filter((one): one is Scenario => one !== undefined && !live.has(one.alert) && one.series.length > 0);
  const always = loaded.alerts.filter(({ expression }) => /^\s*vector\(\s*1\s*\)\s*$/.test(expression));
  const covered = new Set([...live, ...bySeries.map(({ alert }) => alert), ...always.map(({ name }) => name)]);

  const unseen = (name: string) => {
    const fault = sampleFaults.find((one) => one.raises.includes(name) && !isSeen(one));
    return missing.find(({ job }) => stack.sample !== null && fault?.needs?.includes(job))?.why;
  };
  const standIns = await startStandIns(alertmanager);
  const copy = copyWith(alertmanager, standIns.list);
  await standIns.close();
  const isBusy = (loadavg()[0] ?? 0) / availableParallelism() > busyLoad;
  const intervalS = isBusy ? 2 * oftenS : oftenS;
  const promCopy = prometheusCopy(prometheus, { intervalS, alertmanagers: ['http://127.0.0.1:9093'], rules });
  record({
    kind: 'set',
    programs: Object.entries(programs).map(([name, { version }]) => ({ name, version })),
    scrapeIntervalS: prometheus.scrapeIntervalS,
    evaluationIntervalS: prometheus.evaluationIntervalS,
    provedIntervalS: intervalS,
    externalLabels: { ...prometheus.externalLabels },
    alerts: loaded.alerts.map(({ name, group, expression, forS, intervalS: everyS, labels, annotations }) => {
      return { name, group, expression, forS, intervalS: everyS, labels, annotations };
    }),
    changes: [
      ...copy.changes.map((one) => ({ file: 'alertmanager.yml', ...one })),
      ...promCopy.changes.map((one) => ({ file: 'prometheus.yml', ...one })),
    ],
    routes: allRoutes(alertmanager.route).map(({ path, receiver }) => ({ path, receiver })),
    notStoodIn: [...copy.notStoodIn],
    noFault: loaded.alerts
      .filter(({ name }) => !covered.has(name))
      .map(({ name }) => ({
        alert: name,
        why: unseen(name) ?? 'no fault is known for it, and no unit test has series that make it fire',
      })),
  });
  const metrics = await metricsOf(expressions, stack.isOwn ? stack.prometheus.url : null, scenarios);
  const ranges = rangesByMetric(expressions, metrics);
  const proving: Proving = {
    ...{ programs: paths, prometheus, alertmanager, rules, loaded, intervalS, folder, signal, metrics },
    keepS: Math.max(600, longestRangeS(expressions) + 120),
    keepOf: (metric) => (ranges.get(metric) ?? 300) + 120,
    speed: { startS: 3 },
  };
  const hooks = { record, say: phase };
  const tails: Promise<void>[] = [];
  const proveAllSeries = async () => {
    await Promise.all(
      bySeries.map((scenario) =>
        proveSeries(proving, scenario, hooks, tails).catch((error: unknown) =>
          failed(error, `series-${scenario.alert}`),
        ),
      ),
    );
  };
  const failed = (error: unknown, fault: string) => {
    signal.throwIfAborted();
    record({ kind: 'ended', fault, error: firstError(error).message, atEpochMs: Date.now() });
  };
  const seriesDone = proveAllSeries();
  try {
    if (stack.sample !== null) {
      phase('watching the sample system while nothing is wrong');
      const first = { sample: stack.sample, url: stack.prometheus.url, calm: { always, excused } };
      const onSecond = faults.filter(({ system }) => system === 'second');
      const proveOn = async (
        name: FaultedSystemName,
        of: { sample: FaultedSample; url: string; calm: Calm | null },
      ) => {
        await until(() => isUsualKnown(of.url), { forMs: usualAtMostMs, signal, everyMs: 500 });
        const own = { ...proving, intervalS: Math.max(intervalS, await quickest(of.url)) };
        const baseline = async () => {
          const nowS = Date.now() / 1000;
          const from = prometheusAt(of.url, { signal });
          return { nowS, series: await recorded(from, proving.metrics, { atS: nowS, rangeS: usualS }) };
        };
        const done = faults.filter(({ system = 'first' }) => system === name);
        // Nothing but these proofs looks at the second system.
        const quietIsOver = name === 'first' ? context.quietIsOver : async () => {};
        const about = { sample: of.sample, faults: done, calm: of.calm, quietIsOver, baseline };
        await proveLive(own, about, hooks, tails, failed);
      };
      await Promise.all([
        proveOn('first', first),
        ...(onSecond.length === 0
          ? []
          : [
              stack
                .second()
                .then(({ watched, prometheusUrl }) =>
                  proveOn('second', { sample: watched, url: prometheusUrl, calm: null }),
                ),
            ]),
      ]);
    }
    await seriesDone;
  } finally {
    await Promise.allSettled([seriesDone, ...tails]);
  }
}

/** Whether every target was scraped often enough lately to say what is usual. @param url of a Prometheus that scrapes all of them */
async function isUsualKnown(url: string): Promise<boolean> {
  const fewest = await prometheusAt(url).query(`min(count_over_time(up[${usualS}s]))`);
  return (fewest[0]?.value ?? 0) >= usualScrapes;
}

/** Seconds between scrapes in which the slowest target answers safely. @param url of a Prometheus that scrapes all of them */
async function quickest(url: string): Promise<number> {
  const slowest = await prometheusAt(url).query('max(max_over_time(scrape_duration_seconds[1m]))');
  return Math.max(oftenS, Math.ceil(5 * (slowest[0]?.value ?? 0)));
}

function scenariosIn(file: string): Scenario[] {
  try {
    return scenariosOf(file);
  } catch {
    // A file that is no test of promtool's is named by the part that checks rules.
    return [];
  }
}

/** The rules as a Prometheus reads them. @throws ShakedownError where it does not take them */
async function rulesLoaded(about: {
  program: string;
  rules: readonly string[];
  prometheus: Parameters<typeof prometheusCopy>[0];
  folder: string;
  signal: AbortSignal;
}): Promise<LoadedRules> {
  const { program, rules, prometheus, signal } = about;
  const config = prometheusCopy(prometheus, { intervalS: 60, alertmanagers: [], rules, scrapes: [] }).text;
  const reading = await startPrometheus({ program, folder: join(about.folder, 'rules'), config, signal });
  try {
    return await reading.rules();
  } finally {
    await reading.process.kill();
  }
}

/** Names of metrics that expressions ask for, of those that there are. @param url of a Prometheus that has them; null: none is known */
async function metricsOf(
  expressions: readonly string[],
  url: string | null,
  scenarios: readonly Scenario[],
): Promise<string[]> {
  const known = url === null ? [] : await prometheusAt(url).names();
  const all = new Set([
    ...known,
    ...scenarios.flatMap(({ series }) => series.map(({ labels }) => labels.__name__ ?? '')),
  ]);
  const words = new Set(expressions.flatMap((text) => text.match(/[a-zA-Z_:][\w:]*/g) ?? []));
  return [...all].filter((name) => words.has(name) && name !== '');
}
