import { validationWork } from '../validation.ts';
import { type Evidence, evidence } from './evidence.ts';
import { judge } from './judge.ts';
import { replayAndCompare } from './run.ts';

/** The same traffic to the current version, twice, and to the candidate. */
export const replay = validationWork<Evidence>({ evidence, run: replayAndCompare, judge: (pieces) => judge(pieces) });
