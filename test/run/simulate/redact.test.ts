import { expect, test } from 'vitest';
import type { z } from 'zod';
import { configurationRules } from '../../../src/config/schema.ts';
import type { ResolvedConfig } from '../../../src/model/config.ts';
import { secretKind, withoutSecrets } from '../../../src/model/secret.ts';
import { domains } from '../../../src/run/domains.ts';
import { shownConfig } from '../../../src/run/simulate/redact.ts';

const rules = await configurationRules(domains, { hasObjectives: false });

test('no secret of a configuration reaches a journal, and what is none does', async () => {
  const written = {
    target: {
      baseUrl: 'https://staging.example.com',
      headers: { Authorization: 'SECRET-1' },
      tokenHook: { command: ['./token.sh', 'SECRET-2'] },
      scale: { command: ['scale', '--key', 'SECRET-3', '{instances}'], instances: 3 },
    },
    traffic: { recording: 'production' },
    replay: { data: [{ route: 'POST /login', in: 'json', at: 'password', value: { list: ['SECRET-4'] } }] },
    metrics: {
      remoteWrite: { url: 'https://metrics.example.com/SECRET-5/write?t=SECRET-6', headers: { t: 'SECRET-7' } },
    },
    watch: {
      prometheus: { url: 'https://prometheus.example.com/at?token=SECRET-8', headers: { 'x-key': 'SECRET-9' } },
      scrape: [{ name: 'shop', url: 'http://shop:9090/metrics?key=SECRET-10#SECRET-11', headers: { a: 'SECRET-12' } }],
    },
    chaos: {
      toxiproxyUrl: 'http://me:SECRET-13@127.0.0.1:8474',
      components: {
        database: {
          kind: 'database',
          url: 'postgres://shop:SECRET-14%2Fp%40SECRET-15@127.0.0.1/x?password=SECRET-16',
          restart: ['restart', '--password=SECRET-17'],
          failover: ['failover', 'SECRET-18'],
        },
        api: { kind: 'endpoint', url: 'http://me:SECRET-19@127.0.0.1:8081/health?key=SECRET-20' },
      },
      ledger: {
        login: { path: '/login', body: { password: 'SECRET-21' }, token: 'token' },
        write: { method: 'POST', path: '/orders', body: { note: 'a' }, headers: { a: 'SECRET-22' } },
        read: { path: '/orders?key=SECRET-23', values: 'orders[*].note' },
      },
    },
    functional: {
      suites: [
        {
          ...{ name: 'api', kind: 'api', results: 'stdout' },
          command: ['run', 'SECRET-24'],
          env: { TOKEN: 'SECRET-25', DATABASE_URL: 'postgres://u:SECRET-26@h/db' },
        },
        { ...{ name: 'ui', kind: 'ui', results: 'a.xml' }, command: 'TOKEN=SECRET-27 run', env: { A: 'SECRET-28' } },
      ],
    },
  };
  const parsed = rules.schema.parse(written);
  const context = { at: (path: string) => `/project/${path}`, isSample: false, replays: true };
  const config = Object.assign({}, ...rules.parts.map((part) => part.resolve(parsed, context))) as ResolvedConfig;
  expect(JSON.stringify(config).match(/SECRET-\d+/g)).toHaveLength(28);
  const shown = await shownConfig(config);
  expect(JSON.stringify(shown)).not.toContain('SECRET');
  expect(shown).toMatchObject({
    name: 'staging.example.com',
    target: {
      baseUrl: 'https://staging.example.com',
      headers: [['authorization', '(not shown)']],
      tokenHook: { command: ['./token.sh', '(not shown)'], header: 'authorization' },
      scale: { command: ['scale', '(not shown)'], instances: 3 },
    },
    replay: { data: [{ route: 'POST /login', at: 'password', value: '(not shown)' }] },
    metrics: { remoteWrite: { url: 'https://metrics.example.com/(not shown)', headers: { t: '(not shown)' } } },
    watch: {
      prometheus: { url: 'https://prometheus.example.com/at?(not shown)' },
      scrape: [{ name: 'shop', url: 'http://shop:9090/metrics?(not shown)' }],
    },
    chaos: {
      toxiproxyUrl: 'http://(not shown)@127.0.0.1:8474',
      components: {
        database: { url: 'postgres://(not shown)@127.0.0.1/x?(not shown)', restart: ['restart', '(not shown)'] },
        api: { kind: 'endpoint', url: 'http://(not shown)@127.0.0.1:8081/health?(not shown)' },
      },
      ledger: '(not shown)',
    },
    functional: {
      suites: [
        {
          command: ['run', '(not shown)'],
          env: { TOKEN: '(not shown)', DATABASE_URL: '(not shown)' },
        },
        { command: '(not shown)', env: { A: '(not shown)' } },
      ],
    },
    // Nothing to hide there, and nothing hidden.
    engine: config.engine,
    uat: config.uat,
    load: config.load,
  });
  expect(config.target.headers).toEqual([['authorization', 'SECRET-1']]);
});

test('what is secret of the examples stays so under the keys that it is resolved to', async () => {
  const context = { at: (path: string) => `/project/${path}`, isSample: false, replays: true };
  let seen = 0;
  for (const domain of domains) {
    for (const example of (await domain.configuration?.())?.examples ?? []) {
      const base = { target: { baseUrl: 'https://staging.example.com' }, traffic: { recording: 'production' } };
      const parsed = rules.schema.parse({ ...base, ...example });
      const open = new Set(textsOf(withoutSecrets(rules.schema, parsed)));
      const secrets = textsOf(parsed).filter((text) => text.length > 5 && !open.has(text));
      const config = Object.assign({}, ...rules.parts.map((part) => part.resolve(parsed, context))) as ResolvedConfig;
      const shown = new Set(textsOf(await shownConfig(config)));
      expect(secrets.filter((text) => shown.has(text))).toEqual([]);
      seen += secrets.length;
    }
  }
  expect(seen).toBeGreaterThan(20);
});

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Where a secret is, and not the secret. */
const places = (key: string) =>
  [
    [`${key}Env`, 'the name of a variable of the environment'],
    [`${key}File`, 'the path of a file'],
  ] as const;

/** Keys that sound like a secret and hold none, each with the reason. */
const harmless = new Map<string, string>([
  ['target.baseUrl', 'may hold no user, no password and no query'],
  ['target.tokenHook.header', 'the name of a header'],
  ['target.dropHeaders', 'names of headers'],
  ['kubernetes.imagePullSecrets', 'names of secrets in the cluster'],
  ['replay.login.requests.success.cookie', 'the name of a cookie'],
  ['rehearsal.kinds.login.tokenAt', 'where an answer has its token'],
  ['monitoring.logs.marker.header', 'the name of a header'],
  ['monitoring.health.checks.wrongPassword', 'whether a wrong password is tried'],
  ['traffic.tags.header', 'the name of a header'],
  ['traffic.tags.cookie', 'the name of a cookie'],
  ['monitoring.realPages.acknowledge.url', 'may hold no user, no password and no query'],
  ['integration.services.quota.header', 'the name of a header'],
  ['security.posture.login.token', 'where an answer has its token'],
  ['security.posture.objectLogin.token', 'where an answer has its token'],
  ['security.posture.wrongLogins', 'how many wrong logins are tried'],
  ['candidate.testedBefore.url', 'may hold no user, no password and no query'],
  ['certificate.timeStamp.url', 'may hold no user, no password and no query'],
  ['metrics.remoteWrite.tokenEnv', 'the name of a variable of the environment'],
  ['reports.publicUrl', 'may hold no user, no password and no query'],
  ['certificate.timeStamp.url', 'may hold no user, no password and no query'],
  ...['before', 'deploy', 'after', 'rollback'].map(
    (list) => [`promotion.plan.${list}.command`, 'is shown in the deployment plan, and says so'] as const,
  ),
  ...['github.apiUrl', 'gitlab.apiUrl'].map(
    (key) => [`promotion.request.${key}`, 'may hold no user, no password and no query'] as const,
  ),
  ...['github.token', 'gitlab.token', 'webhook.url', 'webhook.secret'].flatMap((key) =>
    places(`promotion.request.${key}`),
  ),
  ['stage.lock.urlEnv', 'the name of a variable of the environment'],
  ['notifications.receivers.apiUrl', 'may hold no user, no password and no query'],
  ...['url', 'secret'].flatMap((key) => places(`notifications.receivers.${key}`)),
]);

test('every key that sounds like a secret is declared as one, or stands in the list of those that are none', () => {
  const sounds = /url|headers?$|password|secret|token|credential|command|restart|failover|body|login|cookie/i;
  const open = leaves(rules.schema as never, []).filter((path) => sounds.test(path.split('.').at(-1) ?? ''));
  expect(open.filter((path) => !harmless.has(path))).toEqual([]);
  expect([...harmless.keys()].filter((path) => !open.includes(path))).toEqual([]);
});

/** Dotted keys of what holds a value and is not declared secret. */
function leaves(schema: z.ZodType, path: readonly string[]): string[] {
  if (secretKind(schema) !== undefined) return [];
  const def = schema._zod.def as unknown as Record<'innerType' | 'in' | 'valueType' | 'element', z.ZodType> & {
    options?: z.ZodType[];
    shape?: Record<string, z.ZodType>;
  };
  if (def.innerType ?? def.in) return leaves(def.innerType ?? def.in, path);
  if (def.options) return def.options.flatMap((one) => leaves(one, path));
  if (def.shape) return Object.entries(def.shape).flatMap(([key, one]) => leaves(one, [...path, key]));
  if (def.valueType) return leaves(def.valueType, path);
  if (def.element) return leaves(def.element, path);
  return [path.join('.')];
}
