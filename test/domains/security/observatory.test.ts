import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/domains/security/posture/answer.ts';
import { assessCookie, parseSetCookie } from '../../../src/domains/security/posture/cookies.ts';
import { assessHeaders } from '../../../src/domains/security/posture/headers.ts';

/**
 * Mozilla's Observatory (the package @mdn/mdn-http-observatory, 1.4) judges its own test vectors, and so do we: the same answers, header by header. The
 * package needs a browser's DOM and a database's driver, so it is no dependency: a folder in which it is installed is named by SHAKEDOWN_OBSERVATORY.
 */
const folder = process.env.SHAKEDOWN_OBSERVATORY;
const title =
  folder === undefined
    ? ' (skipped: SHAKEDOWN_OBSERVATORY names no folder in which @mdn/mdn-http-observatory is installed)'
    : '';

/** Where we judge otherwise, and why. */
const explained: Record<string, string> = {
  'x-frame-options: ALLOW-FROM https://mozilla.org': 'browsers pass over ALLOW-FROM, so the page can be framed',
  "csp: object-src 'none'; style-src 'self'; script-src 'unsafe-inline' 'sha256-hqBEA/HXB3aJU2FgOnYN8rkAgEVgyfi3Vs1j2/XMPBA=''sha256-hqBEA/HXB3aJU2FgOnYN8rkAgEVgyfi3Vs1j2/XMPBB='":
    "no space stands between the hashes, so browsers take them for none, and 'unsafe-inline' is in force",
  'cookies: CSRFTOKEN=bar; Domain=mozilla.org; Path=/; Secure; HttpOnly': 'only what carries a session is accused',
  'cookies: foo=bar; Domain=mozilla.org; Path=/': 'only what carries a session is accused',
};

describe.skipIf(folder === undefined)(`agreement with Mozilla's Observatory${title}`, () => {
  it('is 95 % or more on its own vectors, and each disagreement is explained', async () => {
    // Not part of the package: it is fetched when it is installed.
    const preload = join(folder as string, 'node_modules/@mdn/mdn-http-observatory/conf/hsts-preload.json');
    if (!existsSync(preload)) writeFileSync(preload, '{}');
    const root = join(folder as string, 'node_modules/@mdn/mdn-http-observatory');
    const load = (path: string) => import(pathToFileURL(join(root, path)).href);
    const { emptyRequests, setHeader } = await load('test/helpers.js');
    const required = createRequire(join(root, 'package.json'));
    const { Cookie } = required('tough-cookie');
    const lists = vectors(dirname(join(root, 'test/x')));
    const unequal: string[] = [];
    let compared = 0;
    for (const { name, test, header, place, values, ours } of [
      {
        name: 'csp',
        test: 'contentSecurityPolicyTest',
        header: 'Content-Security-Policy',
        place: 'auto',
        values: lists.csp,
        ours: [
          'csp-invalid',
          'csp-missing',
          'csp-report-only',
          'csp-unsafe-script',
          'csp-unsafe-eval',
          'csp-insecure-scheme',
          'csp-objects',
        ],
      },
      {
        name: 'referrer-policy',
        test: 'referrerPolicyTest',
        header: 'Referrer-Policy',
        place: 'auto',
        values: lists.referrer,
        ours: ['referrer'],
      },
      {
        name: 'x-content-type-options',
        test: 'xContentTypeOptionsTest',
        header: 'X-Content-Type-Options',
        place: 'auto',
        values: lists.sniffing,
        ours: ['sniffing'],
      },
      {
        name: 'x-frame-options',
        test: 'xFrameOptionsTest',
        header: 'X-Frame-Options',
        place: 'auto',
        values: lists.framing,
        ours: ['framing'],
      },
      {
        name: 'strict-transport-security',
        test: 'strictTransportSecurityTest',
        header: 'Strict-Transport-Security',
        place: 'https',
        values: lists.hsts,
        ours: ['hsts-missing', 'hsts-short'],
      },
    ]) {
      const judge = (await load(`src/analyzer/tests/${name}.js`))[test];
      for (const value of values) {
        const requests = emptyRequests();
        if (place === 'auto') setHeader(requests.responses.auto, header, value);
        else requests.responses[place].headers[header] = value;
        const theirs: boolean = judge(requests).pass;
        const found = assessHeaders(answerOf(header, value), true).map(({ rule }) => rule as string);
        const passes = !found.some((rule) => ours.includes(rule));
        compared++;
        if (theirs !== passes) unequal.push(`${name}: ${value}`);
      }
    }
    const { cookiesTest } = await load('src/analyzer/tests/cookies.js');
    for (const value of lists.cookies) {
      const requests = emptyRequests();
      setHeader(requests.responses.auto, 'Set-Cookie', [value]);
      requests.session.jar.setCookieSync(Cookie.parse(value), requests.session.url.href, { http: true });
      const parsed = parseSetCookie(value);
      const ours =
        parsed === null ? [] : assessCookie(parsed, true).filter(({ seen }) => !/without SameSite$/.test(seen));
      compared++;
      if (cookiesTest(requests).pass !== (ours.length === 0)) unequal.push(`cookies: ${value}`);
    }
    expect(compared).toBeGreaterThan(100);
    expect(unequal.filter((one) => explained[one] === undefined)).toEqual([]);
    expect(Object.keys(explained).filter((one) => !unequal.includes(one))).toEqual([]);
    expect(1 - unequal.length / compared).toBeGreaterThanOrEqual(0.95);
  });
});

function answerOf(header: string, value: string): Answer {
  const headers = new Map([['content-type', ['text/html']]]);
  if (value !== '') headers.set(header.toLowerCase(), [value]);
  return { path: '/', method: 'GET', status: 200, headers, body: '', problem: null };
}

/** Every value that its tests put into a header, read from their sources. */
function vectors(folder: string) {
  const texts = (file: string) => {
    const source = readFileSync(join(folder, `${file}.test.js`), 'utf8')
      .replace(/"\s*\+\s*"/g, '')
      .replace(/\/\/ .*$/gm, '');
    return [...source.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map((match) => JSON.parse(`"${match[1]}"`) as string);
  };
  const only = (file: string, pattern: RegExp) => [...new Set(texts(file).filter((one) => pattern.test(one)))];
  return {
    csp: only('csp', /-src|frame-ancestors |form-action |base-uri |upgrade-insecure|^\s*$|^defa$/),
    referrer: only('referrer-policy', /^(?:no-referrer|same-origin|strict-origin|STRICT|origin|unsafe-url|whimsy)/),
    sniffing: only('x-content-type-options', /nosniff|whimsy/),
    framing: only('x-frame-options', /^(?:DENY|SAMEORIGIN|ALLOW|whimsy)/),
    hsts: only('strict-transport-security', /max-age=|^includeSub/),
    cookies: only('cookies', /=.*;/),
  };
}
