import { z } from 'zod';

const labels = z.record(z.string(), z.string());
/** A time in seconds and a value as text (https://prometheus.io/docs/prometheus/latest/querying/api/). */
const point = z.tuple([z.number(), z.string()]);

export const queryAnswer = z.discriminatedUnion('resultType', [
  z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ metric: labels, value: point.optional() }).loose()),
  }),
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric: labels, values: z.array(point).default([]) }).loose()),
  }),
  z.object({ resultType: z.literal('scalar'), result: point }),
  z.object({ resultType: z.literal('string'), result: point }),
]);

export const targetsAnswer = z.object({
  activeTargets: z.array(
    z
      .object({
        labels,
        scrapePool: z.string(),
        lastError: z.string(),
        lastScrape: z.string(),
        lastScrapeDuration: z.number(),
        health: z.string(),
        /** Since 2.27. */
        scrapeInterval: z.string().optional(),
        scrapeTimeout: z.string().optional(),
      })
      .loose(),
  ),
});

export const flagsAnswer = z.record(z.string(), z.string());
export const buildAnswer = z.object({ version: z.string() }).loose();
export const runtimeAnswer = z
  .object({
    reloadConfigSuccess: z.boolean().optional(),
    corruptionCount: z.number().optional(),
    storageRetention: z.string().optional(),
    startTime: z.string().optional(),
  })
  .loose();

const counted = z.array(z.object({ name: z.string(), value: z.number() }));
export const tsdbAnswer = z
  .object({
    headStats: z.object({ numSeries: z.number() }).loose().optional(),
    seriesCountByMetricName: counted.nullable(),
    labelValueCountByLabelName: counted.nullable(),
  })
  .loose();

export const metadataAnswer = z.record(
  z.string(),
  z.array(z.object({ type: z.string(), help: z.string(), unit: z.string().default('') })),
);

export const rulesAnswer = z.object({
  groups: z.array(
    z
      .object({
        name: z.string(),
        file: z.string(),
        interval: z.number(),
        rules: z.array(
          z
            .object({
              type: z.enum(['alerting', 'recording']),
              name: z.string(),
              query: z.string(),
              labels: labels.optional(),
              health: z.string(),
              lastError: z.string().optional(),
            })
            .loose(),
        ),
      })
      .loose(),
  ),
});

export const namesAnswer = z.array(z.string());
export const seriesAnswer = z.array(labels);
