import { withoutDoubledStops } from './full-stop.ts';

/** What the process says to its caller when it ends (design: reports and terminal). */
export const exitCodes = {
  /** Passed, or ready. */
  ready: 0,
  notReady: 1,
  usage: 2,
  inconclusive: 3,
  missingProgram: 4,
  targetUnreachable: 5,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface ShakedownErrorOptions {
  /** What the user can do about it, one sentence. */
  hint?: string;
  exitCode?: ExitCode;
  cause?: unknown;
}

/**
 * An expected failure, shown to the user in one line: what, where and what to do.
 * `code` is stable and upper-case (`TRAFFIC_NOT_FOUND`), so that scripts can distinguish failures.
 */
export class ShakedownError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, options: ShakedownErrorOptions = {}) {
    super(withoutDoubledStops(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ShakedownError';
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? exitCodes.usage;
  }
}

/** What went wrong first, where taking back what was done failed too. */
export function firstError(error: unknown): Error & { hint?: string } {
  return error instanceof AggregateError ? firstError(error.errors[0]) : (error as Error);
}
