import { everyVitalObjective } from '../domains/browsers/objectives.ts';
import { capacityObjective } from '../domains/capacity/objectives.ts';
import { chaosObjectives, ledgerObjectives } from '../domains/chaos/public.ts';
import { defaultObjectives, regressionObjective } from '../domains/load/judging/objectives.ts';
import { monitoringObjectives } from '../domains/monitoring/public.ts';
import {
  acceptanceObjectives,
  faultScenarioObjectives,
  satisfactionObjective,
  underLoadObjectives,
} from '../domains/uat/judging/objectives.ts';

/** Ids of every default objective there is. */
export const knownObjectives: readonly string[] = [
  ...defaultObjectives,
  regressionObjective,
  ...monitoringObjectives,
  ...underLoadObjectives,
  ...acceptanceObjectives,
  satisfactionObjective,
  ...faultScenarioObjectives,
  capacityObjective,
  ...chaosObjectives,
  ...ledgerObjectives,
  ...everyVitalObjective,
].map(({ id }) => id);
