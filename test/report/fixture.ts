import type { Results } from '../../src/model/results.ts';
import { interrupted, invalidOnes } from './fixture/cut.ts';
import { faulted } from './fixture/faulted.ts';
import { hostile, hostileTexts } from './fixture/hostile.ts';
import { firstNight, fullest, longRun } from './fixture/long-run.ts';
import { manyRoutes, notReady } from './fixture/not-ready.ts';
import { hour, loadOf, minute, withLoad } from './fixture/parts.ts';
import { ready } from './fixture/ready.ts';
import { empty, fallback, short } from './fixture/short.ts';

export {
  fallback,
  firstNight,
  fullest,
  hostile,
  hostileTexts,
  hour,
  interrupted,
  invalidOnes,
  loadOf,
  longRun,
  minute,
  notReady,
  ready,
  withLoad,
};

/** Results of every kind of run, made anew at each call. */
export const cases: Record<string, () => Results> = {
  ready,
  notReady,
  short,
  fallback,
  interrupted,
  invalidOnes,
  empty,
  manyRoutes,
  longRun,
  fullest,
  firstNight,
  faulted,
  hostile,
};
