import { count, percent, plural } from '../../../report-kit/format.ts';
import type { ImportResult } from '../import/import.ts';

const shownHosts = 8;
const shownRoutes = 8;

function named(list: readonly string[], shown: number): string {
  const rest = list.length - shown;
  return rest > 0 ? `${list.slice(0, shown).join(', ')} and ${rest} more` : list.join(', ');
}

/** Formats, sessions, addresses, hosts and response times, a line each. */
export function foundLines({ files, sessionsBy, sessions, addresses, hosts, manifest }: ImportResult): string[] {
  const formats = files.map(({ format, wrapping }) => (wrapping === undefined ? format : `${format} in ${wrapping}`));
  const signs = sessionsBy.map(({ by, share }) => `${by} ${percent(share * 100)}`).join(', ');
  const known = addresses.reduce((sum, { requests }) => sum + requests, 0);
  const from = addresses.map(({ sign, requests }) => `${sign} ${percent((requests / known) * 100)}`).join(', ');
  const { median, p90, max, single } = sessions.sizes;
  const lines = [
    `from ${plural(files.length, 'file')} (${[...new Set(formats)].join(', ')}); sessions distinguished by ${signs}`,
    `sessions   median ${count(median)}, p90 ${count(p90)}, most ${count(max)} requests; ${percent(single * 100)} have one; ${plural(sessions.clients, 'address', 'addresses')}`,
  ];
  if (from !== '' && manifest.startedAt !== null) lines.push(`addresses  from ${from}`);
  if (hosts.length > 1) {
    const list = hosts.map(
      ({ origin, requests, imported }) => `${origin} ${count(requests)}${imported ? '' : ' (left out)'}`,
    );
    lines.push(`hosts      ${named(list, shownHosts)}`);
  }
  for (const reading of new Set(
    files.map(({ durations, withDuration }) => (withDuration === 0 ? '' : unitText(durations))),
  ))
    if (reading !== '') lines.push(`times      ${reading}`);
  if (manifest.startedAt === null)
    lines.push('times      the source has none: requests are a second apart, in their order');
  return lines;
}

function unitText(durations: ImportResult['files'][number]['durations']): string {
  return 'unit' in durations ? `response times in ${durations.unit}: ${durations.because}` : '';
}

/** What the sources lack, and what follows from that for a replay, a line each. */
export function missingLines({ files, missing, hosts, manifest }: ImportResult): string[] {
  const lines: string[] = [];
  if (missing.durations === 1) {
    const reasons = files
      .map(({ durations }) => ('unknown' in durations ? durations.unknown : ''))
      .filter((text) => text !== '');
    const why = reasons.length === 0 ? '' : ` (${[...new Set(reasons)].join('; ')})`;
    lines.push(
      `no response times${why}: requests are sent at their recorded moments, and there is nothing to compare the target's with`,
    );
  } else if (missing.durations > 0.01) {
    lines.push(`${percent(missing.durations * 100)} of requests have no response time`);
  }
  if (missing.credentials && !missing.responses) lines.push('no cookies or credentials: nobody is logged in');
  if (missing.credentials && missing.responses && manifest.startedAt === null) {
    lines.push(
      'no answers: values that later requests take from earlier ones (ids, tokens) stay as the collection has them',
    );
  } else if (missing.credentials && missing.responses) {
    lines.push(
      'no cookies, credentials and answers, as in every access log: nobody is logged in, so routes behind a login answer 401, 403 or a redirect, and values of earlier answers (ids, tokens) stay the recorded ones; docs/logins-and-writes.md says what helps',
    );
  }
  if (missing.credentials) lines.push(...loginLines(missing.logins));
  if (missing.bodies.length > 0) {
    const total = missing.bodies.reduce((sum, { requests }) => sum + requests, 0);
    const routes = missing.bodies.map(({ method, route, requests }) => `${method} ${route} ${count(requests)}`);
    lines.push(
      `no bodies for ${plural(total, 'request')} that write, which are left out unless replay.bodies has one for them (docs/logins-and-writes.md): ${named(routes, shownRoutes)}`,
    );
  }
  if (hosts.some(({ imported }) => !imported)) lines.push('import more of the hosts above with --host <name>');
  return lines;
}

/** What shows that people were logged in, and what follows from that. */
function loginLines({ logins, behind, sessions }: ImportResult['missing']['logins']): string[] {
  const list = (routes: typeof logins) =>
    named(
      routes.map(({ method, route, requests }) => `${method} ${route} ${count(requests)}`),
      shownRoutes,
    );
  const lines: string[] = [];
  if (logins.length > 0) {
    lines.push(
      `${plural(sessions, 'session')} logged in and went on (${list(logins)}): replayed without replay.login, they are nobody's after that`,
    );
  }
  if (behind.length > 0) {
    lines.push(
      `behind a login, as some were refused there and others were not: ${list(behind)}: without replay.login all are refused`,
    );
  }
  return lines;
}
