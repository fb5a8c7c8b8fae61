import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/domains/security/posture/answer.ts';
import { assessCookie, isSessionLike, parseSetCookie } from '../../../src/domains/security/posture/cookies.ts';
import { assessCsp } from '../../../src/domains/security/posture/csp.ts';
import { banners, stackTrace } from '../../../src/domains/security/posture/disclosure.ts';
import { assessHeaders, hstsAge, referrerPolicy } from '../../../src/domains/security/posture/headers.ts';

const rulesOf = (policy: string, isHttps = true) => assessCsp([policy], [], isHttps).weaknesses.map(({ rule }) => rule);
const answer = (body: string, headers: Record<string, string> = {}): Answer => ({
  ...{ path: '/', method: 'GET', status: 500, body, problem: null },
  headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
});

describe('Content-Security-Policy', () => {
  it.each([
    ["default-src 'self'; base-uri 'none'", []],
    ["default-src 'none'; script-src 'nonce-r4nd0m' 'strict-dynamic' https: 'unsafe-inline'; base-uri 'none'", []],
    ["script-src 'self'; base-uri 'none'", ['csp-objects', 'csp-unsafe-style']],
    ["default-src 'self'; script-src 'self' 'unsafe-inline'; base-uri 'none'", ['csp-unsafe-script']],
    ["default-src 'self'; script-src 'self' data:; base-uri 'none'", ['csp-unsafe-script']],
    ["default-src 'self'; script-src 'unsafe-eval'; base-uri 'none'", ['csp-unsafe-eval']],
    ["default-src 'self'; img-src http://images.example; base-uri 'none'", ['csp-insecure-passive']],
    ["default-src 'self'; connect-src http://data.example; base-uri 'none'", ['csp-insecure-scheme']],
    ["default-src 'self'; script-src 'strict-dynamic'; base-uri 'none'", ['csp-invalid']],
    // What is not written as a nonce or a hash is none, and takes nothing away.
    ["default-src 'self'; script-src 'unsafe-inline' 'nonce-<%= nonce %>'; base-uri 'none'", ['csp-unsafe-script']],
    ["default-src 'self'; script-src 'unsafe-inline' 'sha256-a$'; base-uri 'none'", ['csp-unsafe-script']],
    ["default-src 'self'; script-src 'unsafe-inline' 'sha256-aZ+/09=='; base-uri 'none'", []],
    // Elements and attributes may have a list of their own.
    ["default-src 'self'; script-src-elem 'unsafe-inline'; base-uri 'none'", ['csp-unsafe-script']],
    ["default-src 'none'; script-src-elem *", ['csp-unsafe-script', 'csp-base-uri']],
    ["default-src 'self'; script-src-attr 'unsafe-inline' *; base-uri 'none'", ['csp-unsafe-script']],
    ["default-src 'self'; script-src-attr *; style-src-attr 'none'; base-uri 'none'", []],
    ["default-src 'self'; script-src-elem 'self' 'nonce-r4nd0m' 'unsafe-inline'; base-uri 'none'", []],
    ["default-src 'self'; style-src-elem 'unsafe-inline'; base-uri 'none'", ['csp-unsafe-style']],
    ["default-src 'self'; no-such-src http://shop.example; base-uri 'none'", []],
    // Any host is any host, whatever its port or path.
    ["default-src 'self'; script-src *:443; base-uri 'none'", ['csp-unsafe-script']],
    ["default-src 'self'; script-src https://*:*/js/; base-uri 'none'", ['csp-unsafe-script']],
    ["default-src 'self'; script-src https://*.shop.example; base-uri 'none'", []],
    // Where no script is allowed, none is taken from elsewhere by another base.
    ["default-src 'none'", []],
    ["default-src 'self'", ['csp-base-uri']],
    ["default-src 'self'; default-src *", []],
    ['upgrade-insecure-requests', ['csp-unsafe-script', 'csp-objects', 'csp-unsafe-style', 'csp-base-uri']],
  ] as const)('%s', (policy, expected) => {
    if (policy.includes('default-src *')) expect(assessCsp([policy], [], true)).toMatchObject({ isThere: false });
    else expect(rulesOf(policy)).toEqual(expected);
  });

  it('two policies are as strict as the stricter one, in headers, in one header and in the page', () => {
    const [loose, strict] = ["default-src *; base-uri 'none'", "default-src 'none'; base-uri 'none'"];
    expect(assessCsp([loose], [strict], true).weaknesses).toEqual([]);
    expect(assessCsp([`${loose}, ${strict}`], [], true).weaknesses).toEqual([]);
    expect(assessCsp([loose, strict], [], true).weaknesses).toEqual([]);
  });

  it('frame-ancestors counts in a header only', () => {
    expect(assessCsp([], ["frame-ancestors 'none'"], true)).toMatchObject({ isThere: false, limitsFrames: false });
    expect(assessCsp(["frame-ancestors 'none'"], [], true).limitsFrames).toBe(true);
    expect(assessCsp(['frame-ancestors https:'], [], true).limitsFrames).toBe(false);
  });
});

describe('cookies', () => {
  const rules = (text: string, isHttps = true) =>
    assessCookie(parseSetCookie(text) as never, isHttps).map(({ rule }) => rule);
  it('accuses what carries a session, and nothing else', () => {
    expect(rules('connect.sid=s%3Aabc; Path=/')).toEqual(['cookie-secure', 'cookie-http-only', 'cookie-same-site']);
    expect(rules('JSESSIONID=abc; Secure; HttpOnly; SameSite=Lax')).toEqual([]);
    expect(rules('shop_session=abc; HttpOnly; SameSite=Lax', false)).toEqual([]);
    expect(rules('sid=abc; Secure; HttpOnly; SameSite=Nein')).toEqual(['cookie-same-site']);
    expect(rules('theme=dark; Path=/')).toEqual([]);
    expect(rules('XSRF-TOKEN=abc; Path=/')).toEqual([]);
    expect(isSessionLike({ name: 'heroku-session-affinity', value: 'abcdef' })).toBe(false);
    for (const name of ['sidebar', 'sidebarState', 'author', 'authority'])
      expect(isSessionLike({ name, value: 'abcdef' }), name).toBe(false);
    for (const name of ['sid', 'sid2', 'SID', 'connect.sid', 'auth', 'authorization', 'x-auth', 'PHPSESSID'])
      expect(isSessionLike({ name, value: 'abcdef' }), name).toBe(true);
  });
  it('a name that promises what the cookie does not keep', () => {
    expect(rules('__Host-id=abc; Path=/; Secure; Domain=shop.example')).toEqual(['cookie-prefix']);
    expect(rules('__Secure-x=abc')).toEqual(['cookie-prefix']);
    expect(rules('__Host-id=abc; Path=/; Secure; HttpOnly')).toEqual([]);
  });
});

describe('other headers', () => {
  it('an error page in which nothing runs needs no base and no frame', () => {
    const headers = { 'content-type': 'text/html', 'content-security-policy': "default-src 'self'" };
    const rules = (body: string, status: number) =>
      assessHeaders({ ...answer(body, { ...headers, 'x-content-type-options': 'nosniff' }), status }, false).map(
        ({ rule }) => rule,
      );
    expect(rules('<pre>Cannot GET /x</pre>', 404)).toEqual([]);
    for (const body of ['<script src="/a.js"></script>', '<form action="/x">', '<p onclick="x()">'])
      expect(rules(body, 401)).toEqual(['csp-base-uri', 'framing', 'opener']);
    expect(rules('<pre>Here</pre>', 200)).toEqual(['csp-base-uri', 'framing', 'opener']);
    expect(assessHeaders(answer('<pre>x</pre>', { 'content-type': 'text/html' }), false)).toMatchObject([
      { rule: 'sniffing' },
      { rule: 'csp-missing' },
    ]);
  });
  it('Strict-Transport-Security', () => {
    expect(hstsAge('max-age=31536000; includeSubDomains')).toBe(31_536_000);
    expect(hstsAge('includeSubDomains')).toBeNull();
    expect(hstsAge('max-age=1; a, max-age=1; a')).toBeNull();
  });
  it('the last Referrer-Policy that browsers know', () => {
    expect(referrerPolicy([])).toBeNull();
    expect(referrerPolicy(['unsafe-url', 'no-referrer'])).toBeNull();
    expect(referrerPolicy(['no-referrer, unsafe-url'])).not.toBeNull();
    expect(referrerPolicy(['whimsy'])).not.toBeNull();
  });
  it('versions, and no names alone', () => {
    const found = (headers: Record<string, string>) => banners([answer('', headers)]).map(({ seen }) => seen);
    expect(found({ server: 'nginx', via: '1.1 varnish', 'x-powered-by': 'Express' })).toEqual([]);
    expect(found({ server: 'nginx/1.18.0', 'x-powered-by': 'PHP/7.1' })).toEqual(['nginx/1.18.0', 'PHP/7.1']);
  });
  it('traces of many languages, and no page that only speaks of errors', () => {
    for (const text of [
      'Error: x\n    at Object.<anonymous> (/app/server.js:10:5)',
      'Error: x<br> &nbsp; &nbsp;at handle (/app/router.js:174:3)',
      'Traceback (most recent call last):\n  File "/app/x.py", line 3, in f',
      '\tat com.acme.Shop.find(Shop.java:42)',
      'at Acme.Shop.Find(Int32 id) in C:\\src\\Shop.cs:line 42',
      '<b>Warning</b>: include(x) in <b>/var/www/index.php</b> on line <b>3</b>',
      'goroutine 1 [running]:\nmain.main()',
      '{"stack":"Error: x\\n    at f (/app/a.js:1:2)"}',
    ])
      expect(stackTrace(answer(text)), text).not.toBeNull();
    for (const text of [
      'Something broke on our side.',
      'Meet us at Harbour (Quay 3:15:00)',
      'Look at the line 3 in the file.',
    ]) {
      expect(stackTrace(answer(text)), text).toBeNull();
    }
  });
});
