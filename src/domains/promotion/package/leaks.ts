import { existsSync } from 'node:fs';
import { detectedIn } from '../../traffic/public.ts';
import type { PackageEntry } from './entries.ts';

/** What may be in no package. The value itself is in no message. */
export interface Leak {
  readonly path: string;
  /** `a private key` */
  readonly kind: string;
}

const shapes: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a token of GitHub', /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})/],
  ['a token of GitLab', /\bglpat-[\w-]{20,}/],
  ['a token of Slack', /\bxox[abeprs]-[\w-]{10,}|hooks\.slack\.com\/services\/\w+\/\w+\/\w{10,}/],
  ['a key of AWS', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a JSON Web Token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
  ['a password in an address', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'<>]{1,100}:[^\s/@"'<>(]{3,100}@[\w.-]+/i],
];

/** Long runs of digits are measurements here, so of what the detectors know only what has a shape of its own counts. */
const personal: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  iban: 'a bank account',
  card: 'a card number',
};
/** A card number in a figure with a point, or in a digest, is none. */
const withinFigures = new Set(['card', 'iban']);

/**
 * Secrets and personal data in what is to be packed.
 * @param secrets values that are known to be secret
 * @param allowed e-mail addresses that may be there: of people who signed, or by the configuration
 */
export function* leaksIn(
  entries: readonly PackageEntry[],
  { secrets, allowed }: { secrets: readonly string[]; allowed: readonly string[] },
): Generator<Leak> {
  const permitted = new Set(allowed.map((each) => each.toLowerCase()));
  for (const { path, bytes } of entries) {
    // Pictures hold no text that could be searched.
    if (/\.(png|jpe?g|webp|webm|zip|gz)$/.test(path)) continue;
    const text = bytes.toString('utf8');
    const readings = readingsOf(text);
    for (const [kind, pattern] of shapes) if (readings.some((one) => pattern.test(one))) yield { path, kind };
    if (secrets.some((secret) => readings.some((one) => one.includes(secret))))
      yield { path, kind: 'the value of a secret' };
    const kinds = new Set<string>();
    for (const { kind, text: found } of detectedIn(text)) {
      if (personal[kind] === undefined || permitted.has(found.toLowerCase())) continue;
      if (withinFigures.has(kind) && isFigure(text, found)) continue;
      kinds.add(personal[kind]);
    }
    for (const kind of kinds) yield { path, kind };
  }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** A text as it stands, and as whoever reads it as HTML, as Markdown or as JSON sees it: there a secret is written otherwise. */
function readingsOf(text: string): string[] {
  const shown = text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (found, decimal, hex, name) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? found;
      const point = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
      // Of no width: reports put it where a link would begin.
      return point === 0x200b ? '' : point > 0x10ffff ? found : String.fromCodePoint(point);
    },
  );
  const parsed = text.replace(/\\(?:u([\da-f]{4})|(.))/gi, (_, hex, sign) =>
    hex === undefined ? (escapes[sign] ?? sign) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return [...new Set([text, shown, parsed])];
}

function isFigure(text: string, found: string): boolean {
  const at = text.indexOf(found);
  return /[\w.]/.test(text.charAt(at - 1)) || /[\w.]/.test(text.charAt(at + found.length)) || /^\d+$/.test(found);
}

/** Such as `TOKEN_FILE=/run/secrets/token`. A secret in Base64 begins with a slash as well, one in 64. */
function isPath(name: string, value: string): boolean {
  if (/^(~|\.{1,2})\//.test(value)) return true;
  return value.startsWith('/') && (/(FILE|PATH|DIR|FOLDER|SOCKET|SOCK)$/i.test(name) || existsSync(value));
}

/** Values of environment variables that are called secrets by their names. */
export function secretsOf(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment).flatMap(([name, value = '']) =>
    /TOKEN|SECRET|PASSWORD|PASSPHRASE|PRIVATE_KEY|API_?KEY|WEBHOOK/i.test(name) &&
    value.length >= 12 &&
    !isPath(name, value)
      ? [value]
      : [],
  );
}
