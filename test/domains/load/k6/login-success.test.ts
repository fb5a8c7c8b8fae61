import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import { loginSchema } from '../../../../src/domains/traffic/plan/login-rules.ts';
import type { LoginCount } from '../../../../src/model/login.ts';
import type { PlannedSession } from '../../../../src/model/plan.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { plan, request as recorded, recording, sessionsOf } from '../../traffic/plan/recordings.ts';
import { loadInput, serve } from '../shop.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-login-success-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

interface Case {
  /** Of POST /login. */
  answer: Answer;
  problem: string;
  success?: object;
  body?: object;
  /** The login as a whole; absent: that one request. */
  requests?: object[];
  headers?: Record<string, string>;
}

const cookie = { 'set-cookie': 'sid=abc; Path=/; HttpOnly' };
const password = '<input\n type="PASSWORD" data-name="x" name="pass&#119;ord" title=">">';
const again: Answer = {
  headers: cookie,
  body: `<form method=post><input name=email>${password}</form> Wrong password`,
};
const json = (value: unknown, headers = cookie): Answer => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});
const asked = 'with a password field again';

/** What a server can say to credentials, and whether that is a login. */
const cases: Record<string, Case> = {
  // By signs: no rule, or a status alone.
  'form again': { answer: again, problem: `200 ${asked}` },
  'form again, status named': { answer: again, success: { status: 200 }, problem: `200 ${asked}` },
  'form again, sent as JSON': { answer: again, body: { json: { u: { password: 'no' } } }, problem: `200 ${asked}` },
  'next page asks for the password': { answer: again, body: { form: { email: 'a' } }, problem: '' },
  'a welcome with another form': {
    answer: { headers: cookie, body: '<input type=search name=password><input type=password name=new_password> Hello' },
    problem: '',
  },
  'a single page names no fields': {
    answer: { headers: cookie, body: '<input type=password id=p>' },
    problem: `200 ${asked}`,
  },
  'no cookie': {
    answer: { body: 'Welcome' },
    problem: '200 without a cookie, and nothing else is taken that would show who is logged in',
  },
  'no cookie, but a header goes with later requests': {
    answer: { body: 'Welcome' },
    headers: { 'x-user': 'a' },
    problem: '',
  },
  'a cookie of the page before': {
    answer: { body: 'Welcome' },
    requests: [{ request: 'GET /form' }, { request: 'POST /login', form: { password: 'no' } }],
    problem: '',
  },
  'a redirect to the page before': {
    answer: { status: 302, headers: { ...cookie, location: '/form?error=1' } },
    requests: [
      { request: 'GET /form' },
      { request: 'POST /login', form: { password: 'no' }, success: { status: 302 } },
    ],
    problem: '302 that leads back to /form',
  },
  'a redirect elsewhere': { answer: { status: 303, headers: { ...cookie, location: '/account' } }, problem: '' },
  'JSON that is an error': { answer: json({ error: { code: 7 } }), problem: '200 with an error in its JSON' },
  'JSON that says no': { answer: json({ success: false }), problem: '200 with an error in its JSON' },
  'JSON without errors': { answer: json({ errors: [], error: null, ok: true }), problem: '' },
  // By rules, which stand in place of the signs.
  text: { answer: again, success: { text: 'password' }, problem: '' },
  'no such text': {
    answer: { body: 'x' },
    success: { text: 'Welcome' },
    problem: '200 without the text of success.text',
  },
  'text of failure': { answer: again, success: { noText: 'Wrong' }, problem: '200 with the text of success.noText' },
  'JSON value': { answer: json({ a: [{ b: 1 }] }, {} as never), success: { json: '$.a[0].b' }, problem: '' },
  'JSON value that is empty': {
    answer: json({ user: {} }),
    success: { json: 'user' },
    problem: '200 without user in its JSON',
  },
  'no JSON': { answer: { body: 'oops' }, success: { json: 'user' }, problem: '200 without user in its JSON' },
  cookie: { answer: { headers: cookie }, success: { cookie: 'sid' }, problem: '' },
  'another cookie': {
    answer: { headers: cookie },
    success: { cookie: 'auth' },
    problem: '200 without the cookie auth',
  },
  'a cookie that is taken away': {
    answer: { headers: { 'set-cookie': 'sid=; Max-Age=0' } },
    success: { cookie: 'sid' },
    problem: '200 without the cookie sid',
  },
  location: {
    answer: { status: 302, headers: { location: 'http://127.0.0.1:1/my/home?x' } },
    success: { location: '/my/*' },
    problem: '',
  },
  'another location': {
    answer: { status: 302, headers: { location: '/login' } },
    success: { status: [301, 302], location: '/my' },
    problem: '302 that does not lead to /my',
  },
};

describeWithK6('a login succeeded', (found) => {
  it.each(found.build === 'shakedown' ? (['shakedown', 'stock'] as const) : (['stock'] as const))(
    'as its answer says, whatever its status: %s',
    async (build) => {
      const names = Object.keys(cases);
      const shop = await serve(({ url, headers }, response) => {
        if (url === '/form')
          return void response.setHeader('set-cookie', 'form=1').end('<input type=password name=password>');
        if (url !== '/login') return void response.end('ok');
        const { status = 200, headers: own = {}, body = '' } = cases[String(headers['x-case'])]?.answer ?? {};
        response.writeHead(status, own).end(body);
      });
      try {
        const sessions: PlannedSession[] = [];
        for (const [i, name] of names.entries()) {
          const { success, body = { form: { email: 'a', password: 'no' } }, requests, headers } = cases[name] as Case;
          const steps = requests ?? [{ request: 'POST /login', ...body, ...(success && { success }) }];
          const own = { 'x-case': name };
          const login = loginSchema.parse({ requests: steps.map((step) => ({ ...step, headers: own })), headers });
          const made = await plan(
            await recording([{ id: 's', startMs: 0, requests: [recorded(0, 'GET', `/after/${i}`)] }], 1000),
            { login },
          );
          const [session] = await sessionsOf(made);
          for (const added of session?.logins ?? [])
            for (const step of added.steps) step.login.step = step.method === 'GET' ? names.length : i;
          if (session !== undefined) sessions.push({ ...session, index: i, startMs: 2000 + i * 20 });
        }
        const logins: LoginCount[] = [];
        const windows: (string | undefined)[] = [];
        const input = loadInput(`http://127.0.0.1:${shop.port}`, sessions, {
          folder: join(folder, build),
          durationMs: 3500,
          on: { logins: (counts) => logins.push(...counts), window: ({ excluded }) => windows.push(excluded) },
        });
        input.plan.login = {
          requests: [...names, 'form'],
          users: null,
          sessions: names.length,
          added: names.length,
          recorded: 0,
        };
        const outcome = await runK6({ ...found, build }, input);
        const problems = Object.fromEntries(logins.map(({ request, problem }) => [request, problem]));
        expect(problems).toEqual({
          form: '',
          ...Object.fromEntries(names.map((name) => [name, cases[name]?.problem])),
        });
        // What comes after a login that failed is not sent, and is nobody's failure.
        const sent = shop.seen.flatMap(({ url }) => (url.startsWith('/after/') ? [names[Number(url.slice(7))]] : []));
        expect(sent.sort()).toEqual(names.filter((name) => cases[name]?.problem === '').sort());
        expect(input.failed).toEqual([]);
        expect(outcome.accounting.failed).toBe(0);
        expect(windows).toContain('sessions could not log in');
      } finally {
        await shop.close();
      }
    },
  );
});
