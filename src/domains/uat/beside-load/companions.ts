import type { Companion } from '../../companion.ts';
import { surveyOf } from '../feedback/settings.ts';
import { prepareScenarios } from './prepare.ts';
import { openScenarios, type Scenarios } from './session.ts';

/** What people said of the candidate, where the configuration names a survey: kept with the run. */
const survey: Companion = {
  async prepare({ config, isResumed }) {
    const store = await surveyOf(config.uat.feedback);
    return { title: 'the survey', open: async ({ runFolder }) => (isResumed ? undefined : store(runFolder)) };
  },
};

/** Scenarios in browsers, before the load and again and again while it is on. */
const scenarios: Companion = {
  async prepare(asked) {
    const named = (asked.options.uat as readonly string[] | undefined) ?? asked.config.uat.duringLoad.run;
    if (named === null) return null;
    const prepared = await prepareScenarios(named, asked);
    let roundsBefore = 0;
    let running: Scenarios | undefined;
    return {
      title: 'the scenarios',
      programs: prepared.programs,
      recall(event) {
        if (event.type === 'shakedown.uat.round.started') roundsBefore = Math.max(roundsBefore, event.data.round);
      },
      async open(run) {
        running = await openScenarios(prepared, run, roundsBefore);
        await running.quiet();
      },
      begin: () => running?.start(),
      end: () => running?.end(),
    };
  },
};

export const companions: readonly Companion[] = [survey, scenarios];
