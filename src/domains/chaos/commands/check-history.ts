import { resolve } from 'node:path';
import { readBounded } from '../../../evidence/bounded-file.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { type History, type HistoryModel, leftOutWords, readJepsen } from '../ledger/jepsen.ts';
import { type CheckResult, checkLinearizable } from '../ledger/linearizable/check.ts';

interface Flags {
  model?: HistoryModel;
  timeout?: number;
  json?: boolean;
}

/**
 * `shakedown chaos check-history`: is each history linearizable? Exit code 0: all are; 1: one is not; 3: one could not be decided in
 * the time.
 */
export async function checkHistory([files]: [string[]], flags: Flags, services: Services): Promise<void> {
  const { terminal, setExitCode } = services;
  const { red, green, yellow } = terminal.outColors;
  const checked: (CheckResult & { file: string; model: HistoryModel; leftOut: History['leftOut'] })[] = [];
  const refused: { file: string; error: ShakedownError }[] = [];
  for (const file of files) {
    const limits = flags.timeout === undefined ? {} : { timeMs: flags.timeout };
    let history: History;
    let result: CheckResult;
    try {
      history = readJepsen(await textOf(file), file, flags.model);
      result = judge(history, file, limits);
    } catch (error) {
      // One bad file must not hide what another shows.
      if (!(error instanceof ShakedownError)) throw error;
      refused.push({ file, error });
      const { code, message, hint = '' } = error;
      terminal.err(`${terminal.errColors.red(code)} ${readable(`${message} ${hint}`)}\n`);
      continue;
    }
    const { model, leftOut } = history;
    checked.push({ file, model, leftOut, ...result });
    if (flags.json) continue;
    const word =
      result.linearizable === null
        ? yellow('undecided')
        : result.linearizable
          ? green('linearizable')
          : red('not linearizable');
    const size = `${result.calls} operations, ${result.keys} ${result.keys === 1 ? 'key' : 'keys'}${leftOutWords(leftOut)}`;
    terminal.out(`${readable(file)}: ${word} (${model}, ${size})\n`);
    for (const { key, detail } of result.violations) {
      terminal.out(`  ${readable(key === '' ? detail : `key ${key}: ${detail}`)}\n`);
    }
    for (const key of result.unended) {
      terminal.out(`  ${readable(key === '' ? 'its search' : `key ${key}: the search`)} did not end\n`);
    }
  }
  if (flags.json) {
    const unread = refused.map(({ file, error }) => ({ file, linearizable: null, error: error.message }));
    terminal.out(`${JSON.stringify([...checked, ...unread], null, 1)}\n`);
  }
  if (checked.some(({ linearizable }) => linearizable === false)) setExitCode(exitCodes.notReady);
  else if (refused.length > 0) setExitCode(exitCodes.usage);
  else if (checked.some(({ linearizable }) => linearizable === null)) setExitCode(exitCodes.inconclusive);
}

/** @throws ShakedownError HISTORY_FORMAT where only a value that may be cut off shows a violation */
function judge({ calls, model, cut }: History, file: string, limits: { timeMs?: number }): CheckResult {
  const initial = model === 'kv' ? '' : null;
  const result = checkLinearizable(calls, initial, limits);
  if (cut === null || result.linearizable !== false) return result;
  const without = new Map(calls);
  without.set(cut.key, calls.get(cut.key)?.filter((call) => call !== cut.call) ?? []);
  if (checkLinearizable(without, initial, limits).linearizable === false) return result;
  throw new ShakedownError(
    'HISTORY_FORMAT',
    `${file} is not judged: only its last line, ${cut.line}, shows a violation, and its value may be cut off, as the line has no end.`,
    { hint: 'If the history is whole, end it with an end of line.' },
  );
}

const mostBytes = 256 * 1024 * 1024;

async function textOf(file: string): Promise<string> {
  try {
    return (await readBounded(resolve(file), mostBytes)).toString('utf8');
  } catch (cause) {
    throw new ShakedownError('HISTORY_NOT_FOUND', `${file} cannot be read: ${(cause as Error).message}.`, {
      hint: 'Name files of operations: Jepsen logs, or histories of one map a line.',
      cause,
    });
  }
}
