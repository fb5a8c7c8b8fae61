import { alerts } from './alerts/part.ts';
import { clean } from './clean/part.ts';
import { dashboards } from './dashboards/part.ts';
import { health } from './health/part.ts';
import { logs } from './logs/part.ts';
import { metrics } from './metrics/part.ts';
import { mutants } from './mutants/part.ts';
import { pager } from './pager/part.ts';
import type { ValidationPart } from './part.ts';
import { realPages } from './real-pages/part.ts';
import { rules } from './rules/part.ts';
import { traces } from './traces/part.ts';

/** Every part of a validation, in the order in which they are done and reported. */
export const parts: readonly ValidationPart[] = [
  metrics,
  rules,
  dashboards,
  logs,
  traces,
  health,
  clean,
  alerts,
  pager,
  mutants,
  realPages,
];
