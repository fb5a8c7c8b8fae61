import { resolve } from 'node:path';
import { count, duration, percent, plural } from '../../../report-kit/format.ts';
import { progressLine } from '../../../report-kit/terminal/line.ts';
import type { Terminal } from '../../../report-kit/terminal/terminal.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { type ImportOptions, type ImportResult, importTraffic } from '../import/import.ts';
import { foundLines, missingLines } from './imported.ts';

/** Options of `shakedown traffic import`, parsed. */
interface ImportFlags {
  out: string;
  name?: string;
  format?: ImportOptions['format'];
  logFormat?: string;
  sessions?: string;
  trustedHops?: number | 'auto';
  host?: string[];
  gap?: number;
  field?: Record<string, string>;
  route?: { pattern: string; route: string }[];
  maxDamaged?: number;
  maxRoutes?: number;
  force?: boolean;
  json?: boolean;
}

const shownDamaged = 5;

/** `shakedown traffic import`: files in, a recording out, and what was found said. */
export async function trafficImport(
  [files]: [string[]],
  flags: ImportFlags,
  { terminal, interruption }: Services,
): Promise<void> {
  const line = progressLine(terminal);
  const signal = interruption();
  let result: ImportResult;
  try {
    result = await importTraffic({
      files: files.map((file) => resolve(file)),
      out: resolve(flags.out),
      signal,
      onProgress: (bytes, total, records) =>
        line.show(`reading ${percent(total > 0 ? (bytes / total) * 100 : null)}, ${plural(records, 'request')}`),
      ...(flags.name === undefined ? {} : { name: flags.name }),
      ...(flags.format === undefined ? {} : { format: flags.format }),
      ...(flags.logFormat === undefined ? {} : { logFormat: flags.logFormat }),
      ...(flags.trustedHops === undefined ? {} : { trustedHops: flags.trustedHops }),
      ...(flags.host === undefined ? {} : { hosts: flags.host }),
      ...(flags.force === undefined ? {} : { force: flags.force }),
      ...(flags.sessions === undefined ? {} : { sessionBy: flags.sessions }),
      ...(flags.gap === undefined ? {} : { inactivityGapMs: flags.gap }),
      ...(flags.field === undefined ? {} : { fieldMap: flags.field }),
      ...(flags.route === undefined ? {} : { routeRules: flags.route }),
      ...(flags.maxDamaged === undefined ? {} : { maxDamagedShare: flags.maxDamaged }),
      ...(flags.maxRoutes === undefined ? {} : { maxRoutes: flags.maxRoutes }),
    });
  } finally {
    line.end();
  }
  showProblems(result, terminal);
  if (flags.json) terminal.out(`${JSON.stringify(result, null, 1)}\n`);
  else show(result, flags.out, terminal);
}

function showProblems(result: ImportResult, terminal: Terminal): void {
  const { yellow, dim } = terminal.errColors;
  const warn = (text: string) => terminal.err(`${yellow('warning')}: ${readable(text)}\n`);
  const { damaged, routeOverflow } = result;
  if (damaged.count > 0) {
    warn(`${plural(damaged.count, 'damaged line')} skipped`);
    for (const { file, line, reason, excerpt } of damaged.first.slice(0, shownDamaged)) {
      terminal.err(`  ${readable(`${file}:${line}: ${reason}`)} ${dim(readable(excerpt))}\n`);
    }
  }
  for (const { file, notUtf8 } of result.files)
    if (notUtf8 > 0)
      warn(
        `${file}: ${plural(notUtf8, 'line')} not in UTF-8, read as Windows-1252 (Latin-1): if that is wrong, convert the file first (iconv -f <its encoding> -t UTF-8)`,
      );
  for (const { file, broken } of result.files)
    if (broken !== undefined) warn(`${file} could not be read to its end: ${broken}`);
  if (result.outOfOrder > 0) warn(`${plural(result.outOfOrder, 'request')} out of order, put in order`);
  if (routeOverflow.routes > 0) {
    warn(
      `${plural(routeOverflow.requests, 'request')} of ${plural(routeOverflow.routes, 'route')} above the limit, counted as (other)`,
    );
  }
  if (result.sessionsClosedEarly > 0)
    warn(`${plural(result.sessionsClosedEarly, 'session')} closed early: too many open at once`);
  for (const { kind, count: found } of result.notReplayable) warn(`${count(found)} × ${kind}: not replayed`);
  for (const text of result.sessions.warnings) warn(text);
}

function show(result: ImportResult, out: string, terminal: Terminal): void {
  const { bold, dim } = terminal.outColors;
  const { manifest } = result;
  terminal.out(
    [
      `${bold(readable(manifest.name))}: ${plural(manifest.requests, 'request')} in ${plural(manifest.sessions, 'session')} over ${duration(manifest.durationMs)}`,
      ...foundLines(result).map((text) => dim(readable(text))),
      ...missingLines(result).map((text) => readable(text)),
      `recording  ${out}`,
      dim(`next       shakedown traffic anonymize ${out} --out <folder>`),
      '',
    ].join('\n'),
  );
}
