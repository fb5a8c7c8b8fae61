import { validationWork } from '../part.ts';
import { evidence } from './evidence.ts';
import { judge } from './judge.ts';
import { run } from './run.ts';

export const work = validationWork({ evidence, run, judge });
