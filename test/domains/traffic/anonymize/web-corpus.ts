import type { Header, RecordedRequest } from '../../../../src/model/traffic.ts';
import { json, request } from './request.ts';

const e = encodeURIComponent;
const get = (path: string, headers: Header[] = [], rest: Partial<RecordedRequest> = {}) =>
  request(path, { headers, route: path.split('?')[0] ?? '', ...rest });
const res = (...headers: Header[]) => ({ response: { headers } });
const body = (mime: string, data: string) => ({
  response: { headers: [['content-type', mime]] as Header[], body: { mime, encoding: 'utf8' as const, data } },
});

/** What browsers, robots, proxies and applications send that is of no one. */
export const ofTheWeb: Record<string, RecordedRequest[]> = {
  'a policy with hosts and digests': [
    get(
      '/home',
      [],
      res([
        'content-security-policy',
        "default-src 'none'; base-uri 'self'; child-src github.com/assets-cdn/worker/; connect-src 'self' uploads.github.com www.githubstatus.com wss://alive.github.com; font-src github.githubassets.com; frame-ancestors 'none'; img-src 'self' data: blob: github.githubassets.com *.githubusercontent.com; script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'unsafe-inline' 'strict-dynamic'; style-src 'unsafe-inline'; upgrade-insecure-requests; worker-src github.com",
      ]),
    ),
  ],
  'policies and their reports': [
    get(
      '/x',
      [],
      res(
        [
          'content-security-policy-report-only',
          "default-src https:; report-uri https://csp.withgoogle.com/csp/gws/other-hp; require-trusted-types-for 'script'; trusted-types default",
        ],
        ['cross-origin-opener-policy', 'same-origin-allow-popups; report-to="gws"'],
        ['cross-origin-embedder-policy', 'require-corp'],
        ['origin-agent-cluster', '?1'],
        ['permissions-policy', 'geolocation=(), camera=(self "https://x.org"), interest-cohort=()'],
        ['referrer-policy', 'strict-origin-when-cross-origin'],
        ['x-frame-options', 'SAMEORIGIN'],
        ['x-xss-protection', '1; mode=block'],
      ),
    ),
  ],
  'headers of networks that deliver': [
    get(
      '/x',
      [],
      res(
        [
          'report-to',
          '{"group":"cf-nel","max_age":604800,"endpoints":[{"url":"https://a.nel.cloudflare.com/report/v4?s=abc%2Fdef%3D%3D"}]}',
        ],
        ['nel', '{"success_fraction":0,"report_to":"cf-nel","max_age":604800}'],
        ['reporting-endpoints', 'default="https://x.org/r", csp-endpoint="/csp"'],
        ['alt-svc', 'h3=":443"; ma=86400, h3-29=":443"; ma=86400'],
        ['expect-ct', 'max-age=604800, report-uri="https://report-uri.cloudflare.com/cdn-cgi/beacon/expect-ct"'],
        ['cf-ray', '7d1e5c2bfe2a9b2a-FRA'],
        ['cf-cache-status', 'DYNAMIC'],
        ['x-cache', 'HIT from proxy'],
        ['via', '1.1 varnish (Varnish/7.1), 1.1 cloudfront'],
        ['age', '1234'],
        ['x-served-by', 'cache-fra19174-FRA'],
        ['server-timing', 'cdn-cache;desc=HIT, edge;dur=1'],
        ['strict-transport-security', 'max-age=31536000; includeSubDomains; preload'],
      ),
    ),
  ],
  'agents of robots and tools': [
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
    'Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)',
    'kube-probe/1.27',
    'ELB-HealthChecker/2.0',
    'curl/7.88.1',
    'python-requests/2.31.0',
    'Go-http-client/1.1',
    'okhttp/4.9.3',
    'PostmanRuntime/7.32.3',
    'Apache-HttpClient/4.5.13 (Java/17.0.5)',
    'Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)',
    'GuzzleHttp/7',
    'Prometheus/2.45.0',
    'Wget/1.21.3',
    'Mozilla/5.0 (compatible; crawler; contact crawl-team@firma-bot.com)',
    'GPTBot/1.0 (+https://openai.com/gptbot)',
  ].map((ua) => get('/robots.txt', [['user-agent', ua]])),
  fonts: [
    get('/fonts/inter-v12-latin-regular.woff2'),
    get('/webfonts/fa-solid-900.woff2?v=6.4.0'),
    get('/static/media/roboto-latin-400-normal.b009a76ad6afe4ebd301.woff2'),
    get(`/css2?family=${e('Roboto:wght@400;700')}&display=swap`),
    get('/fonts/OpenSans-BoldItalic.ttf'),
  ],
  'sitemaps, feeds and manifests': [
    get(
      '/sitemap.xml',
      [],
      body(
        'application/xml',
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://www.example.org/</loc><lastmod>2024-01-05</lastmod><changefreq>daily</changefreq><priority>1.0</priority></url></urlset>',
      ),
    ),
    get('/sitemap-posts-2.xml.gz'),
    get(
      '/robots.txt',
      [],
      body('text/plain', 'User-agent: *\nDisallow: /admin/\nSitemap: https://www.example.org/sitemap.xml\n'),
    ),
    get(
      '/.well-known/security.txt',
      [],
      body('text/plain', 'Contact: mailto:security@example.org\nExpires: 2026-01-01T00:00:00Z\n'),
    ),
    get('/favicon.ico'),
    get('/apple-touch-icon-precomposed.png'),
    get(
      '/manifest.webmanifest',
      [],
      body(
        'application/manifest+json',
        '{"name":"Shop","short_name":"Shop","icons":[{"src":"/icon-192.png","sizes":"192x192","type":"image/png"}],"start_url":"/?source=pwa","display":"standalone","theme_color":"#336699"}',
      ),
    ),
    get(
      '/feed/',
      [],
      body(
        'application/rss+xml',
        '<rss version="2.0"><channel><title>News</title><pubDate>Fri, 05 Jan 2024 10:00:00 GMT</pubDate></channel></rss>',
      ),
    ),
  ],
  'versioned static files': [
    get('/assets/index-BxT9kQ2p.js'),
    get('/_next/static/chunks/pages/_app-3a1b9f0c4d5e6f70.js'),
    get('/_nuxt/entry.f3a9c1d2.css'),
    get('/static/js/main.5f6e7d8c.chunk.js'),
    get('/js/jquery-3.7.1.min.js?ver=3.7.1'),
    get('/wp-content/themes/twentytwentyfour/style.css?ver=6.4.2'),
    get('/build/manifest-9c8b7a6f.js'),
    get('/lib/bootstrap@5.3.2/dist/css/bootstrap.min.css'),
    get('/npm/vue@3.4.0/dist/vue.global.prod.js'),
    get('/v1.2.3/app.js'),
    get('/assets/application-0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9.css'),
  ],
  'dates and times': [
    get('/api/metrics?from=2024-01-05T10:00:00.000Z&to=2024-01-05T11:00:00Z&step=15s&tz=Europe%2FBerlin'),
    get('/archive/2024/01/05/index.html'),
    get('/calendar?week=2024-W01&month=2024-01'),
    get('/log?ts=1704448800000&t=1704448800', [
      ['if-modified-since', 'Fri, 05 Jan 2024 10:00:00 GMT'],
      ['date', 'Fri, 05 Jan 2024 10:00:00 GMT'],
    ]),
  ],
  'static files that UUIDs name': [
    get('/static/3f2504e0-4f89-41d3-9a0c-0305e82c3301.png'),
    get('/assets/3f2504e0-4f89-41d3-9a0c-0305e82c3301/bundle.js'),
    get('/media/3f2504e04f8941d39a0c0305e82c3301.webp'),
  ],
  'versions of clients': [
    get('/api?client=1.2.3.4&app=120.0.6099.129&build=10.0.19045.3803', [
      ['sec-ch-ua', '"Not_A Brand";v="8", "Chromium";v="120", "Google Chrome";v="120"'],
      ['sec-ch-ua-full-version-list', '"Chromium";v="120.0.6099.129"'],
      ['sec-ch-ua-platform', '"Windows"'],
      ['sec-ch-ua-mobile', '?0'],
      ['sec-fetch-dest', 'document'],
      ['dnt', '1'],
      ['priority', 'u=0, i'],
      ['x-app-version', '4.12.0.1'],
    ]),
  ],
  'questions before a request from elsewhere': [
    request('/api', {
      method: 'OPTIONS',
      route: '/api',
      headers: [
        ['access-control-request-method', 'POST'],
        ['access-control-request-headers', 'authorization,content-type,x-csrf-token'],
        ['origin', 'https://app.example.org'],
      ],
      ...res(
        ['access-control-allow-origin', 'https://app.example.org'],
        ['access-control-allow-methods', 'GET,POST,PUT,DELETE,OPTIONS'],
        ['access-control-max-age', '600'],
        ['vary', 'Origin, Access-Control-Request-Headers'],
        ['allow', 'GET, HEAD'],
      ),
    }),
  ],
  'signed requests to a store': [
    get('/o', [
      [
        'authorization',
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLQ/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      ],
      ['x-amz-date', '20130524T000000Z'],
      ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
      ['range', 'bytes=0-9'],
    ]),
  ],
  'the beginning of a WebSocket': [
    get('/ws', [
      ['upgrade', 'websocket'],
      ['connection', 'Upgrade'],
      ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ['sec-websocket-version', '13'],
      ['sec-websocket-extensions', 'permessage-deflate; client_max_window_bits'],
    ]),
  ],
  'ids of traces': [
    get('/t', [
      ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
      ['tracestate', 'congo=t61rcWkgMzE'],
      ['baggage', 'region=eu,sampled=true'],
      ['sentry-trace', '771a43a4192642f0b136d5159a501700-1'],
      ['x-b3-traceid', '80f198ee56343ba864fe8b2a57d3eff7'],
      ['x-datadog-trace-id', '4721369021093480000'],
      ['x-request-id', 'req-80f198ee'],
      ['x-amzn-trace-id', 'Root=1-67891233-abcdef012345678912345678'],
    ]),
  ],
  'an OpenAPI document': [
    get(
      '/openapi.json',
      [],
      body(
        'application/json',
        JSON.stringify({
          openapi: '3.0.0',
          info: { title: 'API', version: '1.0' },
          paths: {
            '/users/{id}': {
              get: {
                summary: 'Get',
                parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
                responses: { 200: { description: 'ok' } },
              },
            },
          },
        }),
      ),
    ),
  ],
  'a GraphQL question for the schema': [
    request('/graphql', {
      method: 'POST',
      route: '/graphql',
      body: json({
        operationName: 'IntrospectionQuery',
        variables: {},
        query:
          'query IntrospectionQuery { __schema { queryType { name } types { kind name fields(includeDeprecated: true) { name args { name defaultValue } } } } }',
      }),
    }),
  ],
  metrics: [
    get(
      '/metrics',
      [],
      body(
        'text/plain; version=0.0.4',
        '# HELP http_requests_total The total.\n# TYPE http_requests_total counter\nhttp_requests_total{code="200",method="get"} 1027 1395066363000\nprocess_cpu_seconds_total 12.47\n',
      ),
    ),
  ],
  'health checks': [
    get('/healthz'),
    get(
      '/actuator/health',
      [],
      body(
        'application/json',
        '{"status":"UP","components":{"db":{"status":"UP","details":{"database":"PostgreSQL","validationQuery":"isValid()"}},"diskSpace":{"status":"UP","details":{"total":499963174912,"free":91300069376,"threshold":10485760}}}}',
      ),
    ),
  ],
  'a search with aggregations': [
    request('/_search?scroll=1m&size=100', {
      method: 'POST',
      route: '/_search',
      body: json({
        query: {
          bool: {
            filter: [{ range: { '@timestamp': { gte: 'now-15m', lte: 'now', format: 'strict_date_optional_time' } } }],
          },
        },
        sort: [{ '@timestamp': 'desc' }],
        aggs: { by: { terms: { field: 'host.keyword' } } },
      }),
    }),
  ],
  'styles and drawings': [
    get('/a.css', [], body('text/css', 'body{font-family:Helvetica Neue,Arial;color:#336699}')),
    get(
      '/a.svg',
      [],
      body(
        'image/svg+xml',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M12 2.5c4.4 0 8 3.6 8 8-1.234.567-8.901 12-8 13"/></svg>',
      ),
    ),
  ],
  'a picture in JSON': [
    request('/up', {
      method: 'POST',
      route: '/up',
      body: json({
        image: `data:image/png;base64,${Buffer.from(Array.from({ length: 900 }, (_, i) => (i * 73 + 11) % 256)).toString('base64')}`,
      }),
    }),
  ],
  'problems in JSON': [
    get(
      '/x',
      [],
      body(
        'application/problem+json',
        '{"type":"https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.1","title":"One or more validation errors occurred.","status":400,"traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","errors":{"Quantity":["The field Quantity must be between 1 and 100."]}}',
      ),
    ),
  ],
  'goods with numbers and prices': [
    get(
      '/api/p',
      [],
      body(
        'application/json',
        JSON.stringify({
          items: Array.from({ length: 40 }, (_, i) => ({
            sku: `SKU-${10000 + i * 37}`,
            ean: String(4006381333000 + i * 931),
            price: (i * 1.37).toFixed(2),
            dims: `${i}x${i + 3}x12 cm`,
            rating: 4.5,
            isbn: '978-3-16-148410-0',
          })),
        }),
      ),
    ),
  ],
  'parameters of pictures': [get('/x?bg=ffffff&fg=000000&w=1200&h=800&fit=crop&auto=format,compress&q=75&dpr=2')],
  'parameters of campaigns': [
    get(
      '/?utm_source=newsletter&utm_medium=email&utm_campaign=spring-2024&gclid=EAIaIQobChMI-test_1234567890abcdef&fbclid=IwAR0abc123DEF456ghi789',
    ),
  ],
  'languages, types and codings': [
    get('/x', [
      ['accept-language', 'de-CH, de;q=0.9, en-US;q=0.8, fr-FR;q=0.7, *;q=0.5'],
      [
        'accept',
        'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
      ],
      ['accept-encoding', 'gzip, deflate, br, zstd'],
      ['accept-charset', 'utf-8, iso-8859-1;q=0.5'],
      ['cache-control', 'no-cache, no-store, must-revalidate, max-age=0'],
      ['te', 'trailers'],
      ['prefer', 'return=minimal'],
      ['accept-patch', 'application/json-patch+json'],
    ]),
  ],
};
