import type { Finding, Risk } from '../finding.ts';
import { type Answer, header, isHtml } from './answer.ts';
import { type Asker, keptBytes } from './ask.ts';
import { findingOf, type RuleId } from './rules.ts';

interface Sought {
  readonly path: string;
  readonly rule: RuleId;
  /** What such a file or page holds, and no other answer does. */
  readonly holds: (answer: Answer) => boolean;
  readonly risk?: Risk;
  /** false: it may be there on purpose. */
  readonly certain?: boolean;
}

const text = (pattern: RegExp) => (answer: Answer) => !isHtml(answer) && pattern.test(answer.body);
const page = (pattern: RegExp) => (answer: Answer) => pattern.test(answer.body);
const bytes = (start: string) => (answer: Answer) => answer.body.startsWith(start);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const parsed = (holds: (value: unknown) => boolean) => (answer: Answer) => {
  try {
    return holds(JSON.parse(withEnd(answer.body)));
  } catch {
    return false;
  }
};
const json = (holds: (value: Record<string, unknown>) => boolean) => parsed((value) => isObject(value) && holds(value));
const list = (holds: (one: Record<string, unknown>) => boolean) =>
  parsed((value) => Array.isArray(value) && value.some((one) => isObject(one) && holds(one)));
const settings = text(/^[ \t]*(?:export )?[A-Z][A-Z0-9_]{2,}[ \t]*=[^\n]*$/m);
const metrics = text(/^# (?:HELP|TYPE) [a-zA-Z_:]/m);

/** Files and pages that are found where they should not be. Each is known by what it holds. */
const sought: readonly Sought[] = [
  { path: '/.env', rule: 'exposed-secrets', holds: settings },
  { path: '/.env.production', rule: 'exposed-secrets', holds: settings },
  { path: '/.env.local', rule: 'exposed-secrets', holds: settings },
  { path: '/.aws/credentials', rule: 'exposed-secrets', holds: text(/^\[[\w-]+\]\s*$[\s\S]*aws_/m) },
  { path: '/.npmrc', rule: 'exposed-secrets', holds: text(/_(?:authToken|password|auth)\s*=/) },
  { path: '/.htpasswd', rule: 'exposed-secrets', holds: text(/^[\w.-]+:(?:\$(?:apr1|2[aby]|[56])\$|\{SHA\})/m) },
  { path: '/wp-config.php.bak', rule: 'exposed-secrets', holds: page(/define\(\s*['"]DB_PASSWORD['"]/) },
  {
    path: '/config.json',
    rule: 'exposed-secrets',
    holds: json((value) => /password|secret|private_?key/i.test(Object.keys(value).join(' '))),
    certain: false,
  },
  {
    path: '/backup.sql',
    rule: 'exposed-secrets',
    holds: text(/^(?:-- (?:MySQL|MariaDB|PostgreSQL) (?:dump|database dump)|CREATE TABLE |INSERT INTO )/m),
  },
  {
    path: '/dump.sql',
    rule: 'exposed-secrets',
    holds: text(/^(?:-- (?:MySQL|MariaDB|PostgreSQL) (?:dump|database dump)|CREATE TABLE |INSERT INTO )/m),
  },
  { path: '/id_rsa', rule: 'exposed-secrets', holds: text(/-----BEGIN (?:RSA |OPENSSH )?PRIVATE KEY-----/) },
  { path: '/backup.zip', rule: 'exposed-secrets', holds: bytes('PK\x03\x04'), certain: false },
  { path: '/.git/HEAD', rule: 'exposed-source', holds: text(/^(?:ref: refs\/|[0-9a-f]{40}\s*$)/) },
  { path: '/.git/config', rule: 'exposed-source', holds: text(/^\[core\]/m) },
  { path: '/.svn/entries', rule: 'exposed-source', holds: text(/^\d+\s*$|<wc-entries/m) },
  { path: '/.hg/requires', rule: 'exposed-source', holds: text(/^(?:revlogv1|store|dotencode)$/m) },
  { path: '/.DS_Store', rule: 'exposed-source', holds: bytes('\0\0\0\x01Bud1'), risk: 'low' },
  {
    path: '/actuator/env',
    rule: 'exposed-debug',
    holds: json((value) => Array.isArray(value.propertySources)),
    risk: 'critical',
  },
  { path: '/actuator/configprops', rule: 'exposed-debug', holds: json((value) => 'contexts' in value) },
  {
    path: '/actuator',
    rule: 'exposed-debug',
    holds: json((value) => '_links' in value && /actuator/.test(JSON.stringify(value._links))),
    risk: 'medium',
  },
  {
    path: '/env',
    rule: 'exposed-debug',
    holds: json((value) => 'systemProperties' in value || 'systemEnvironment' in value),
    risk: 'critical',
  },
  { path: '/phpinfo.php', rule: 'exposed-debug', holds: page(/<title>(?:PHP [\d.]+ - )?phpinfo\(\)<\/title>/) },
  { path: '/server-status', rule: 'exposed-debug', holds: page(/<h1>Apache Server Status for/) },
  { path: '/nginx_status', rule: 'exposed-metrics', holds: text(/^Active connections: \d+/) },
  {
    path: '/debug/pprof/',
    rule: 'exposed-debug',
    holds: page(/<title>\/debug\/pprof\/<\/title>|Types of profiles available/),
  },
  { path: '/debug/vars', rule: 'exposed-debug', holds: json((value) => 'memstats' in value && 'cmdline' in value) },
  { path: '/__debug__/', rule: 'exposed-debug', holds: page(/djdt|django-debug-toolbar/i) },
  { path: '/_profiler/', rule: 'exposed-debug', holds: page(/Symfony Profiler/i) },
  { path: '/elmah.axd', rule: 'exposed-debug', holds: page(/Error log for/i) },
  { path: '/trace.axd', rule: 'exposed-debug', holds: page(/<h1>Application Trace<\/h1>/i) },
  { path: '/console', rule: 'exposed-debug', holds: page(/Werkzeug|H2 Console/) },
  { path: '/metrics', rule: 'exposed-metrics', holds: metrics },
  { path: '/actuator/prometheus', rule: 'exposed-metrics', holds: metrics },
  {
    path: '/swagger.json',
    rule: 'exposed-docs',
    holds: json((value) => 'swagger' in value || 'openapi' in value),
    certain: false,
  },
  {
    path: '/openapi.json',
    rule: 'exposed-docs',
    holds: json((value) => 'swagger' in value || 'openapi' in value),
    certain: false,
  },
  { path: '/v3/api-docs', rule: 'exposed-docs', holds: json((value) => 'openapi' in value), certain: false },
  // What rules a program, and asks nobody who they are.
  { path: '/flows', rule: 'exposed-admin', holds: list(({ type, wires }) => type === 'tab' || Array.isArray(wires)) },
  {
    path: '/diagnostics',
    rule: 'exposed-debug',
    holds: json(({ report, nodejs }) => report === 'diagnostics' && nodejs !== undefined),
    risk: 'medium',
  },
  { path: '/containers/json', rule: 'exposed-admin', holds: list((one) => 'Image' in one && 'HostConfig' in one) },
  { path: '/api/v1/pods', rule: 'exposed-admin', holds: json(({ kind }) => kind === 'PodList') },
  { path: '/v1/agent/self', rule: 'exposed-admin', holds: json((value) => 'Config' in value && 'Member' in value) },
  {
    path: '/_cluster/health',
    rule: 'exposed-admin',
    holds: json((value) => 'cluster_name' in value && 'number_of_nodes' in value),
  },
  { path: '/json/version', rule: 'exposed-admin', holds: json((value) => 'Protocol-Version' in value) },
  {
    path: '/config_dump',
    rule: 'exposed-admin',
    holds: (answer) => /^\s*\{\s*"configs"\s*:\s*\[\s*\{\s*"@type"/.test(answer.body),
  },
  { path: '/jolokia/version', rule: 'exposed-admin', holds: json(({ value }) => isObject(value) && 'agent' in value) },
  {
    path: '/solr/admin/info/system',
    rule: 'exposed-admin',
    holds: json((value) => 'lucene' in value && 'jvm' in value),
  },
  { path: '/script', rule: 'exposed-admin', holds: page(/<title>[^<]*Script Console[^<]*<\/title>/) },
  { path: '/sidekiq', rule: 'exposed-admin', holds: page(/<title>[^<]*Sidekiq[^<]*<\/title>/) },
  { path: '/hangfire', rule: 'exposed-admin', holds: page(/<title>[^<]*Hangfire[^<]*<\/title>/) },
  {
    path: '/api/rawdata',
    rule: 'exposed-debug',
    holds: json((value) => 'routers' in value && 'services' in value),
  },
  {
    path: '/api/v1/status/config',
    rule: 'exposed-debug',
    holds: json(({ data }) => isObject(data) && 'yaml' in data),
  },
  {
    path: '/admin/',
    rule: 'open-route',
    holds: page(/<title>[^<]*(?:Site administration|phpMyAdmin|Adminer)[^<]*<\/title>/),
    certain: false,
  },
];

const listing = /<title>(?:Index of \/|Directory listing for \/)|<h1>Index of \//i;

/**
 * Looks for each, and for a file of the same kind under a name that nobody gave: a target that answers everything alike accuses nothing.
 * @param random a name that nothing has
 */
export async function exposed(
  asker: Asker,
  random: string,
  folders: readonly string[],
): Promise<{ findings: Finding[]; looked: number; unanswered: number }> {
  const findings: Finding[] = [];
  const control = await asker.ask(`/${random}/${random}`);
  let unanswered = 0;
  for (const { path, rule, holds, risk, certain } of sought) {
    const answer = await asker.ask(path);
    if (answer.status === 0) unanswered++;
    if (answer.status !== 200 || !holds(answer)) continue;
    // The same page for a name that nothing has: it is no sign of the file.
    if (control.status === 200 && (control.body === answer.body || holds(control))) continue;
    const twin = await asker.ask(twinOf(path, random));
    if (twin.status === 200 && holds(twin)) continue;
    findings.push(
      findingOf(rule, {
        subject: path,
        where: path,
        // Never what it holds: that may be a secret.
        seen: `${answer.status}, ${header(answer, 'content-type') || 'no type'}, ${answer.body.length} bytes`,
        check: 'exposed',
        ...(risk === undefined ? {} : { risk }),
        ...(certain === undefined ? {} : { certain }),
      }),
    );
  }
  for (const folder of folders) {
    const answer = await asker.ask(folder);
    if (answer.status === 0) unanswered++;
    if (answer.status !== 200 || !listing.test(answer.body)) continue;
    findings.push(
      findingOf('exposed-listing', { subject: folder, where: folder, seen: 'a list of its files', check: 'exposed' }),
    );
  }
  return { findings, looked: sought.length + folders.length, unanswered };
}

/** JSON of which only the beginning was kept, with what is whole of its outermost list or object. */
function withEnd(body: string): string {
  if (Buffer.byteLength(body) < keptBytes) return body;
  let [depth, inText, cut] = [0, false, 0];
  for (let i = 0; i < body.length; i++) {
    const letter = body[i] as string;
    if (inText && letter === '\\') i++;
    else if (letter === '"') inText = !inText;
    else if (inText) continue;
    else if (letter === '[' || letter === '{') depth++;
    else if (letter === ']' || letter === '}') depth--;
    else if (letter === ',' && depth === 1) cut = i;
  }
  return `${body.slice(0, cut)}${body.trimStart().startsWith('[') ? ']' : '}'}`;
}

/** `/.git/HEAD` → `/.git-<random>/HEAD`: beside it, with the same end. */
function twinOf(path: string, random: string): string {
  const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(path) ?? [];
  const dot = first.lastIndexOf('.');
  return dot > 0 ? `/${first.slice(0, dot)}-${random}${first.slice(dot)}${rest}` : `/${first}-${random}${rest}`;
}
