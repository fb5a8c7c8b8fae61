import { rehearsalWork } from '../rehearsal.ts';
import { evidence } from './evidence.ts';
import { judge } from './judge.ts';
import { run } from './run.ts';

export const work = rehearsalWork({ evidence, run, judge });
