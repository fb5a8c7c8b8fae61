import { z } from 'zod';
import type { Configuration } from '../configuration.ts';
import { usualHonesty } from '../settings.ts';
import { type KubernetesSettings, kubernetesSchema, resolveKubernetes } from './kubernetes/rules.ts';
import { engineNames } from './options.ts';

const connectionRules = ['recorded', 'session', 'pooled'] as const;

/**
 * Who shares connections. `recorded`: a session has its own, as many at once as it has requests under way, as the recording overlapped them;
 * `session`: the same, but no more than six to a host, as a browser; `pooled`: all sessions share them, as behind a proxy.
 */
export type Connections = (typeof connectionRules)[number];

const schemas = {
  connections: z
    .enum(connectionRules)
    .default('recorded')
    .describe(
      'recorded: a session has connections of its own, as many at once as its requests overlap; session: no more than six to a host, as a browser, so that further requests wait; pooled: all sessions share connections, as behind a proxy.',
    ),
  engine: z
    .strictObject({
      prefer: z
        .enum(engineNames)
        .default('auto')
        .describe('What generates the load; auto: k6, or autocannon if no k6 is available.'),
      k6Path: z
        .string()
        .min(1)
        .optional()
        .describe(
          'The k6 program to use; SHAKEDOWN_K6, the one on the PATH, or one that is downloaded or built, when absent.',
        ),
      handOverS: z
        .number()
        .min(5)
        .max(36_000)
        .optional()
        .describe('After so many seconds the next k6 process takes over; 3600 when absent.'),
    })
    .prefault({})
    .describe('What generates the load.'),
  windows: z
    .strictObject({
      durationMs: z
        .int()
        .min(100)
        .max(3_600_000)
        .optional()
        .describe('Length of a measuring window; by the run’s length when absent.'),
    })
    .prefault({})
    .describe('How measurements are grouped in time.'),
  honesty: z
    .strictObject({
      maxGeneratorLatenessMs: z
        .number()
        .positive()
        .default(usualHonesty.maxGeneratorLatenessMs)
        .describe('A window whose requests the generator sent later than this, at p99, is invalid.'),
      maxInvalidShare: z
        .number()
        .min(0)
        .max(1)
        .default(usualHonesty.maxInvalidShare)
        .describe('A greater share of invalid windows, 0 to 1, makes the run inconclusive.'),
    })
    .prefault({})
    .describe('How much of a bottleneck the load generator may be.'),
  apdexThresholdMs: z
    .number()
    .positive()
    .default(100)
    .describe('Apdex threshold: an answer within this time satisfies the user.'),
  timeouts: z
    .strictObject({
      requestMs: z.int().min(1).max(3_600_000).default(30_000).describe('A request that takes longer has failed.'),
    })
    .prefault({})
    .describe('How long an answer is waited for.'),
  kubernetes: kubernetesSchema
    .optional()
    .describe('Where `--engine kubernetes` and `k6-operator` run generators; nowhere when absent.'),
};

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    engine: { prefer: (typeof engineNames)[number]; k6Path: string | null; handOverMs: number | null };
    /** null: chosen by the run's duration. */
    windows: { durationMs: number | null };
    honesty: { maxGeneratorLatenessMs: number; maxInvalidShare: number };
    apdexThresholdMs: number;
    connections: Connections;
    timeouts: { requestMs: number };
    /** Where load generators run in a cluster; absent where nothing is said of one. */
    kubernetes?: KubernetesSettings;
  }
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      engine: { prefer: 'k6', k6Path: '/usr/local/bin/k6', handOverS: 3600 },
      windows: { durationMs: 5000 },
      honesty: { maxGeneratorLatenessMs: 50, maxInvalidShare: 0.1 },
      apdexThresholdMs: 100,
      connections: 'session',
      timeouts: { requestMs: 30_000 },
      kubernetes: {
        image: 'registry.example.com/shakedown-load:1',
        context: 'staging',
        namespace: 'load',
        imagePullPolicy: 'IfNotPresent',
        imagePullSecrets: ['registry'],
        requests: { cpu: '1', memory: '1Gi' },
        limits: { cpu: '2', memory: '2Gi' },
        nodeSelector: { role: 'load' },
        tolerations: [{ key: 'load', operator: 'Exists', effect: 'NoSchedule' }],
        serviceAccount: 'load',
        operatorImage: 'registry.example.com/k6:2.2.0',
        checksFrom: 'harness',
        readyTimeoutS: 120,
      },
    },
  ],
  renamed: { 'engine.relayS': 'engine.handOverS', 'honesty.maxVoidShare': 'honesty.maxInvalidShare' },
  resolve({ connections, engine, windows, honesty, apdexThresholdMs, timeouts, kubernetes }, { at }) {
    return {
      engine: {
        prefer: engine.prefer,
        k6Path: engine.k6Path === undefined ? null : at(engine.k6Path),
        handOverMs: engine.handOverS === undefined ? null : engine.handOverS * 1000,
      },
      windows: { durationMs: windows.durationMs ?? null },
      honesty,
      apdexThresholdMs,
      connections,
      timeouts,
      ...(kubernetes === undefined ? {} : { kubernetes: resolveKubernetes(kubernetes) }),
    };
  },
};
