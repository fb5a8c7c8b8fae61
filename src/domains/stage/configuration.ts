import { z } from 'zod';
import { secret } from '../../model/secret.ts';
import type { Configuration } from '../configuration.ts';
import { type InitialState, initialState } from './initial-state.ts';

const reason = z.string().min(1).max(500);
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable');
const name = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'must be a name as Kubernetes has it');

const schemas = {
  stage: z
    .strictObject({
      durationS: z
        .number()
        .min(10)
        .default(600)
        .describe('How long the load of the simulation lasts, in seconds; `--duration` takes precedence.'),
      provision: z
        .strictObject({
          command: secret('arguments', z.array(z.string()).min(1)).describe(
            'Program and arguments, run in the folder of the configuration: `terraform`, `apply`, … It ends with 0 when the environment is there, also when it was there before.',
          ),
          timeoutS: z.number().positive().default(1800).describe('Time after which it is ended, and has failed.'),
        })
        .optional()
        .describe('What provides the environment; nothing when absent.'),
      initialState: z
        .union([z.string().min(1), initialState])
        .optional()
        .describe(
          'The initial state of the event `swarm/started`, or a JSON file that holds it. Reports show it, so it holds no secret; empty when absent.',
        ),
      skip: z
        .record(z.string(), reason)
        .default({})
        .describe('Phases that are not run, each with the reason. Their gates are inconclusive.'),
      deadlinesS: z
        .record(z.string(), z.number().positive())
        .default({})
        .describe('By phase: seconds after which it is ended in order, and is inconclusive.'),
      simulation: z
        .strictObject({
          faults: z.boolean().default(true).describe('Whether experiments with faults share its load.'),
          scenarios: z.boolean().default(true).describe('Whether business scenarios share its load.'),
        })
        .prefault({})
        .describe('What the load of the simulation is shared by.'),
      capacity: z
        .strictObject({
          stepS: z.number().positive().nullable().default(null).describe('Length of a step; null: as in `simulate`.'),
          instances: z
            .array(z.int().min(1).max(20))
            .max(20)
            .default([])
            .describe('Numbers of instances at which the capacity is searched for; empty: only the present number.'),
        })
        .prefault({})
        .describe('The search for the capacity.'),
      monitoring: z
        .strictObject({
          productionRules: z
            .boolean()
            .default(false)
            .describe('Whether every production rule is proved; this puts faults into the target.'),
          pageReal: z
            .boolean()
            .default(false)
            .describe(
              'Whether each real receiver gets one page, marked as a test. Without it the monitoring is inconclusive.',
            ),
        })
        .prefault({})
        .describe('The validation of the monitoring.'),
      candidate: z
        .strictObject({
          files: z
            .record(z.string().min(1), z.string().min(1))
            .default({})
            .describe(
              'Files that make up the candidate, by the name of the artifact. Each is hashed before and after every phase.',
            ),
          command: secret('arguments', z.array(z.string()).min(1))
            .optional()
            .describe(
              'Prints a line `name sha256:…` for each artifact that runs, such as the images of the containers; asked before and after every phase. None when absent.',
            ),
        })
        .prefault({})
        .describe('How the candidate is asked what it is, beside `target.artifactPath`.'),
      lock: z
        .strictObject({
          kind: z
            .enum(['host', 'postgres', 'lease'])
            .default('host')
            .describe(
              '`host`: one stage at a time on this machine; `postgres`: an advisory lock; `lease`: a Lease in Kubernetes.',
            ),
          urlEnv: variable
            .default('SHAKEDOWN_STAGE_LOCK_URL')
            .describe('For `postgres`: the environment variable with the URL of the database.'),
          context: z
            .string()
            .nullable()
            .default(null)
            .describe('For `lease`: the kubectl context; null: the current one.'),
          namespace: name.nullable().default(null).describe('For `lease`: the namespace; null: that of the context.'),
          name: name.default('shakedown-stage').describe('For `lease`: its name.'),
        })
        .prefault({})
        .describe('What keeps two stages out of one environment.'),
    })
    .prefault({})
    .describe('The whole stage: `shakedown run`.'),
};

type Written = z.output<typeof schemas.stage>;

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    stage: Omit<Written, 'provision' | 'initialState' | 'candidate'> & {
      provision: { command: string[]; timeoutS: number } | null;
      /** A path is absolute. */
      initialState: string | InitialState | null;
      candidate: { files: Record<string, string>; command: string[] | null };
    };
  }
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      stage: {
        durationS: 86_400,
        provision: { command: ['terraform', 'apply', '-auto-approve'], timeoutS: 1800 },
        initialState: 'stage-state.json',
        skip: { capacity: 'measured last week, the machine is in use' },
        deadlinesS: { rehearsal: 3600 },
        simulation: { faults: true, scenarios: true },
        capacity: { stepS: 20, instances: [1, 2, 4] },
        monitoring: { productionRules: true, pageReal: false },
        candidate: {
          files: { 'shop.tar.gz': 'build/shop.tar.gz' },
          command: ['scripts/images.sh', 'staging'],
        },
        lock: {
          kind: 'lease',
          urlEnv: 'SHAKEDOWN_STAGE_LOCK_URL',
          context: 'staging',
          namespace: 'shop',
          name: 'shakedown-stage',
        },
      },
    },
    {
      stage: {
        initialState: {
          staging_environment_config: { replicas: 3 },
          deployment_pipeline: { stages: ['build', 'staging', 'production'] },
          staging_test_suite: { scenarios: 'all' },
        },
      },
    },
  ],
  resolve: ({ stage }, { at }) => ({
    stage: {
      ...stage,
      provision: stage.provision ?? null,
      initialState: typeof stage.initialState === 'string' ? at(stage.initialState) : (stage.initialState ?? null),
      candidate: {
        files: Object.fromEntries(Object.entries(stage.candidate.files).map(([key, path]) => [key, at(path)])),
        command: stage.candidate.command ?? null,
      },
    },
  }),
};
