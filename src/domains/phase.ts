import type { ResolvedConfig } from '../model/config.ts';
import type { Results } from '../model/results.ts';
import type { Verdict } from '../model/verdict.ts';

/** Who acts in the staging stage. Each phase is one role's; what a role does is what its phases do. */
export const stageRoles = {
  'environment-manager': 'Environment manager',
  'feature-developer': 'Feature developer',
  'qa-tester': 'QA tester',
  'deployment-validator': 'Deployment validator',
  'monitoring-specialist': 'Monitoring specialist',
} as const;

export type StageRole = keyof typeof stageRoles;

/** Events of the stage, by the names of the scenario. `swarm/started` begins it, and brings the initial state. */
export const stageEvents = [
  'swarm/started',
  'staging/environment_setup_requested',
  'staging/monitoring_requested',
  'staging/development_requested',
  'staging/integration_testing_needed',
  'staging/testing_requested',
  'staging/performance_testing_needed',
  'staging/deployment_requested',
  'staging/deployment_approved',
  'staging/validation_requested',
  'staging/production_readiness_check',
  'staging/health_check_needed',
] as const;

export type StageEvent = (typeof stageEvents)[number];

/** What the roles share, by the names of the scenario. Each is written by one phase. */
export const stageKeys = [
  'environment_status',
  'infrastructure_provisioned',
  'monitoring_configured',
  'feature_artifacts',
  'development_changes',
  'integration_test_results',
  'test_results',
  'test_failures',
  'performance_results',
  'validation_results',
  'validation_status',
  'gate_evaluations',
  'deployment_status',
  'deployment_history',
  'deployment_approved',
  'health_status',
  'production_ready',
  'readiness_checklist',
] as const;

export type StageKey = (typeof stageKeys)[number];

/**
 * A piece of the staging stage that a domain declares: a command of Shakedown, done by a role when an event asks for it. `shakedown run` knows
 * domains by this only. To do it again must do no harm: a stage that was cut off does the phase that was under way once more.
 */
export interface Phase {
  /** `simulation` */
  readonly id: string;
  readonly title: string;
  readonly role: StageRole;
  /** It is begun by the first of these. */
  readonly listens: readonly StageEvent[];
  /** What it announces when it has ended and did not fail; with `when`, only where that holds. */
  readonly emits: readonly (
    | StageEvent
    | { readonly event: StageEvent; readonly when: (outcome: PhaseOutcome) => boolean }
  )[];
  /** Begun only when whoever writes these has ended. It is given their values, and those of no other key. */
  readonly reads: readonly StageKey[];
  readonly writes: readonly StageKey[];
  /** Ids of phases that must have ended before, though it reads nothing of theirs. */
  readonly after?: readonly string[];
  /** Gates that its run judges, each by all that belongs to the gate. */
  readonly gates: readonly string[];
  /** It is judged by the verdict of its run as a whole, and not by its gates alone. */
  readonly isWhole?: true;
  /** The gate in which its verdict as a whole counts, where it judges none by itself. */
  readonly partOf?: string;
  /** It sends load, so that nothing may run beside it that makes the load late. */
  readonly sendsLoad?: true;
  /** How long it may take, ms; then it is ended in order, and inconclusive. */
  deadlineMs(context: PhaseContext): number;
  /** Why the configuration leaves it out; null: it does not. */
  leftOut?(context: PhaseContext): string | null;
  /** What does it. */
  readonly does: PhaseWork;
  /** Its part of the state; keys that it writes and that are not in here stay as they were. */
  state(outcome: PhaseOutcome): Partial<Record<StageKey, unknown>>;
}

export type PhaseWork =
  /** Another command of Shakedown, with a run of its own. */
  | { readonly kind: 'command'; words(context: PhaseContext): readonly string[] }
  /**
   * Another command, which leaves no run but prints what it did as JSON.
   * `undo`: the command that takes it back, known before it is done.
   */
  | {
      readonly kind: 'deployment';
      words(context: PhaseContext): readonly string[];
      undo(context: PhaseContext): readonly string[];
    }
  /** A program of the user's own. */
  | { readonly kind: 'program'; argv(context: PhaseContext): readonly string[] }
  /** People decide; the stage waits for them without running. `run`: the id of the phase whose run they decide on. */
  | { readonly kind: 'people'; readonly decideOn: string };

/** What a phase is made for. */
export interface PhaseContext {
  readonly config: ResolvedConfig;
  /** Of the project, absolute. */
  readonly folder: string;
  /** Of the simulation's load. */
  readonly durationMs: number;
  /** Of the keys that it reads; absent: nobody wrote it. */
  readonly state: Partial<Record<StageKey, unknown>>;
}

/** How a phase came out. */
export interface PhaseOutcome {
  readonly verdict: Verdict;
  /** Why, in a sentence. */
  readonly sentence: string;
  /** Id of its run; null: it has none. */
  readonly runId: string | null;
  /** What its run came to; null: it has none. */
  readonly results: Results | null;
  /** What it printed as JSON; null: nothing. */
  readonly printed: unknown;
}

/** The name of what it announces. */
export function eventOf(emitted: Phase['emits'][number]): StageEvent {
  return typeof emitted === 'string' ? emitted : emitted.event;
}

/** A test's figures for the state: how many of what was looked at passed. */
export function talliesOf(
  results: Results | null,
  gates: readonly string[],
): { passed: number; failed: number; open: number } {
  const of = (verdict: Verdict) =>
    (results?.objectives ?? []).filter((each) => gates.includes(each.objective.gate) && each.verdict === verdict)
      .length;
  return { passed: of('pass'), failed: of('fail'), open: of('inconclusive') };
}
