import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, ShakedownError } from '../model/error.ts';
import type { Journal } from './journal.ts';

/** Room to write down why a run ended, kept free for the moment when there is no other. */
const reserveBytes = 64 * 1024;

export interface Evidence {
  /** Fires when what is measured can be written no longer: load without evidence is of no use to anyone. */
  readonly signal: AbortSignal;
  /** Why; null while all is well. */
  readonly failure: ShakedownError | null;
  /** Called with what could not be written. */
  fail(cause: unknown): void;
  /** @throws ShakedownError EVIDENCE_LOST once something could not be written */
  check(): void;
  /** Takes the reserve away. */
  release(): void;
}

/**
 * Watches over what a run writes. The first failure ends the run in order: what was measured until then stays, and the run can be gone on
 * with. A little room is kept free, so that the journal can say so on a disk that is full.
 * @param raw what was opened to write to; its first failure throws
 * @returns the same journal, whose failures end the run instead of being thrown wherever something happens to be written
 */
export function keepEvidence(runFolder: string, raw: Journal): { journal: Journal; evidence: Evidence } {
  const reserve = join(runFolder, 'reserve');
  const aborting = new AbortController();
  let failure: ShakedownError | null = null;
  const release = () => rmSync(reserve, { force: true });
  try {
    writeFileSync(reserve, Buffer.alloc(reserveBytes, 1));
  } catch {
    // So little room shows soon enough.
    release();
  }
  const evidence: Evidence = {
    signal: aborting.signal,
    get failure() {
      return failure;
    },
    fail(cause) {
      if (failure !== null) return;
      const why = reason(cause);
      failure = new ShakedownError(
        'EVIDENCE_LOST',
        `The run ends, because its measurements can no longer be written to ${runFolder}: ${why}. What was measured until now is kept.`,
        {
          hint: 'Free some space, then continue with `shakedown simulate --resume <run>`; `shakedown report --from <run>` renders what there is.',
          exitCode: exitCodes.inconclusive,
          cause,
        },
      );
      release();
      append('shakedown.run.interrupted', { reason: `the run’s folder could not be written to: ${why}` });
      aborting.abort(failure);
    },
    check() {
      if (failure !== null) throw failure;
    },
    release,
  };
  const append: Journal['append'] = (type, data) => {
    try {
      raw.append(type, data);
    } catch (cause) {
      evidence.fail(cause);
    }
  };
  const journal: Journal = {
    get lost() {
      return raw.lost;
    },
    append,
    close: () => raw.close(),
  };
  return { journal, evidence };
}

const known: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'a file reached the size that this process may write (`ulimit -f`)',
  EROFS: 'the file system is read-only now',
  EIO: 'the disk reports an error',
};

function reason(cause: unknown): string {
  const code = codeOf(cause);
  return known[code ?? ''] ?? (cause instanceof Error ? cause.message : String(cause));
}

function codeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  return (cause as NodeJS.ErrnoException).syscall === undefined
    ? codeOf(cause.cause)
    : (cause as NodeJS.ErrnoException).code;
}
