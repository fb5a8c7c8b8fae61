import { z } from 'zod';

const count = z.int().min(1).max(100_000_000);

/** What the metrics of a Prometheus are judged by. */
export const metricsSettings = z
  .strictObject({
    lookBackHours: z.number().positive().max(24_000).default(24).describe('How far back to look, hours.'),
    seriesPerMetric: count.default(10_000).describe('Series of one metric; more need a review.'),
    labelValues: count.default(1000).describe('Values of one label; more need a review.'),
  })
  .prefault({})
  .describe('What the metrics are judged by.');
