import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { type HistoryModel, readJepsen } from '../ledger/jepsen.ts';
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
  const checked: (CheckResult & { file: string; model: HistoryModel })[] = [];
  for (const file of files) {
    const { calls, model } = readJepsen(await textOf(file), file);
    const used = flags.model ?? model;
    const limits = flags.timeout === undefined ? {} : { timeMs: flags.timeout };
    const result = checkLinearizable(calls, used === 'kv' ? '' : null, limits);
    checked.push({ file, model: used, ...result });
    if (flags.json) continue;
    const word =
      result.linearizable === null
        ? yellow('undecided')
        : result.linearizable
          ? green('linearizable')
          : red('not linearizable');
    const size = `${result.calls} operations, ${result.keys} ${result.keys === 1 ? 'key' : 'keys'}`;
    terminal.out(`${readable(file)}: ${word} (${used}, ${size})\n`);
    for (const { key, detail } of result.violations) {
      terminal.out(`  ${readable(key === '' ? detail : `key ${key}: ${detail}`)}\n`);
    }
    for (const key of result.unended) terminal.out(`  ${readable(`key ${key}`)}: the search did not end\n`);
  }
  if (flags.json) terminal.out(`${JSON.stringify(checked, null, 1)}\n`);
  if (checked.some(({ linearizable }) => linearizable === false)) setExitCode(exitCodes.notReady);
  else if (checked.some(({ linearizable }) => linearizable === null)) setExitCode(exitCodes.inconclusive);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(resolve(file), 'utf8');
  } catch (cause) {
    throw new ShakedownError('HISTORY_NOT_FOUND', `${file} cannot be read: ${(cause as Error).message}.`, {
      hint: 'Name files of operations: Jepsen logs, or histories of one map a line.',
      cause,
    });
  }
}
