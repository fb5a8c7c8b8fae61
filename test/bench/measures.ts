import type { Measure } from './measure.ts';
import { accounting } from './measures/accounting.ts';
import { anonymizer } from './measures/anonymizer.ts';
import { capacity, realCapacity } from './measures/capacity.ts';
import { comparing } from './measures/comparing.ts';
import { cpu } from './measures/cpu.ts';
import { dataCopy } from './measures/data.ts';
import { day } from './measures/day.ts';
import { firstRequest } from './measures/first-request.ts';
import { frozen } from './measures/frozen.ts';
import { importing } from './measures/import.ts';
import { ingest } from './measures/ingest.ts';
import { lateness } from './measures/lateness.ts';
import { merge } from './measures/merge.ts';
import { percentileError } from './measures/percentiles.ts';
import { report } from './measures/report.ts';
import { resume } from './measures/resume.ts';
import { seam } from './measures/seam.ts';
import { steady } from './measures/steady.ts';
import { watching } from './measures/uat.ts';

/** In the order of the table; the last judges the loads of those before it. */
export const measures: readonly Measure[] = [
  lateness,
  steady,
  frozen,
  seam,
  cpu,
  comparing,
  ingest,
  merge,
  day,
  report,
  firstRequest,
  resume,
  capacity,
  realCapacity,
  importing,
  anonymizer,
  dataCopy,
  percentileError,
  watching,
  accounting,
];
