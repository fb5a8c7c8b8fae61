import { resolve } from 'node:path';
import type { Services } from '../../domains/command.ts';
import { ownVersion } from '../../environment/own-files.ts';
import { exitCodes } from '../../model/error.ts';
import { colorOf, mark } from '../../report-kit/terminal/marks.ts';
import { readable, readableDeep } from '../../report-kit/text.ts';
import { type Recomputed, recompute as recomputed } from '../../run/recompute/recompute.ts';

/** `shakedown recompute`: a line a run; ends with 0 where all of them give the bytes that are there, 1 where one gives others, 3 where that cannot be said. */
export async function recompute([folder]: [string], { json }: { json?: boolean }, services: Services): Promise<void> {
  const { terminal } = services;
  const runs = await recomputed(resolve(folder));
  const outcome = worst(runs);
  const judgedBy = { name: 'shakedown', version: ownVersion() };
  if (json)
    terminal.out(
      `${JSON.stringify(readableDeep({ format: 'shakedown.recompute/1', outcome, judgedBy, runs }), null, 1)}\n`,
    );
  else {
    for (const run of runs) {
      const state = shownAs[stateOf(run)];
      terminal.out(`${colorOf(state, terminal.outColors)(mark(state, terminal.unicode))} ${readable(line(run))}\n`);
    }
    terminal.out(`Judged by ${judgedBy.name} ${judgedBy.version}, from the folder alone: ${words[outcome]}.\n`);
  }
  if (outcome !== 'same') terminal.err('`shakedown verify` says what was changed.\n');
  services.setExitCode({ same: exitCodes.ready, other: exitCodes.notReady, open: exitCodes.inconclusive }[outcome]);
}

type Outcome = 'same' | 'other' | 'open';
const shownAs = { same: 'pass', other: 'fail', open: 'inconclusive' } as const;
const words: Record<Outcome, string> = {
  same: 'the same bytes',
  other: 'other results than those that are there',
  open: 'not all of it could be compared',
};

function stateOf({ isSame }: Recomputed): Outcome {
  return isSame === null ? 'open' : isSame ? 'same' : 'other';
}

function worst(runs: readonly Recomputed[]): Outcome {
  const states = runs.map(stateOf);
  return states.includes('other') ? 'other' : states.includes('open') ? 'open' : 'same';
}

function line({ folder, run, word, policy, gates, isSame, judgedBefore, notes }: Recomputed): string {
  const by = policy === null ? '' : ` by the policy “${policy}”`;
  const of = gates.map(({ id, verdict }) => `${id} ${verdict}`).join(', ');
  const before = judgedBefore === null ? '' : ` It was certified by version ${judgedBefore}.`;
  const bytes = isSame === true ? ' results.json has the same bytes.' : '';
  return `${run ?? folder}: ${word ?? 'no verdict'}${by}${of === '' ? '' : ` (${of})`}.${bytes}${before} ${notes.join(' ')}`.trim();
}
