import { type ExitCode, exitCodes } from '../model/error.ts';
import type { Verdict } from '../model/verdict.ts';

/** What a program that called the harness is told of a verdict. */
export const exitCodeOf: Record<Verdict, ExitCode> = {
  pass: exitCodes.ready,
  fail: exitCodes.notReady,
  inconclusive: exitCodes.inconclusive,
};
