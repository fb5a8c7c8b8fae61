import { expect, it } from 'vitest';
import { missingLines } from '../../../../src/domains/traffic/commands/imported.ts';
import { combinedLog } from '../../load/login-app.ts';
import { useImport } from './recording.ts';

const { importText } = useImport();

const line = (client: string, second: number, request: string, status: number) =>
  `${client} - - [10/Oct/2023:13:55:${String(second).padStart(2, '0')} +0000] "${request} HTTP/1.1" ${status} 5 "-" "B/1"\n`;

it('says who logged in, and what is behind a login, of a log that has no credentials', async () => {
  const log = [
    // Sent to the login, and on from there.
    line('192.0.2.1', 0, 'GET /account', 302),
    line('192.0.2.1', 1, 'GET /login', 200),
    line('192.0.2.1', 2, 'POST /login', 302),
    line('192.0.2.1', 3, 'GET /account', 200),
    // Refused.
    line('192.0.2.2', 4, 'GET /api/orders', 401),
    line('192.0.2.3', 5, 'GET /api/orders', 200),
    line('192.0.2.3', 6, 'POST /api/orders', 201),
    // Another redirect, a login that failed, and one that is the end.
    line('192.0.2.4', 7, 'GET /old', 301),
    line('192.0.2.4', 8, 'GET /new', 200),
    line('192.0.2.5', 9, 'POST /login', 401),
    line('192.0.2.5', 10, 'GET /', 200),
    line('192.0.2.6', 11, 'POST /login', 302),
  ].join('');
  const { result } = await importText(log);
  expect(result.missing.logins).toEqual({
    logins: [{ method: 'POST', route: '/login', requests: 2 }],
    behind: [
      { method: 'GET', route: '/account', requests: 1 },
      { method: 'GET', route: '/api/orders', requests: 1 },
    ],
    sessions: 1,
  });
  const lines = missingLines(result).join('\n');
  expect(lines).toContain('1 session logged in and went on (POST /login 2): replayed without replay.login');
  expect(lines).toContain(
    'behind a login, as some were refused there and others were not: GET /account 1, GET /api/orders 1',
  );
  expect(lines).toContain('no bodies for 4 requests that write, which are left out unless replay.bodies has one');
});

it('says nothing of logins where there are none', async () => {
  const { result } = await importText(combinedLog(6).replace(/^.*login.*\n/gm, ''));
  expect(result.missing.logins).toEqual({ logins: [], behind: [], sessions: 0 });
  expect(missingLines(result).join('\n')).not.toMatch(/logged in and went on|behind a login, as/);
});
