import type { Header, RecordedSession } from '../../../../src/model/traffic.ts';
import { json, request, session } from './request.ts';
import { ofTheWeb } from './web-corpus.ts';

export const policy =
  "default-src 'self' http: https: data:; script-src 'self' 'nonce-r4nd0mN0nce' https://cdn.shop-assets.com; report-uri /csp; report-to csp-endpoint; upgrade-insecure-requests";
export const answered = (...headers: Header[]) => ({ response: { headers } });

/** Recordings that hold nothing of anyone: each met a scan that took a word of the protocol for a leak. */
export const harmless: Record<string, () => RecordedSession[]> = {
  'answers with a Content-Security-Policy': () =>
    Array.from({ length: 20 }, (_, n) => session(n, request('/home', answered(['content-security-policy', policy])))),
  'reporting headers': () =>
    Array.from({ length: 20 }, (_, n) =>
      session(
        n,
        request(
          '/home',
          answered(
            [
              'report-to',
              '{"group":"default","max_age":31536000,"endpoints":[{"url":"https://r.shop-reports.com/x"}]}',
            ],
            ['nel', '{"report_to":"default","max_age":31536000,"include_subdomains":true}'],
            ['server', 'nginx'],
          ),
        ),
      ),
    ),
  'a bot with an address among browsers': () => [
    session(
      0,
      request('/robots.txt', {
        headers: [['user-agent', 'Mozilla/5.0 (compatible; FooBot/2.1; bot-help@foo-crawl.com)']],
      }),
    ),
    ...Array.from({ length: 15 }, (_, n) =>
      session(
        n + 1,
        request('/home', { headers: [['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/121.0']] }),
      ),
    ),
  ],
  'words of the protocol as values': () =>
    [
      'language',
      'control',
      'report-to',
      'server',
      'http:',
      'https',
      'false',
      'true',
      'null',
      'default',
      'origin',
      'content-type',
    ].map((word, n) =>
      session(
        n,
        request(`/settings?${word.replace(':', '')}=1&value=${encodeURIComponent(word)}`, {
          headers: [
            ['accept-language', 'de-DE,de;q=0.9,en;q=0.8'],
            ['cache-control', 'max-age=0'],
            ['x-note', word],
          ],
          method: 'POST',
          body: json({ language: word, control: false, server: { report: null }, text: `the ${word} of it` }),
          ...answered(['access-control-allow-origin', 'http://app.shop-front.com'], ['vary', 'origin']),
        }),
      ),
    ),
  'uploads of bytes and of text': () =>
    Array.from({ length: 4 }, (_, n) =>
      session(
        n,
        request('/upload', {
          method: 'POST',
          body: {
            mime: 'image/png',
            encoding: 'base64',
            data: Buffer.from(
              Array.from({ length: 200_000 }, (_, i) => (i * i * 31 + n * 7 + (i >> 5)) & 255),
            ).toString('base64'),
          },
        }),
        request('/upload', {
          method: 'POST',
          body: {
            mime: 'multipart/form-data; boundary=xx12345678yy',
            encoding: 'utf8',
            data: `--xx12345678yy\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${'oak, ash and elm\n'.repeat(500)}\r\n--xx12345678yy--\r\n`,
          },
        }),
      ),
    ),
  'words of what stays as values elsewhere': () => [
    ...[
      ...['basic', 'digest', 'bearer', 'sha256', 'AWS4-HMAC-SHA256', 'httponly', 'samesite', 'strict', 'partitioned'],
      ...['max-age', 'doctype', 'hidden', 'input', 'multipart', 'form-data', 'octet-stream', 'boundary', 'filename'],
      ...['charset', 'utf-8', 'options', 'propfind', 'proto', 'bytes', 'other', 'removed', 'content-disposition'],
    ].map((word, n) => session(n, request(`/home?value=${encodeURIComponent(word)}`))),
    session(
      50,
      request('/home', {
        method: 'OPTIONS',
        headers: [
          ['authorization', 'Basic cHJvYmU6Z2VoZWltbmlz'],
          ['forwarded', 'proto=https;for=84.115.20.7'],
          ['range', 'bytes=0-1023'],
        ],
        ...answered(
          ['set-cookie', 'a=1; Path=/; HttpOnly; SameSite=Strict; Partitioned; Max-Age=600'],
          ['content-security-policy', "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
          ['www-authenticate', 'Basic realm="probe"'],
        ),
      }),
      request('/home', {
        headers: [['authorization', 'AWS4-HMAC-SHA256 Credential=x/20130524/s3, Signature=f0e8bdb87c964420']],
      }),
      request('/page', {
        method: 'PROPFIND',
        response: {
          body: {
            mime: 'text/html; charset=utf-8',
            encoding: 'utf8',
            data: '<!doctype html><input type="hidden" name="page" value="trelleborg">',
          },
        },
      }),
      request('/upload', {
        method: 'POST',
        body: {
          mime: 'multipart/form-data; boundary=xx12345678yy',
          encoding: 'utf8',
          data: '--xx12345678yy\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n--xx12345678yy--\r\n',
        },
      }),
      request('/feed', { route: '(other)' }),
    ),
  ],
  'one visit with everything a browser sends': () => [
    session(
      0,
      request('/api/v1/products?page=2&sort=price', {
        origin: 'https://www.shop-front.com',
        headers: [
          ['host', 'www.shop-front.com'],
          ['user-agent', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36'],
          ['accept', 'text/html,application/xhtml+xml,*/*;q=0.8'],
          ['accept-encoding', 'gzip, deflate, br'],
          ['accept-language', 'en-GB,en;q=0.5'],
          ['referer', 'https://www.shop-front.com/products?page=1'],
          ['sec-fetch-site', 'same-origin'],
          ['x-requested-with', 'XMLHttpRequest'],
          ['range', 'bytes=0-1023'],
          ['if-none-match', '"5f3a-1b"'],
        ],
        ...answered(
          ['content-type', 'application/json; charset=utf-8'],
          ['location', '/products?page=3'],
          ['date', 'Tue, 05 Mar 2024 10:00:00 GMT'],
        ),
      }),
    ),
  ],
};

for (const [name, requests] of Object.entries(ofTheWeb)) harmless[name] = () => [session(0, ...requests)];
