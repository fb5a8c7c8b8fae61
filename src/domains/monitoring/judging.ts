import { z } from 'zod';
import { hasLoad, type RunFacts, type Span } from '../../model/run-facts.ts';
import type { Objective } from '../../model/verdict.ts';
import type { Judging } from '../domain.ts';
import { baselineLines } from '../load/public.ts';
import { notAskedWords } from '../part-section.ts';
import { settingsOf } from '../settings.ts';
import { events } from './events.ts';
import { Watched } from './fold.ts';
import { closestToLimit, metrics } from './metrics.ts';
import { always, objectives, ofAlerts, ofComparedLogs, ofLogs, ofLongLogs, ofWatched } from './objectives.ts';
import type { MonitoringSection } from './section.ts';
import { whyDriftIsNotAsked } from './stability/asked.ts';
import { ownGrowth, resourcesOf, stabilityOf } from './stability/build.ts';
import { excusedByPlan, outagesOf } from './stability/downtime.ts';
import { objectivesOfValidation, validationSection } from './validation/judging.ts';

/** What was watched beside the load: whether the target stood firm, and what it took of its resources. */
export const judging: Judging<Watched, MonitoringSection> = {
  events,
  begin: () => new Watched(),
  add: (state, event, disturbed) => state.add(event, disturbed),
  async complete(state, facts) {
    state.linesBefore = await baselineLines(facts.folder);
    const { watch } = settingsOf(settings, facts.started.config).value;
    state.logsAsked = watch.logs.flatMap(({ name }) => name ?? []);
  },
  spans,
  allObjectives: objectives,
  objectives: (state, facts, config) => [
    ...(hasLoad(facts) ? objectivesOf(state, facts, config) : []),
    ...objectivesOfValidation(state.validation, config),
  ],
  gates: ({ validation }) => (validation.started === null ? [] : ['monitoring']),
  metrics,
  async section(state, { facts, objectives: asked, warn }) {
    const validation = await validationSection(state.validation);
    const validated = validation === null ? {} : { validation };
    if (!hasLoad(facts)) return validation === null ? null : { resources: [], ...validated };
    const stability = stabilityOf(state, facts, asked);
    for (const sentence of ownGrowth(stability)) warn(sentence);
    // Steps of different rates have no trend.
    return { ...(facts.isSearch ? {} : { stability }), resources: resourcesOf(state), ...validated };
  },
  select(_, section, choice, facts) {
    if (facts.isSearch || !hasLoad(facts)) return choice;
    const why = choice.isNamed('drift')
      ? null
      : whyDriftIsNotAsked(choice.objectives, section?.stability?.trends ?? []);
    const isLeftOut = ({ id }: { id: string }) => why !== null && (id === 'drift' || id === 'hidden-growth');
    return {
      ...choice,
      objectives: choice.objectives.filter((objective) => !isLeftOut(objective)),
      missing: [...choice.missing, ...(why !== null && choice.objectives.some(isLeftOut) ? [why] : [])],
    };
  },
  doubts: (_, section, { started }) => (section === null ? [] : settingsOf(settings, started.config).doubts),
  missing: (state, section, facts) => [
    ...notAskedWords('the monitoring', section?.validation),
    ...(section?.stability === undefined ? [] : excusedByPlan(state, section.stability)),
    ...(facts.isSearch || !hasLoad(facts) || closestToLimit(state) !== null
      ? []
      : [
          'No resource of the target was watched against a limit, so no certificate can rest on this run; see `watch` in the configuration.',
        ]),
  ],
};

/** What of the configuration says what is watched. */
const settings = z.object({
  watch: z
    .object({
      // How closely alerts were followed.
      everyS: z.number().positive().nullish(),
      prometheus: z.object({ alerts: z.boolean().default(false) }).nullish(),
      logs: z.array(z.object({ name: z.string().optional() })).default([]),
    })
    .default({ logs: [] }),
});

const firstHoursMs = 30 * 60_000;

/** Those that this run has, or should have, evidence for. */
function objectivesOf(state: Watched, facts: RunFacts, config: unknown): readonly Objective[] {
  const { watch } = settingsOf(settings, config).value;
  const isWatched =
    state.processes.length > 0 || [...state.metrics.values()].some(({ metric }) => metric.subject === 'target');
  const hasAlerts = watch.prometheus?.alerts === true || state.alerts.length > 0 || state.checked.has('alerts');
  const hasLogs = watch.logs.length > 0 || state.logs.size > 0;
  return [
    ...always,
    ...(isWatched ? ofWatched : []),
    ...(hasAlerts ? ofAlerts : []),
    ...(hasLogs ? ofLogs : []),
    ...(hasLogs && state.linesBefore.length > 0 ? ofComparedLogs : []),
    ...(hasLogs && facts.started.durationMs >= firstHoursMs ? ofLongLogs : []),
  ];
}

function spans({ alerts, generators }: Watched, { health }: RunFacts): Span[] {
  const domain = 'monitoring';
  return [
    ...alerts.map(({ name, fromMs, toMs, open }): Span => {
      return { kind: 'alert', domain, label: name, fromMs, toMs: open ? Number.POSITIVE_INFINITY : toMs };
    }),
    ...outagesOf(health).map(({ fromMs, toMs, reason }): Span => {
      return { kind: 'outage', domain, label: `health check: ${reason}`, fromMs, toMs };
    }),
    ...generators.flatMap(({ atMs, reason }): Span[] => {
      if (reason === 'start') return [];
      return [{ kind: 'generator', domain, label: `generator: ${reason}`, fromMs: atMs, toMs: atMs }];
    }),
  ];
}
