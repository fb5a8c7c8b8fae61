import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import { count, plural } from '../../../report-kit/format.ts';
import { progressLine } from '../../../report-kit/terminal/line.ts';
import type { Terminal } from '../../../report-kit/terminal/terminal.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { readKey } from '../../traffic/public.ts';
import { anonymizeDatabase } from '../copying/anonymize.ts';
import { shownFailure } from '../copying/failure.ts';
import { loadDataRules } from '../plan/rules.ts';
import type { DataReport } from '../report.ts';
import type { Choice } from '../subset/subset.ts';

/** Options of `shakedown data anonymize`, parsed. */
interface DataFlags {
  from: string;
  to: string;
  rules?: string;
  keyFile?: string;
  recording?: string;
  began?: string;
  share?: string;
  where?: string[];
  report?: string;
  json?: boolean;
}

const shownFindings = 10;

/** `shakedown data anonymize`: a database in, an anonymized and scanned one out. Ends with 1 when the scan finds anything. */
export async function dataAnonymize(
  _: unknown[],
  flags: DataFlags,
  { terminal, setExitCode, interruption }: Services,
): Promise<void> {
  if (!/^postgres(?:ql)?:\/\//i.test(flags.from)) {
    throw new ShakedownError('DATABASE_URL', '--from is no URL of a PostgreSQL database.', {
      hint: 'Write postgres://user:password@host:port/database.',
    });
  }
  const startedAtMs = flags.began === undefined ? undefined : Date.parse(flags.began);
  if (Number.isNaN(startedAtMs)) {
    throw new ShakedownError('DATA_BEGAN', `--began ${flags.began} is no time.`, {
      hint: 'Write it as 2025-11-29T10:00:00Z.',
    });
  }
  const choices = choicesOf(flags);
  const rules = flags.rules === undefined ? undefined : await loadDataRules(resolve(flags.rules));
  const key = await readKey(flags.keyFile);
  const line = progressLine(terminal);
  let report: DataReport;
  try {
    report = await anonymizeDatabase({
      ...{ from: flags.from, to: flags.to, key, rules, startedAtMs, choices, signal: interruption() },
      recording: flags.recording === undefined ? undefined : resolve(flags.recording),
      onProgress: (text) => line.show(text),
    });
  } catch (error) {
    throw shownFailure(error);
  } finally {
    line.end();
  }
  if (flags.report !== undefined) await writeFile(resolve(flags.report), `${JSON.stringify(report, null, 1)}\n`);
  if (flags.json) terminal.out(`${JSON.stringify(report, null, 1)}\n`);
  else show(report, terminal);
  if (!report.scan.passed || lostReferences(report).length > 0) setExitCode(exitCodes.notReady);
}

function choicesOf({ share, where = [] }: DataFlags): Choice[] | undefined {
  const choices: Choice[] = [];
  if (share !== undefined) {
    const percent = Number(share.replace(/%$/, ''));
    if (!(percent > 0 && percent <= 100)) {
      throw new ShakedownError('DATA_SUBSET', `--share ${share} is no share of the rows.`, {
        hint: 'Write a number of percent above 0 and up to 100.',
      });
    }
    choices.push({ share: percent / 100 });
  }
  for (const text of where) {
    const at = text.indexOf('=');
    if (at < 1)
      throw new ShakedownError('DATA_SUBSET', `--where ${text} names no table.`, {
        hint: 'Write --where "orders=created_at > \'2025-01-01\'".',
      });
    choices.push({ table: text.slice(0, at), condition: text.slice(at + 1) });
  }
  return choices.length === 0 ? undefined : choices;
}

const lostReferences = ({ references }: DataReport) => references.filter(({ source, result }) => result !== source);

function show(report: DataReport, terminal: Terminal): void {
  const { bold, dim, green, red } = terminal.outColors;
  const {
    scan,
    rows,
    tables,
    columns,
    references,
    constantsReplaced,
    leftOut,
    seconds,
    subset,
    keyGiven,
    recording,
    peakMemoryMb,
  } = report;
  const lost = lostReferences(report);
  const kept = columns.filter(({ action, why }) => action === 'keep' && why.includes('by rule'));
  const vocabulary = columns.filter(({ keptTexts }) => keptTexts > 0);
  terminal.out(
    [
      scan.passed
        ? `${green(bold('Leak scan passed'))}: ${plural(scan.checked, 'text')} checked, nothing found`
        : `${red(bold('Leak scan failed'))}: ${plural(scan.findings, 'finding')} in ${plural(scan.checked, 'text')}`,
      ...scan.listed
        .slice(0, shownFindings)
        .map(
          ({ place, kind, masked }) =>
            `  ${readable(place)}: ${readable(masked)} (${kind === 'original' ? 'a value of the source' : kind})`,
        ),
      `${plural(rows, 'row')} of ${plural(tables.length, 'table')}${subset === null ? '' : ', a subset'} in ${seconds.all.toFixed(1)} s, the scan's ${seconds.scan.toFixed(1)} s included; ${count(peakMemoryMb)} MB of memory`,
      ...(references.length === 0
        ? []
        : [
            lost.length === 0
              ? `${plural(references.length, 'reference holds', 'references hold')} as in the source`
              : `${red('references were lost')}: ${lost.map(({ name, source, result }) => `${name} ${count(result)} of ${count(source)}`).join('; ')}`,
          ]),
      ...(kept.length > 0
        ? [
            `kept by rule: ${readable(kept.map(({ name }) => name).join(', '))}; ${plural(scan.keptByRule, 'text there would count as a leak', 'texts there would count as leaks')}`,
          ]
        : []),
      ...(vocabulary.length > 0
        ? [
            dim(
              `texts that many rows share stay in ${readable(vocabulary.map(({ name, keptTexts }) => `${name} (${keptTexts})`).join(', '))}`,
            ),
          ]
        : []),
      ...(constantsReplaced.length > 0 ? [`constants were replaced in ${readable(constantsReplaced.join(', '))}`] : []),
      ...(leftOut.length > 0 ? [`not copied: ${readable(leftOut.join(', '))}`] : []),
      keyGiven
        ? `with the key that was given${recording === null ? '; without --recording, ids that stayed in a recording for having been asked for by many are replaced here' : ''}`
        : 'with a key that was made and thrown away: no recording has these pseudonyms (--key-file)',
      `result  ${report.target}`,
      '',
    ].join('\n'),
  );
}
