import { z } from 'zod';
import { vitalNames } from '../../model/vital.ts';
import type { Judging } from '../domain.ts';
import { settingsOf } from '../settings.ts';
import { events } from './events.ts';
import { BrowserFold } from './fold.ts';
import { webVital } from './metrics.ts';
import { everyVitalObjective, vitalObjectives } from './objectives.ts';
import { browsersOf } from './results/build.ts';
import type { BrowsersSection } from './section.ts';

const budgets = z
  .object({ budgets: z.partialRecord(z.enum(vitalNames), z.number()).default({}) })
  .default({ budgets: {} });
/** Budgets of scenarios are what vitals are shown against where browser users have none of their own. */
const settings = z.object({ browser: budgets, uat: budgets });

export const judging: Judging<BrowserFold, BrowsersSection> = {
  events,
  begin: () => new BrowserFold(),
  add: (fold, event) => fold.add(event),
  allObjectives: everyVitalObjective,
  objectives: ({ setup }, _, config) =>
    setup === null ? [] : vitalObjectives(settingsOf(settings, config).value.browser.budgets),
  metrics: [webVital],
  section: async (fold, { config, objectives }) => {
    const { browser, uat } = settingsOf(settings, config).value;
    const areJudged = objectives.some(({ metric }) => metric === webVital.id);
    return browsersOf(fold, { ...uat.budgets, ...browser.budgets }, areJudged);
  },
  doubts: (_, section, { started }) => (section === null ? [] : settingsOf(settings, started.config).doubts),
  missing: ({ setup, endedEarly }) => {
    if (setup === null) return [];
    if (setup.notRun !== null) return [`No browser visited the target: ${setup.notRun}.`];
    return endedEarly === null ? [] : [`Visits by browsers ended before the load did: ${endedEarly}.`];
  },
};
