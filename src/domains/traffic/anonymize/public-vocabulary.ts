/**
 * What is kept because it is public: the words of HTTP itself and of its clients. Everything that is not in this file, in a rule
 * or seen from k distinct clients is a value.
 */

/** Headers whose values are kept where every word of them is a known one. */
export const structuralHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'accept-ranges',
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-max-age',
  'access-control-request-headers',
  'access-control-request-method',
  'cache-control',
  'connection',
  'content-encoding',
  'content-language',
  'content-type',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'dnt',
  'expect',
  'keep-alive',
  'pragma',
  'priority',
  'referrer-policy',
  'save-data',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-user',
  'sec-gpc',
  'te',
  'transfer-encoding',
  'upgrade',
  'upgrade-insecure-requests',
  'vary',
  'x-content-type-options',
  'x-frame-options',
  'x-requested-with',
  'x-xss-protection',
]);

/** Headers that the replay makes itself, or that would be wrong for the changed body. */
export const droppedHeaders: ReadonlySet<string> = new Set([
  'content-length',
  'content-md5',
  'digest',
  'content-digest',
]);

/** Words that structural headers may hold, besides languages, weights, and times in seconds where a header has them. */
export const headerWords: ReadonlySet<string> = new Set(
  `* */* application/* application/font-woff application/graphql application/javascript application/json application/ld+json
application/manifest+json application/octet-stream application/pdf application/problem+json application/signed-exchange
application/vnd.api+json application/x-javascript application/x-ndjson application/x-www-form-urlencoded application/xhtml+xml
application/xml application/rss+xml application/atom+xml application/soap+xml application/grpc application/zip audio/*
font/* font/woff font/woff2 image/* image/apng image/avif image/gif image/jpeg image/jpg image/png image/svg+xml image/webp
image/x-icon image/vnd.microsoft.icon multipart/form-data multipart/mixed text/* text/css text/csv text/event-stream text/html
text/javascript text/plain text/xml video/* video/mp4 video/webm
q v charset boundary utf-8 utf8 iso-8859-1 us-ascii windows-1252 b3
gzip deflate br zstd identity compress chunked trailers
no-cache no-store no-transform must-revalidate proxy-revalidate must-understand private public immutable max-age s-maxage
max-stale min-fresh only-if-cached stale-while-revalidate stale-if-error
keep-alive close upgrade websocket h2c timeout max 100-continue bytes none
cross-site same-origin same-site navigate cors no-cors document empty image script style font iframe worker serviceworker
manifest audio video track object embed report xslt ?0 ?1 u i
true false get head post put patch delete options nosniff deny sameorigin block mode xmlhttprequest
unsafe-none same-origin-allow-popups cross-origin no-referrer origin strict-origin strict-origin-when-cross-origin
no-referrer-when-downgrade origin-when-cross-origin unsafe-url
windows macos linux android ios chrome os unknown
authorization content-type x-requested-with accept-encoding accept-language cookie user-agent origin x-csrf-token
x-xsrf-token`.split(/\s+/),
);

const languageForm = /^([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?$/;
const weight = /^(?:0|1|[01]?\.\d{1,3})$/;
/** Numbers of seconds, of requests or of one digit, which say what a server or a client is set to. */
const settings = new Set([
  'cache-control',
  'keep-alive',
  'access-control-max-age',
  'upgrade-insecure-requests',
  'dnt',
  'priority',
]);
const setting = /^\d{1,8}$/;

const names = { type: 'language', fallback: 'none' } as const;
const languageNames = new Intl.DisplayNames('en', names);
const scriptNames = new Intl.DisplayNames('en', { ...names, type: 'script' });
const regionNames = new Intl.DisplayNames('en', { ...names, type: 'region' });

/** Language tags (RFC 5646): a language, and a script or region, each of them known. */
function isLanguage(word: string): boolean {
  const [, language, script, region] = languageForm.exec(word) ?? [];
  if (language === undefined) return false;
  try {
    return (
      languageNames.of(language) !== undefined &&
      (script === undefined || scriptNames.of(script) !== undefined) &&
      (region === undefined || regionNames.of(region.toUpperCase()) !== undefined)
    );
  } catch {
    return false;
  }
}

/** True when a structural header holds nothing but public words. */
export function isPublicHeaderValue(name: string, value: string): boolean {
  if (value.length > 500) return false;
  const known = judgedValues.get(name)?.get(value);
  if (known !== undefined) return known;
  const isPublic = holdsPublicWords(name, value);
  let values = judgedValues.get(name);
  if (values === undefined) {
    values = new Map();
    judgedValues.set(name, values);
  }
  if (values.size < 1000) values.set(value, isPublic);
  return isPublic;
}

/** By header; there are few. */
const judgedValues = new Map<string, Map<string, boolean>>();

function holdsPublicWords(name: string, value: string): boolean {
  const words = value.toLowerCase().split(/[\s,;="]+/);
  const languages = name === 'accept-language' || name === 'content-language';
  return words.every(
    (word) =>
      word === '' ||
      headerWords.has(word) ||
      weight.test(word) ||
      (settings.has(name) && setting.test(word)) ||
      (languages && isLanguage(word)),
  );
}

/** Schemes of `Authorization` (IANA registry). */
export const authorizationSchemes: ReadonlySet<string> = new Set(
  'basic bearer digest dpop hoba mutual negotiate ntlm vapid scram-sha-1 scram-sha-256 token apikey aws4-hmac-sha256'.split(
    ' ',
  ),
);

/** What a client says it is becomes the family it belongs to, unless k clients say the very same. */
const userAgents: readonly (readonly [family: RegExp, text: string])[] = [
  [/bot|crawl|spider|slurp/i, 'Mozilla/5.0 (compatible; bot)'],
  [
    /edg/i,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0',
  ],
  [/firefox/i, 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0'],
  [
    /android/i,
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36',
  ],
  [
    /iphone|ipad/i,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
  ],
  [
    /chrom/i,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  ],
  [
    /safari/i,
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15',
  ],
  [/curl/i, 'curl'],
  [/wget/i, 'Wget'],
  [/okhttp/i, 'okhttp'],
  [/python/i, 'python'],
  [/java/i, 'Java'],
  [/^go-|golang/i, 'Go'],
];

export function userAgentFamily(value: string): string {
  return userAgents.find(([family]) => family.test(value))?.[1] ?? 'client';
}
