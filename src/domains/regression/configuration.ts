import { z } from 'zod';
import { httpUrlSchema } from '../../model/address-schemas.ts';
import { ShakedownError } from '../../model/error.ts';
import { secret } from '../../model/secret.ts';
import type { Configuration } from '../configuration.ts';
import { sampleChanges } from './sample-changes.ts';

const expected = z.strictObject({
  route: z.string().min(1).max(300).default('*').describe('Such as `GET /api/products`; `*` stands for any text.'),
  path: z
    .string()
    .min(1)
    .max(300)
    .describe(
      'What differs, as the report names it: `$.items[].rating`, `header x-version`, `response time`; `*` stands for any text.',
    ),
  reason: z.string().min(1).max(1000).describe('Why the difference is intended.'),
  expires: z.iso.date().describe('Last day on which that counts.'),
});

const schemas = {
  regression: z
    .strictObject({
      current: z
        .array(httpUrlSchema)
        .max(2)
        .default([])
        .describe(
          'Where the current version answers: two systems with the same data, or one that `prepare` resets. The candidate is at target.baseUrl.',
        ),
      prepare: secret('arguments', z.array(z.string().min(1)).min(1))
        .nullable()
        .default(null)
        .describe(
          'Program and arguments that bring a system to the same data, and to the right version; it gets ARM (current, again, candidate), VERSION and BASE_URL in its environment.',
        ),
      prepareTimeoutS: z.int().min(1).max(86_400).default(600).describe('How long that may take, in seconds.'),
      sessions: z.int().min(1).max(5000).default(400).describe('Sessions of the recording that are replayed, at most.'),
      sessionsPerRoute: z
        .int()
        .min(1)
        .max(2000)
        .default(30)
        .describe(
          'Number of sessions wanted for each route; more find rarer changes, and changes of fields that differ by chance.',
        ),
      timeoutMs: z
        .int()
        .min(100)
        .max(600_000)
        .default(15_000)
        .describe('How long an answer may take, in milliseconds.'),
      bytesAtMost: z
        .int()
        .min(1000)
        .max(64_000_000)
        .default(2_000_000)
        .describe('How much of an answer is read, in bytes; of a longer one only the beginning is compared.'),
      falseAlarms: z
        .number()
        .min(0.000001)
        .max(0.2)
        .default(0.01)
        .describe('The chance that anything is reported for two versions that answer alike.'),
      marginPercent: z.number().min(0).max(1000).default(10).describe('Slowdown that is tolerated.'),
      expected: z
        .array(expected)
        .max(1000)
        .nullable()
        .default(null)
        .describe('Intended differences; for the sample system those of its versions, else none when absent.'),
    })
    .prefault({})
    .describe('The same traffic to the current version, twice, and to the candidate: their answers are compared.'),
};

type Written = z.output<(typeof schemas)['regression']>;

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    regression: Omit<Written, 'expected'> & { expected: readonly z.output<typeof expected>[] };
  }
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      regression: {
        current: ['https://current-1.staging.example.com', 'https://current-2.staging.example.com'],
        prepare: ['./reset-database.sh'],
        prepareTimeoutS: 300,
        sessions: 500,
        sessionsPerRoute: 80,
        timeoutMs: 10_000,
        bytesAtMost: 1_000_000,
        falseAlarms: 0.01,
        marginPercent: 10,
        expected: [
          { route: 'GET /api/products*', path: '$.items[].rating', reason: 'ratings are new', expires: '2027-03-31' },
        ],
      },
    },
  ],
  resolve({ regression }, { isSample }) {
    const current = regression.current.map((url) => url.replace(/\/+$/, ''));
    if (isSample && current.length > 0)
      throw new ShakedownError('CONFIG_INVALID', 'regression.current is set, and the sample system is the target.', {
        hint: 'Both versions of the sample system are started by Shakedown: remove it, or set target.baseUrl.',
      });
    return {
      regression: { ...regression, current, expected: regression.expected ?? (isSample ? sampleChanges : []) },
    };
  },
};
