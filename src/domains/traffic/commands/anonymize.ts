import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import { count, percent, plural } from '../../../report-kit/format.ts';
import { progressLine } from '../../../report-kit/terminal/line.ts';
import type { Terminal } from '../../../report-kit/terminal/terminal.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { type AnonymizeReport, anonymizeRecording, loadRules } from '../anonymize/anonymize.ts';

/** Options of `shakedown traffic anonymize`, parsed. */
interface AnonymizeFlags {
  out: string;
  rules?: string;
  keyFile?: string;
  askTarget?: string;
  json?: boolean;
}

const keyVariable = 'SHAKEDOWN_ANONYMIZE_KEY';
const shownFindings = 10;
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
  const key = await anonymizationKey(flags.keyFile);
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
    });
  } finally {
    line.end();
  }
  if (flags.json) terminal.out(`${JSON.stringify(report, null, 1)}\n`);
  else tell(report, flags.out, terminal);
  if (!report.scan.passed) setExitCode(exitCodes.notReady);
}

/** A key that is given keeps pseudonyms the same from one recording to the next. */
async function anonymizationKey(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return process.env[keyVariable] || undefined;
  let key: string;
  let mode: number;
  try {
    ({ mode } = await stat(resolve(file)));
    key = (await readFile(resolve(file), 'utf8')).trim();
  } catch (cause) {
    throw new ShakedownError('ANONYMIZE_KEY', `${file} cannot be read: ${(cause as Error).message}.`, {
      hint: `Name a readable file, or set ${keyVariable}.`,
      cause,
    });
  }
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new ShakedownError('ANONYMIZE_KEY', `${file} can be read by others, who could then undo the pseudonyms.`, {
      hint: `Make a new key that only you can read: \`(umask 077; openssl rand -hex 32 > ${file})\`; for one that is not known, \`chmod 600 ${file}\`.`,
    });
  }
  return key;
}

/** What a replay will meet because of changed paths. */
function pathLines(paths: AnonymizeReport['paths'], requests: number): string[] {
  if (paths.changed === 0) return ['paths: none was changed'];
  const share = percent((100 * paths.changed) / requests);
  const files = paths.files > 0 ? `, ${count(paths.files)} of them for files` : '';
  return [
    `${plural(paths.changed, 'request')} of ${count(requests)} (${share}) ask for a changed path${files}`,
    `up to ${count(paths.expectedNotFound)} of these will be answered with 404 that were not, unless the target's data is anonymized with the same key`,
    ...(paths.files > 0
      ? ['files of the application stay when `paths` in the rules names them, or --ask-target finds them']
      : []),
  ];
}

function tell(
  { requests, sessions, replaced, scan, rare, vocabulary, paths, names, keyGiven }: AnonymizeReport,
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
      `${plural(replaced, 'value')} replaced in ${plural(requests, 'request')} of ${plural(sessions, 'session')}`,
      dim(
        `kept as vocabulary: ${plural(vocabulary.values, 'value')}, each seen from at least ${count(vocabulary.k)} clients`,
      ),
      dim(keyGiven ? 'with the key that was given' : 'with a key that was made for this recording and thrown away'),
      ...pathLines(paths, requests),
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
