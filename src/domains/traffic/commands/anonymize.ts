import { resolve } from 'node:path';
import { exitCodes } from '../../../model/error.ts';
import { count, percent, plural } from '../../../report-kit/format.ts';
import { progressLine } from '../../../report-kit/terminal/line.ts';
import type { Terminal } from '../../../report-kit/terminal/terminal.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { type AnonymizeReport, anonymizeRecording, loadRules } from '../anonymize/anonymize.ts';
import { readKey } from '../anonymize/key-file.ts';

/** Options of `shakedown traffic anonymize`, parsed. */
interface AnonymizeFlags {
  out: string;
  rules?: string;
  keyFile?: string;
  askTarget?: string;
  force?: boolean;
  json?: boolean;
}

const shownFindings = 10;
const shownRoutes = 5;
const phases = {
  learn: 'learning what is shared',
  ask: 'asking for files',
  rewrite: 'replacing',
  scan: 'scanning for leaks',
};

/** `shakedown traffic anonymize`: a recording in, an anonymized and scanned one out. Ends with 1 when the scan finds anything. */
export async function trafficAnonymize(
  [recording]: [string],
  flags: AnonymizeFlags,
  { terminal, setExitCode, interruption }: Services,
): Promise<void> {
  const line = progressLine(terminal);
  const signal = interruption();
  const rules = flags.rules === undefined ? undefined : await loadRules(resolve(flags.rules));
  const key = await readKey(flags.keyFile);
  let report: AnonymizeReport;
  try {
    report = await anonymizeRecording({
      from: resolve(recording),
      to: resolve(flags.out),
      signal,
      onProgress: ({ phase, sessions, of }) =>
        line.show(`${phases[phase]} ${percent(of > 0 ? (sessions / of) * 100 : null)}`),
      ...(rules === undefined ? {} : { rules }),
      ...(key === undefined ? {} : { key }),
      ...(flags.askTarget === undefined ? {} : { askTarget: flags.askTarget }),
      ...(flags.force === undefined ? {} : { force: flags.force }),
    });
  } finally {
    line.end();
  }
  if (flags.json) terminal.out(`${JSON.stringify(report, null, 1)}\n`);
  else show(report, flags.out, terminal);
  if (!report.scan.passed) setExitCode(exitCodes.notReady);
}

/** What a replay will meet because of changed paths, and how they would stay. */
function pathLines(
  { changed, files, expectedNotFound, routes, unanswered }: AnonymizeReport['paths'],
  requests: number,
  keyGiven: boolean,
): string[] {
  if (changed === 0) return ['paths: none was changed'];
  const share = percent((100 * changed) / requests);
  const ofFiles = files > 0 ? `, ${count(files)} of them for files` : '';
  const shown = routes
    .slice(0, shownRoutes)
    .map(({ method, route, requests: of }) => `${method} ${route} ${count(of)}`);
  const more = routes.length > shown.length ? ' …' : '';
  const patterns = [...new Set(routes.flatMap(({ keptBy }) => (keptBy === undefined ? [] : [`'${keptBy}'`])))];
  return [
    `${plural(changed, 'request')} of ${count(requests)} (${share}) ask for a changed path${ofFiles}: ${readable(shown.join(', '))}${more}`,
    keyGiven
      ? `up to ${count(expectedNotFound)} of these will be answered with 404 that were not, unless the target's data is anonymized with the same key`
      : 'no target has these paths, so `simulate` leaves them out, which lowers fidelity, unless an earlier answer gives the changed part (found by itself, or named in replay.extraction) or replay.data does; with --key-file they are sent, to a target whose data is anonymized with the same key',
    ...(patterns.length > 0
      ? [
          `where they name products or pages and no person, keep them: --rules with  paths: [${readable(patterns.slice(0, shownRoutes).join(', '))}]`,
        ]
      : changed > files
        ? ['where they name no person, `paths` in the rules keeps them: --rules']
        : []),
    ...(unanswered > 0 ? [`the target gave no answer for ${plural(unanswered, 'file')}: renamed all the same`] : []),
    ...(files > 0
      ? ['files of the application stay when `paths` in the rules names them, or --ask-target finds them']
      : []),
  ];
}

function show(
  { requests, sessions, replaced, scan, canaries, rare, vocabulary, paths, names, keyGiven }: AnonymizeReport,
  out: string,
  terminal: Terminal,
): void {
  const { bold, dim, green, red } = terminal.outColors;
  const findings = scan.listed.slice(0, shownFindings).map(({ at, request, field, kind, masked }) => {
    const what = kind === 'original' ? 'a value that was replaced elsewhere' : kind;
    return `  ${at}, request ${request}, ${readable(field)}: ${readable(masked)} (${readable(what)})`;
  });
  terminal.out(
    [
      scan.passed
        ? `${green(bold('Leak scan passed'))}: ${plural(scan.checked, 'text')} checked, nothing found`
        : `${red(bold('Leak scan failed'))}: ${plural(scan.findings, 'finding')} in ${plural(scan.checked, 'text')}`,
      ...findings,
      ...(canaries.left > 0 || canaries.seenWhenLeft < canaries.planted
        ? [
            `of ${plural(canaries.planted, 'value')} planted to test the program itself, ${count(canaries.left)} ${canaries.left === 1 ? 'was' : 'were'} left in, and the scan saw ${count(canaries.seenWhenLeft)} where nothing was replaced`,
          ]
        : []),
      `${plural(replaced, 'value')} replaced in ${plural(requests, 'request')} of ${plural(sessions, 'session')}`,
      dim(
        `kept as vocabulary: ${plural(vocabulary.values, 'value')}, each seen from at least ${count(vocabulary.k)} clients`,
      ),
      dim(keyGiven ? 'with the key that was given' : 'with a key that was made for this recording and thrown away'),
      ...pathLines(paths, requests, keyGiven),
      ...(names.replaced > 0
        ? [
            `${plural(names.replaced, 'name')} of fields, parameters, cookies or headers replaced or dropped: \`names\` in the rules keeps those that the application needs`,
          ]
        : []),
      ...(scan.keptByRule > 0
        ? [`${plural(scan.keptByRule, 'text')} would count as leaks, were they not what your rules keep`]
        : []),
      ...(rare.sessions > 0
        ? [dim(`${plural(rare.sessions, 'session')} stand out by what they do: see anonymization.json`)]
        : []),
      `recording  ${out}`,
      '',
    ].join('\n'),
  );
}
