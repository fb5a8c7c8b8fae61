import { createHash } from 'node:crypto';
import { decodePercent } from '../../../model/percent-encoding.ts';

/** What stands in a recording for a secret, whose value is of no matter for the answer. */
const instead = '(secret)';
/** Names of one word. Of more words, one of `secretWords` among them does. */
const secretNames = new Set(['key', 'auth', 'sid', 'jwt', 'sig', 'pwd', 'pass']);
const secretWords = new Set([
  ...['apikey', 'token', 'secret', 'secrets', 'signature', 'password', 'passwd', 'passphrase', 'credential'],
  ...['credentials', 'authorization', 'session', 'sessionid', 'sessid', 'jsessionid', 'phpsessid', 'bearer'],
  ...['sig', 'hmac', 'otp', 'accesstoken', 'authtoken', 'clientsecret', 'csrf', 'xsrf'],
]);
/** `x-api-key`, `access_key`: a key of these is one that opens something. */
const keyWords = new Set(['api', 'access', 'auth', 'private', 'secret', 'subscription', 'functions', 'account', 'app']);
/** `page_token`, `session_length`: they say which answer is asked for. */
const harmlessWords = new Set([
  ...['page', 'next', 'previous', 'continuation', 'pagination', 'sync', 'cursor', 'id', 'count', 'length', 'type'],
  ...['name', 'limit', 'max', 'min', 'version', 'kind', 'status', 'expiry', 'expires', 'ttl', 'symbol', 'price'],
]);

/** Whether what has this name is a secret: by whole words, as `keyword` and `author` are none. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '' && word !== 'x');
  if (words.length === 1 && secretNames.has(words[0] as string)) return true;
  // `session_id` is what a session is known by.
  const isHarmless = words.some((word) => harmlessWords.has(word) && !(word === 'id' && words.includes('session')));
  if (isHarmless) return false;
  return words.some((word, i) => secretWords.has(word) || (word === 'key' && keyWords.has(words[i - 1] ?? '')));
}

const secretForms = [
  /^eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*$/,
  /(?:^|[^A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}/,
  /^(?:gh[opsru]|github_pat|glpat|xox[abeprs]|sk|pk|rk|npm|dop_v1|shpat|hvs|whsec)[_-][\w-]{16,}$/,
  /^AIza[\w-]{35}$/,
  /^(?:Bearer|Basic) \S{12,}$/i,
  /^[0-9a-f]{32,}$/i,
];

/** Whether a value is a secret by what it looks like. */
function looksSecret(value: string): boolean {
  if (secretForms.some((form) => form.test(value))) return true;
  // Long and random, in letters of both sizes and digits; identifiers are of one size, or short.
  return (
    value.length >= 24 &&
    /^[\w~+=.-]+$/.test(value) &&
    /[a-z]/.test(value) &&
    /[A-Z]/.test(value) &&
    (value.match(/\d/g)?.length ?? 0) >= 3 &&
    !/[._-](?:js|css|png|jpe?g|webp|svg|woff2?|html?|json|pdf|zip)$/i.test(value)
  );
}

/** What a secret that may say which answer is asked for is kept as: others have another digest. */
function digest(value: string): string {
  return `(secret-${createHash('sha256').update(`shakedown stand-in\0${value}`).digest('hex').slice(0, 16)})`;
}

/** Path and query as a recording keeps them: parameters in order of their names, secrets replaced. */
export function keptPath(url: string): string {
  const [whole = '/'] = url.split('#', 1);
  const at = whole.indexOf('?');
  const [path, query] = at < 0 ? [whole, ''] : [whole.slice(0, at), whole.slice(at + 1)];
  const segments = path.split('/');
  const kept = segments.map((segment, i) => {
    const [plain, before] = [decoded(segment), segments[i - 1] ?? ''];
    const isAfterName =
      /^(?:tokens?|secrets?|sessions?|magic-?links?)$/i.test(before) && /^[\w~+=.-]{16,}$/.test(plain);
    return looksSecret(plain) || (isAfterName && /\d/.test(plain)) ? digest(plain) : parametersOf(segment);
  });
  const parameters = query
    .split('&')
    .filter((part) => part !== '')
    .map((part): [name: string, text: string] => {
      const i = part.indexOf('=');
      const name = decoded(i < 0 ? part : part.slice(0, i), true);
      if (i < 0) return [name, encoded(name)];
      const value = decoded(part.slice(i + 1), true);
      return [name, `${encoded(name)}=${keptValue(name, value)}`];
    });
  // What has the same name stays in its order.
  parameters.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return [kept.join('/'), ...(parameters.length === 0 ? [] : [parameters.map(([, text]) => text).join('&')])].join('?');
}

/** `cart;jsessionid=1` */
function parametersOf(segment: string): string {
  return segment.replace(/;([\w-]{1,100})=([^;]*)/g, (text, name: string) =>
    isSecretName(name) ? `;${name}=${instead}` : text,
  );
}

function keptValue(name: string, value: string): string {
  // Kept once already: what is read is held as what is asked for is.
  if (/^\(secret(?:-[0-9a-f]{16})?\)$/.test(value)) return value;
  if (isSecretName(name)) return instead;
  // `code` may be one of a login, or of a country.
  return looksSecret(value) || (name === 'code' && value.length > 8) ? digest(value) : encoded(value);
}

/** A header of an answer, as a recording keeps it. */
export function keptHeader(name: string, value: string): string {
  if (isSecretName(name) || looksSecret(value)) return instead;
  // Addresses may hold one.
  return value
    .replace(/([?&;#]|^)([\w.-]{1,100})=([^&;,#\s">]+)/g, (text, before: string, key: string) =>
      isSecretName(key) ? `${before}${key}=${instead}` : text,
    )
    .replace(/[^/?&;=,\s"<>#]{16,}/g, (text) => (looksSecret(decoded(text)) ? digest(decoded(text)) : text));
}

/** As it is where it is no UTF-8: two that cannot be read are not the same. */
function decoded(text: string, isQuery = false): string {
  return decodePercent(isQuery ? text.replaceAll('+', ' ') : text);
}

function encoded(text: string): string {
  return encodeURIComponent(text);
}
