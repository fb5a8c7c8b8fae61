import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkStatically } from '../../../../../src/domains/monitoring/validation/rules/checks/every.ts';
import {
  compareLoaded,
  findAbsentSeries,
  LivePrometheus,
  scrapeIntervalsOf,
} from '../../../../../src/domains/monitoring/validation/rules/live.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';
import { onPath } from '../../../../../src/environment/paths.ts';

const [program] = onPath('prometheus');
const withPrometheus = test.skipIf(program === undefined);
let folder: string;
let prometheus: ChildProcess | null = null;
let url = '';

const loaded = (threshold: number) => `groups:
  - name: g
    rules:
      - { alert: Same, expr: 'up > 2', for: 1m, labels: { severity: page } }
      - { alert: Other, expr: 'up > ${threshold}' }
      - { alert: OnlyThere, expr: 'up > 4' }
`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isTrue().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error('it did not come about');
}

beforeAll(async () => {
  if (program === undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const config = `global: { scrape_interval: 1s }\nrule_files: [rules.yml]\nscrape_configs:\n  - { job_name: self, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }\n  - { job_name: slow, scrape_interval: 30s }\n`;
  writeFileSync(join(folder, 'prometheus.yml'), config);
  writeFileSync(join(folder, 'rules.yml'), loaded(3));
  prometheus = spawn(
    program,
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-lifecycle',
    ],
    { stdio: 'ignore' },
  );
  const live = new LivePrometheus({ url, headers: {}, caFile: null });
  await until(async () => (await live.query('prometheus_config_last_reload_successful')).length > 0);
});

afterAll(async () => {
  if (prometheus !== null) {
    prometheus.kill();
    await once(prometheus, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
});

const asked = {
  requiredLabels: [],
  requiredAnnotations: [],
  scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
};

function given(text: string) {
  const files = [readRuleText(text, 'r.yml')];
  return { files, known: checkStatically(files, asked).known };
}

withPrometheus('rules that run are compared with the files, and a refused reload is found', async () => {
  const live = new LivePrometheus({ url, headers: {}, caFile: null });
  const same = given(loaded(3));
  expect(await compareLoaded(live, same.files, same.known)).toEqual([]);
  const { files, known } = given(
    `${loaded(5).replace(/ {6}- \{ alert: OnlyThere.*\n/, '')}      - { alert: OnlyHere, expr: 'up > 9' }\n`,
  );
  expect((await compareLoaded(live, files, known)).map(({ kind, line, what }) => `${kind} ${line} ${what}`)).toEqual([
    'wrong 5 Other runs in another form than the file has: expression.',
    'wrong 6 OnlyHere is in the files, and Prometheus has not loaded it.',
    'review 4 Prometheus runs OnlyThere, which is in none of the files that were given.',
  ]);
  expect(await live.scrapeIntervals()).toMatchObject({
    isKnown: true,
    byJobMs: new Map([
      ['self', 1000],
      ['slow', 30_000],
    ]),
  });

  writeFileSync(join(folder, 'rules.yml'), 'groups: [{ name: g, rules: [{ alert: A }] }]\n');
  await fetch(`${url}/-/reload`, { method: 'POST' });
  await until(async () => (await live.query('prometheus_config_last_reload_successful'))[0]?.value === 0);
  expect(await compareLoaded(live, same.files, same.known)).toMatchObject([
    { kind: 'wrong', check: 'loaded', what: expect.stringContaining('refused its configuration') },
  ]);
});

withPrometheus('metrics that are not there, and an SLO that selects nothing, are found', async () => {
  const live = new LivePrometheus({ url, headers: {}, caFile: null });
  const { known } = given("groups: [{ name: g, rules: [{ alert: A, expr: 'no_such_metric > 1 and up > 1' }] }]");
  const slos = readRuleText(
    'version: prometheus/v1\nservice: s\nslos:\n  - { name: dead, objective: 99, sli: { events: { error_query: x, total_query: "sum(rate(none_total[{{.window}}]))" } } }\n  - { name: fine, objective: 99, sli: { events: { error_query: x, total_query: "sum(up)" } } }\n',
    's.yml',
  ).slos;
  expect(
    (await findAbsentSeries(live, slos, known)).map(({ kind, check, what }) => `${kind} ${check} ${what}`),
  ).toEqual([
    'review absent-series A reads no_such_metric, and Prometheus has no such series now.',
    'wrong slo The SLO dead selects nothing: no event is counted, so it reads as 100 % whatever happens.',
  ]);
});

test('scrape intervals are read from a configuration', () => {
  expect(scrapeIntervalsOf('scrape_configs: [{ job_name: a }, { job_name: b, scrape_interval: 5m }]')).toEqual({
    byJobMs: new Map([
      ['a', 60_000],
      ['b', 300_000],
    ]),
    otherMs: 300_000,
    isKnown: true,
  });
});
