import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configuration } from '../../../../src/domains/monitoring/configuration.ts';
import {
  type ResolvedMonitoring,
  resolveMonitoring,
} from '../../../../src/domains/monitoring/validation/configuration.ts';
import { needNamedFiles } from '../../../../src/domains/monitoring/validation/named-files.ts';
import { runProgram } from '../../../../src/environment/run-program.ts';
import { itWithMonitoring } from '../../../setup/monitoring.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
let folder: string;
let closedPort: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-system-'));
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  closedPort = (server.address() as { port: number }).port;
  await new Promise((closed) => server.close(closed));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function validate(config: string, ...more: string[]): Promise<{ code: number; said: string }> {
  await writeFile(join(folder, 'shakedown.config.yaml'), config);
  const args = [join(root, 'bin/shakedown.mjs'), 'validate', 'monitoring', ...more];
  const outcome = await runProgram(process.execPath, args, { cwd: folder, timeoutMs: 120_000 });
  if (outcome.kind === 'failed') throw new Error(outcome.reason);
  return { code: outcome.code, said: outcome.stderr + outcome.stdout };
}

async function runs(): Promise<string[]> {
  return readdir(join(folder, 'reports/runs')).catch((): string[] => []);
}

/** The example as a reader copies it, with nobody at its addresses. */
async function documented(): Promise<string> {
  const page = await readFile(join(root, 'docs/monitoring-validation.md'), 'utf8');
  const [, example = ''] = /For a system of your own[\s\S]*?```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  return example.replace(/https:\/\/(prometheus|alertmanager)\.example\.com/g, `http://127.0.0.1:${closedPort}`);
}

const target = `target: { baseUrl: 'https://shop.example.com' }\n`;

test('a path that is not there ends with code 2 and one line, and leaves no run', async () => {
  const { code, said } = await validate(`${target}monitoring: { rules: [nope] }\n`);
  expect(code).toBe(2);
  const line = `error RULES_NOT_FOUND: \`monitoring.rules\` names ${join(folder, 'nope')}, which is not there.`;
  expect(said.match(/^error .*$/gm)).toEqual([line]);
  expect(await runs()).toEqual([]);
});

test('every path that is named has to be there', async () => {
  const schema = configuration.schemas.monitoring;
  const monitoring = resolveMonitoring(schema.parse({}), (path) => join(folder, path));
  const url = { url: 'http://127.0.0.1:9', headers: {}, caFile: null, configFile: null };
  const none = join(folder, 'none');
  const wrongs: [string, string, Partial<ResolvedMonitoring>][] = [
    ['ruleTests', 'RULES_NOT_FOUND', { ruleTests: [none] }],
    ['dashboards.files', 'MONITORING_FILE_NOT_FOUND', { dashboards: { ...monitoring.dashboards, files: [none] } }],
    ['prometheus.configFile', 'MONITORING_FILE_NOT_FOUND', { files: { ...monitoring.files, prometheus: none } }],
    ['prometheus.caFile', 'MONITORING_FILE_NOT_FOUND', { prometheus: { ...url, caFile: none } }],
    // A folder, where there has to be a file.
    ['alertmanager.configFile', 'MONITORING_FILE_NOT_FOUND', { files: { ...monitoring.files, alertmanager: folder } }],
  ];
  for (const [key, code, wrong] of wrongs)
    await expect(needNamedFiles({ ...monitoring, ...wrong })).rejects.toMatchObject({
      ...{ code, exitCode: 2 },
      message: expect.stringContaining(`\`monitoring.${key}\` names ${folder}`),
    });
  await needNamedFiles({ ...monitoring, rules: [folder], ruleTests: [folder] });
});

itWithMonitoring('the documented example works when it is copied, and the report says what was validated', async () => {
  const sample = join(root, 'src/sample/monitoring');
  await cp(sample, join(folder, 'monitoring'), { recursive: true });
  const { code, said } = await validate(await documented(), '--only', 'rules');
  // Nobody answers as Prometheus: that is open, and nothing else is.
  expect(said).not.toMatch(/^error /m);
  expect(code).toBe(3);
  const [run = ''] = await runs();
  const results = JSON.parse(await readFile(join(folder, 'reports/runs', run, 'results.json'), 'utf8'));
  expect(results.environment.targetUrl).toBe(
    `monitoring of http://127.0.0.1:${closedPort} and http://127.0.0.1:${closedPort}`,
  );
  const rules = results.sections.monitoring.validation.parts.find(({ id }: { id: string }) => id === 'rules');
  const open = rules.checks.filter(({ verdict }: { verdict: string }) => verdict !== 'pass');
  expect(open.map(({ id }: { id: string }) => id)).toEqual(['loaded', 'absent-series']);
});

itWithMonitoring('without a server of its own the rules are named', async () => {
  await mkdir(join(folder, 'mine'), { recursive: true });
  await writeFile(join(folder, 'mine/a.yml'), 'groups: [{ name: g, rules: [{ alert: A, expr: up == 0 }] }]\n');
  await rm(join(folder, 'reports'), { recursive: true, force: true });
  await validate(`${target}monitoring: { rules: [mine] }\n`, '--only', 'rules');
  const [run = ''] = await runs();
  const page = await readFile(join(folder, 'reports/runs', run, 'monitoring.html'), 'utf8');
  expect(page).toContain('monitoring of mine');
  expect(page).not.toContain('the sample system');
});
