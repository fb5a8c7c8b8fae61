import type { Measurement } from '../../../gate/measurement.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { AcceptanceResult } from '../../../model/uat.ts';
import type { Metric } from '../../domain.ts';
import { satisfaction } from '../feedback/result.ts';
import type { UatSection } from '../section.ts';
import {
  experienceFindings,
  failedScenarios,
  flakyScenarios,
  missingBrowsers,
  slowVitals,
  violations,
} from './acceptance-figures.ts';
import type { UatFold } from './fold.ts';
import { browsersNotRun, passedRuns, userFindings, vitalsOver } from './under-load-figures.ts';

type UatMetric = Metric<UatFold, UatSection>;
type UnderLoad = Required<Pick<UatSection, 'underLoad' | 'vitals'>>;

const nothingRun: Measurement = { value: null, samples: 0, absent: 'no scenario was run in this run' };

/** Read from scenarios that were run alone. Each is a count of what was seen, which no chance can bring about. */
function alone(read: (acceptance: AcceptanceResult) => Measurement): Pick<UatMetric, 'unit' | 'isCount' | 'read'> {
  return {
    unit: 'count',
    isCount: true,
    read: ({ section }) => (section?.acceptance === undefined ? nothingRun : read(section.acceptance)),
  };
}

/** Read from scenarios beside the load. */
function underLoad(read: (section: UnderLoad, facts: RunFacts) => Measurement): Pick<UatMetric, 'read'> {
  return {
    read: ({ section, facts }) =>
      section?.underLoad === undefined
        ? nothingRun
        : read({ underLoad: section.underLoad, vitals: section.vitals }, facts),
  };
}

export const metrics: readonly UatMetric[] = [
  {
    id: 'failed_scenarios',
    words: 'business scenarios',
    cause: 'function',
    inHeadline: 4,
    ...alone(failedScenarios),
  },
  {
    id: 'flaky_scenarios',
    words: 'steadiness of scenarios',
    cause: 'function',
    missed: 'inconclusive',
    ...alone(flakyScenarios),
  },
  {
    id: 'missing_browsers',
    words: 'browser coverage',
    cause: 'function',
    missed: 'inconclusive',
    ...alone(missingBrowsers),
  },
  { id: 'violations', words: 'accessibility', cause: 'function', inHeadline: 4, ...alone(violations) },
  { id: 'experience_findings', words: 'user experience', cause: 'function', ...alone(experienceFindings) },
  { id: 'slow_vitals', words: 'perceived performance', cause: 'function', ...alone(slowVitals) },
  {
    id: 'satisfaction',
    words: 'satisfaction',
    unit: 'score',
    cause: 'coverage',
    read: ({ section }, objective) => satisfaction(section?.feedback, objective),
  },
  {
    id: 'scenarios',
    words: 'share of scenario runs that passed',
    shortWords: 'scenarios passed',
    unit: '%',
    cause: 'function',
    ...underLoad((section) => passedRuns(section.underLoad, false)),
  },
  {
    id: 'user_findings',
    words: 'number of errors on the scenarios’ pages',
    shortWords: 'errors on pages',
    unit: 'count',
    cause: 'speed',
    ...underLoad((section) => userFindings(section.underLoad)),
  },
  {
    id: 'vitals_over',
    words: 'number of web vitals over budget',
    shortWords: 'vitals over budget',
    unit: 'count',
    cause: 'speed',
    ...underLoad(({ vitals }) => vitalsOver(vitals)),
  },
  {
    id: 'fault_scenarios',
    words: 'share of scenario runs that passed under a fault',
    shortWords: 'scenarios under fault',
    unit: '%',
    cause: 'faults',
    ...underLoad((section, { spans }) => {
      const faults = spans.filter(({ kind }) => kind === 'fault');
      // What a fault that did not take effect leaves standing shows nothing.
      return faults.length > 0 && faults.every(({ seen }) => seen === false)
        ? { value: null, samples: 0, absent: 'no fault was seen to take effect' }
        : passedRuns(section.underLoad, true);
    }),
  },
  {
    id: 'browsers_not_run',
    words: 'number of browsers not run',
    shortWords: 'browsers not run',
    unit: 'count',
    cause: 'coverage',
    missed: 'inconclusive',
    ...underLoad((section) => browsersNotRun(section.underLoad)),
  },
];
