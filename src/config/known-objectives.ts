import { everyVitalObjective } from '../domains/browsers/objectives.ts';
import { capacityObjective } from '../domains/capacity/objectives.ts';
import { chaosObjectives, ledgerObjectives } from '../domains/chaos/objectives.ts';
import { defaultObjectives, regressionObjective } from '../domains/load/judging/objectives.ts';
import { objectives as ofMonitoring } from '../domains/monitoring/objectives.ts';
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
  ...ofMonitoring,
  ...underLoadObjectives,
  ...acceptanceObjectives,
  satisfactionObjective,
  ...faultScenarioObjectives,
  capacityObjective,
  ...chaosObjectives,
  ...ledgerObjectives,
  ...everyVitalObjective,
].map(({ id }) => id);
