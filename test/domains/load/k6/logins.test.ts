import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import { importTraffic } from '../../../../src/domains/traffic/import/import.ts';
import { bodySchema, loginSchema } from '../../../../src/domains/traffic/plan/login-rules.ts';
import { makePlan } from '../../../../src/domains/traffic/plan/plan.ts';
import type { LoginCount } from '../../../../src/model/login.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { combinedLog, har, openApi, password, startLoginApp } from '../login-app.ts';
import { loadInput } from '../shop.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-logins-'));
  await Promise.all([
    writeFile(join(folder, 'access.log'), combinedLog(12, 0.25)),
    writeFile(join(folder, 'users.csv'), `email\n${[1, 2, 3, 4].map((n) => `user${n}@example.test`).join('\n')}\n`),
    writeFile(join(folder, 'openapi.yaml'), openApi),
    writeFile(join(folder, 'app.har'), har),
  ]);
  await importTraffic({ files: [join(folder, 'access.log')], out: join(folder, 'recording') });
  process.env.LOGIN_TEST_PASSWORD = password;
  process.env.LOGIN_TEST_WRONG = 'Tr0ub4dor';
});
afterAll(async () => {
  for (const name of ['LOGIN_TEST_PASSWORD', 'LOGIN_TEST_WRONG']) delete process.env[name];
  await rm(folder, { recursive: true, force: true });
});

const login = (variable: string) =>
  loginSchema.parse({
    users: join(folder, 'users.csv'),
    requests: [
      { request: 'GET /login', take: { csrf: { from: 'html-input', expression: '_csrf' } } },
      {
        request: 'POST /login',
        form: { email: '{{email}}', password: `{{env.${variable}}}`, _csrf: '{{csrf}}' },
        success: { status: 302 },
      },
      {
        request: 'POST /api/token',
        json: { email: '{{email}}', password: `{{env.${variable}}}` },
        take: { token: { from: 'json', expression: '$.data.tokens[0]' } },
      },
    ],
    headers: { authorization: 'Bearer {{token}}' },
  });

describeWithK6('sessions of an access log that log in', (found) => {
  const replay = async (build: 'shakedown' | 'stock', variable: string) => {
    const app = await startLoginApp();
    try {
      const { manifest } = await importTraffic({
        files: [join(folder, 'access.log')],
        out: join(folder, `recording-${build}-${variable}`),
      });
      const durationMs = manifest.durationMs / 4 + 500;
      const plan = await makePlan({
        folder: join(folder, `recording-${build}-${variable}`),
        manifest,
        options: {
          mode: 'recorded',
          durationMs,
          scale: 1,
          speed: 4,
          shape: { kind: 'flat', points: [] },
          seed: 1,
          writes: 'recorded',
        },
        target: { baseUrl: app.url, hosts: {}, headers: {} },
        rules: [
          {
            route: 'GET /account',
            from: 'html-input',
            expression: '_csrf',
            name: 'csrf',
            use: { route: 'POST /comments', in: 'form', at: '_csrf' },
          },
        ],
        bodies: ['app.har', 'openapi.yaml'].map((file) => bodySchema.parse({ from: join(folder, file) })),
        login: login(variable),
      });
      const logins: LoginCount[] = [];
      const input = loadInput(app.url, [], {
        folder: join(folder, `windows-${build}-${variable}`),
        durationMs,
        on: { logins: (counts) => logins.push(...counts) },
      });
      const windows: (string | undefined)[] = [];
      const outcome = await runK6(
        { ...found, build },
        {
          ...input,
          plan: plan.summary,
          sessions: plan.sessions(),
          virtualUsers: 12,
          on: { ...input.on, window: ({ excluded }) => windows.push(excluded) },
        },
      );
      return { app, plan: plan.summary, outcome, logins, failed: input.failed, windows };
    } finally {
      await app.close();
    }
  };

  const builds = found.build === 'shakedown' ? (['shakedown', 'stock'] as const) : (['stock'] as const);
  it.each(builds)('send their writes as a user: %s', async (build) => {
    const { app, plan, outcome, logins, failed } = await replay(build, 'LOGIN_TEST_PASSWORD');
    expect(app.answered.filter((line) => /(4|5)\d\d$/.test(line))).toEqual([]);
    expect(failed).toEqual([]);
    expect(app.answered.filter((line) => line.startsWith('POST /comments')).length).toBe(12);
    expect(app.answered.filter((line) => line.startsWith('PUT ')).length).toBe(12);
    // Not the redirect to the login.
    expect(app.answered.filter((line) => line === 'GET /account 200').length).toBe(12);
    expect(plan.login).toEqual({
      requests: ['GET /login', 'POST /login', 'POST /api/token'],
      ...{ users: 4, sessions: 12, added: 6, recorded: 6 },
    });
    expect(plan.bodies?.missing).toEqual([]);
    // 12 × 6 and 6 × 2 of recorded logins: the others are counted apart.
    expect(outcome.accounting).toEqual({ planned: 84, completed: 84, failed: 0, unsent: 0 });
    expect(logins.map(({ problem }) => problem)).toEqual(logins.map(() => ''));
    const sent = (request: string) => logins.reduce((sum, one) => sum + (one.request === request ? one.count : 0), 0);
    expect([sent('GET /login'), sent('POST /login'), sent('POST /api/token')]).toEqual([12, 12, 12]);
    expect(new Set(app.buyers).size).toBeGreaterThan(1);
    // Sessions that begin within three quarters of a second do not log in all at once.
    const [first = 0, ...others] = app.loginsAtMs;
    expect((others.at(-1) ?? 0) - first).toBeGreaterThan(400);
  });

  it.each(builds)('are nobody’s failure where the password is wrong: %s', async (build) => {
    const { app, outcome, logins, failed, windows } = await replay(build, 'LOGIN_TEST_WRONG');
    const refused = logins.filter(({ problem }) => problem !== '');
    const of = { request: 'POST /login', status: 401, problem: '401', count: expect.any(Number) };
    expect(refused).toEqual(refused.map(() => of));
    expect(refused.reduce((sum, { count }) => sum + count, 0)).toBe(12);
    expect(failed).toEqual([]);
    // What came before a recorded login was sent; what was to come after was not, and is accounted for.
    const { planned, completed, failed: lost, unsent } = outcome.accounting;
    expect([planned, completed + lost + unsent, lost]).toEqual([84, 84, 0]);
    expect(completed).toBe(6 * 2);
    expect(app.answered.filter((line) => line.includes('/api/orders') || line.includes('/comments'))).toEqual([]);
    expect(windows).toContain('sessions could not log in');
    expect(JSON.stringify(logins)).not.toContain('Tr0ub4dor');
  });
});
