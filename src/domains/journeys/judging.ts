import { z } from 'zod';
import type { JourneysResult } from '../../model/journeys.ts';
import type { Judging } from '../domain.ts';
import { settingsOf } from '../settings.ts';
import { events } from './events.ts';
import { SessionsFold } from './fold.ts';
import { journeyCompletion } from './metrics.ts';
import { journeyObjectives } from './objectives.ts';
import { journeysOf } from './results/build.ts';

const settings = z.object({ apdexThresholdMs: z.number().positive().default(100) });

export const judging: Judging<SessionsFold, JourneysResult> = {
  events,
  begin: () => new SessionsFold(),
  add: (sessions, event) => sessions.add(event),
  metrics: [journeyCompletion],
  section: async (sessions, { facts, config }) =>
    journeysOf(sessions, facts, settingsOf(settings, config).value.apdexThresholdMs),
  doubts: (_, section, { started }) => (section === null ? [] : settingsOf(settings, started.config).doubts),
  select: (sessions, _, choice, { isSearch }) => {
    const own = isSearch ? [] : journeyObjectives(sessions.planned?.settings.journeys ?? []);
    return { ...choice, objectives: [...choice.objectives, ...own] };
  },
};
