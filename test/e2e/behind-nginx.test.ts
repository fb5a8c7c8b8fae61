import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { describeWithK6 } from '../setup/programs.ts';
import { startApplication } from './nginx/application.ts';
import { nginxMissing, startNginx } from './nginx/nginx.ts';
import { type Visitor, visitors } from './nginx/visitors.ts';
import { type Project, project } from './project.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** What README says to do with a system of one's own, but for installing: the arguments of each command, in order. */
function readmeSteps(): string[][] {
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
  const block = readme.split('## Your own system')[1]?.split('```')[1] ?? '';
  return [...block.matchAll(/^npx shakedown ([^#\n]+)/gm)].map((found) => (found[1] ?? '').trim().split(/\s+/));
}

/** What a quarter of a minute on a busy machine can show, and an account to log in with: the log has no passwords. */
function configured(text: string, origin: string): string {
  return text
    .replace('http://127.0.0.1:8080', origin)
    .replace("// healthPath: '/healthz'", "healthPath: '/healthz'")
    .replace(
      "writes: 'safe',",
      `writes: 'recorded',
    login: { users: 'users.csv', requests: [{ request: 'POST /login', form: { user: '{{user}}', password: 'of-{{user}}' } }] },
    bodies: [{ route: 'POST /orders', json: { item: 'tea' } }],`,
    )
    .replace(
      "profile: 'load/profiles/steady.yaml',",
      `profile: 'load/profiles/steady.yaml',
  honesty: { maxGeneratorLatenessMs: 5000, maxInvalidShare: 1 },
  objectives: {
    'response-p50': { target: 250, minimumSamples: 300 },
    'response-p95': { target: 400, key: false, weight: 0 },
    'response-p99': { target: 2000, key: false, weight: 0 },
    'slow-answers': { target: 5, minimumSamples: 300 },
    'error-rate': { target: 2 }, availability: { target: 90 }, throughput: { target: 5, minimumSamples: 300 },
    'stable-time': { target: 0.001 }, fidelity: { target: 70 }, 'status-parity': { target: 97 }, coverage: { target: 50 },
    utilization: { key: false, weight: 0 }, 'utilization-max': { key: false, weight: 0 },
  },`,
    );
}

/** A project whose traffic is that of the log, made by README's commands. */
async function projectOf(log: Buffer, origin: string, env: NodeJS.ProcessEnv): Promise<Project> {
  const made = project('');
  closing.push(made.remove);
  rmSync(join(made.folder, 'shakedown.config.yaml'));
  writeFileSync(join(made.folder, 'access.log.gz'), gzipSync(log));
  writeFileSync(
    join(made.folder, 'users.csv'),
    `user\n${Array.from({ length: 20 }, (_, i) => `test-${i}`).join('\n')}\n`,
  );
  for (const step of readmeSteps()) {
    if (step[0] === 'doctor' || step[0] === 'simulate') continue;
    const { code, stdout, stderr } = await made.run(step, env);
    expect(code, `${step.join(' ')}\n${stdout}${stderr}`).toBe(0);
    if (step[0] !== 'init') continue;
    const config = join(made.folder, 'shakedown.config.ts');
    writeFileSync(config, configured(readFileSync(config, 'utf8'), origin));
  }
  return made;
}

async function measure(made: Project, env: NodeJS.ProcessEnv) {
  const ended = await made.run(['simulate', '--duration', '8s'], env);
  expect([0, 1, 3], `${ended.stdout}${ended.stderr}`).toContain(ended.code);
  return { ...ended, results: made.results() };
}

/** Files under a folder whose content, unpacked, holds one of these texts. */
function filesWith(folder: string, texts: string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((file) => {
      const raw = readFileSync(file);
      const text = (file.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8');
      return texts.filter((one) => text.includes(one)).map((one) => `${file}: ${one}`);
    });
}

const personal = ({ address, surname, user, email }: Visitor) => [
  address,
  surname,
  decodeURIComponent(surname),
  email,
  encodeURIComponent(email),
  `"${user}"`,
];

describeWithK6(
  `README’s commands with the log of nginx in front of an application${nginxMissing === undefined ? '' : ` (${nginxMissing})`}`,
  (k6) => {
    it.skipIf(nginxMissing !== undefined)(
      'pass a healthy build and fail a slow one, naming its route; nothing personal is left',
      async () => {
        expect(readmeSteps().map(([first, second]) => (first === 'traffic' ? second : first))).toEqual([
          'init',
          'doctor',
          'import',
          'anonymize',
          'simulate',
        ]);
        const env = { SHAKEDOWN_K6: k6.path };
        const folder = mkdtempSync(join(tmpdir(), 'shakedown-nginx-'));
        closing.push(() => rmSync(folder, { recursive: true, force: true }));
        const start = async (name: string, productDelayMs: number) => {
          const application = await startApplication(productDelayMs);
          closing.push(application.close);
          const nginx = await startNginx(join(folder, name), application.port);
          closing.push(nginx.close);
          return nginx;
        };
        const production = await start('production', 0);
        const people = await visitors(production.origin, 80, 4);
        await production.close();

        const [soundBuild, slowBuild] = await Promise.all([start('sound', 0), start('slow', 1500)]);
        const made = await projectOf(readFileSync(production.accessLog), soundBuild.origin, env);
        const copy = project('');
        closing.push(copy.remove);
        cpSync(made.folder, copy.folder, { recursive: true });
        rmSync(join(copy.folder, 'shakedown.config.yaml'));
        const config = join(copy.folder, 'shakedown.config.ts');
        writeFileSync(config, readFileSync(config, 'utf8').replace(soundBuild.origin, slowBuild.origin));
        const [healthy, slow] = await Promise.all([measure(made, env), measure(copy, env)]);

        expect(healthy.results.word, healthy.stdout).toBe('PASSED');
        expect(healthy.code).toBe(0);
        expect(healthy.results.sections.load.plan.leftOut.map(({ reason }) => reason)).toContain(
          'path changed by anonymizing',
        );
        expect(slow.results.word, slow.stdout).toBe('FAILED');
        expect(slow.code).toBe(1);
        expect(slow.stdout).toContain('p95 response time of GET /products/:id is');

        const texts = people.flatMap(personal);
        expect(filesWith(join(made.folder, 'load/traffic/raw'), texts).length).toBeGreaterThan(100);
        for (const one of [made, copy])
          for (const part of ['load/traffic/production', 'reports'])
            expect(filesWith(join(one.folder, part), texts)).toEqual([]);
      },
      120_000,
    );
  },
);
