import { z } from 'zod';
import { ShakedownError } from '../../model/error.ts';
import { secret } from '../../model/secret.ts';
import type { Configuration } from '../configuration.ts';
import { parseDuration } from '../duration.ts';
import { formats } from './results/result.ts';
import { type ResolvedFunctional, suiteKinds } from './settings.ts';

const name = z.string().min(1).max(80);
const glob = z.string().min(1).max(400);
const percent = z.number().min(0).max(100);
const reason = z.string().min(3).max(300);
const duration = z.string().refine((text) => typeof parseDuration(text) === 'number', {
  error: ({ input }) => String(parseDuration(String(input))),
});

const leftOut = z.strictObject({
  reason: reason.describe('Why, in 3 to 300 characters; the report shows it.'),
  owner: name.optional().describe('Who decided it; nobody is named when absent.'),
});

const coverage = z.strictObject({
  file: glob.describe('File that the suite writes: lcov or Cobertura, found by its content.'),
  minimum: percent
    .optional()
    .describe('Share of the lines, in percent, that must be run; shown and not judged when absent.'),
  sources: z
    .array(glob)
    .max(50)
    .default([])
    .describe('Files that it must have. A missing file was not measured, and its lines are in no share.'),
  exclude: z
    .array(
      z.strictObject({
        files: glob.describe('Pattern of the files that are not counted.'),
        reason: reason.describe('Why, in 3 to 300 characters; the report shows it.'),
      }),
    )
    .max(100)
    .default([])
    .describe('What is not counted.'),
});

const suite = z.strictObject({
  name: name.describe('Name in the report. Earlier runs of a suite are found by its kind and name.'),
  kind: z.enum(suiteKinds).describe('Which part of the validation it belongs to.'),
  command: secret('arguments', z.union([z.string().min(1), z.array(z.string()).min(1)])).describe(
    'A list is a program and its arguments; a text goes through the shell.',
  ),
  folder: z.string().min(1).default('.').describe('Where it is started.'),
  env: secret('values', z.record(z.string(), z.string()))
    .default({})
    .describe(
      'Added to its environment. `{{env.NAME}}` in a value stands for an environment variable of Shakedown; if that is not set, the suite is inconclusive. `SHAKEDOWN_BASE_URL` is the address of the target, if the suite needs it.',
    ),
  timeout: duration.default('15m').describe('Time after which it is ended.'),
  results: z
    .union([glob, z.array(glob).min(1).max(50)])
    .describe(
      'Files that it writes (`*`, `**`, `?`, `{a,b}`), from its folder; `stdout`: it prints its results. Only files that it wrote in this run count.',
    ),
  format: z.enum(formats).optional().describe('Format of these files; found by their content when absent.'),
  coverage: coverage.optional().describe('How many lines its tests run; not looked at when absent.'),
  minimumTests: z.int().min(1).optional().describe('Fewer tests than this are inconclusive; one when absent.'),
  passRate: percent
    .optional()
    .describe('Share of its tests, in percent, that must pass; that of `functional.passRate` when absent.'),
  target: z
    .boolean()
    .optional()
    .describe('Whether the target must be up when it begins; all but unit tests need it when absent.'),
  gone: z
    .array(
      z.strictObject({
        test: glob.describe('Name of the test as the report has it; `*` for any part.'),
        reason: reason.describe('Why it is no longer there, in 3 to 300 characters.'),
      }),
    )
    .max(500)
    .default([])
    .describe(
      'Tests of the last passing run that were removed on purpose. All others that are missing count as not run.',
    ),
});

const schemas = {
  functional: z
    .strictObject({
      passRate: percent.default(95).describe('Share of the tests of each suite, in percent, that must pass.'),
      suites: z
        .array(suite)
        .max(200)
        .default([])
        .describe('Test suites that `validate final` runs, in this order. The sample system has its own.'),
      leaveOut: z
        .partialRecord(z.enum(suiteKinds), leftOut)
        .default({})
        .describe(
          `Kinds of tests that the system does not have, each with the reason, which the report shows: ${suiteKinds.join(', ')}.`,
        ),
    })
    .prefault({})
    .describe('Functional tests: your own suites, judged by the files that they write.'),
};

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    functional: ResolvedFunctional;
  }
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      functional: {
        passRate: 95,
        leaveOut: { ui: { reason: 'it has no pages', owner: 'platform team' } },
        suites: [
          {
            name: 'unit',
            kind: 'unit',
            command: ['npx', 'vitest', 'run', '--reporter=junit', '--outputFile=build/unit.xml', '--coverage'],
            folder: '.',
            timeout: '10m',
            results: 'build/unit.xml',
            format: 'junit',
            minimumTests: 100,
            coverage: {
              file: 'coverage/lcov.info',
              minimum: 98,
              sources: ['src/**/*.ts'],
              exclude: [{ files: 'src/generated/**', reason: 'made by the build' }],
            },
          },
          {
            name: 'api',
            kind: 'api',
            command: 'go test -count=1 -json ./api/...',
            env: { API_TOKEN: '{{env.STAGING_API_TOKEN}}' },
            results: 'stdout',
            passRate: 100,
            target: true,
            gone: [{ test: 'example.org/api › TestOldSearch*', reason: 'the old search was removed' }],
          },
        ],
      },
    },
  ],
  resolve({ functional: { passRate, suites, leaveOut } }, { at }) {
    const seen = new Set<string>();
    for (const [index, { kind, name: of }] of suites.entries()) {
      const key = `${kind} ${of.toLowerCase()}`;
      if (seen.has(key)) {
        throw new ShakedownError(
          'CONFIG_INVALID',
          `functional.suites.${index}.name: there are two ${kind} suites ${JSON.stringify(of)}.`,
          {
            hint: 'Give one of them another name: earlier runs are found by it.',
          },
        );
      }
      seen.add(key);
      if (leaveOut[kind] !== undefined) {
        throw new ShakedownError(
          'CONFIG_INVALID',
          `functional.leaveOut.${kind}: there is a ${kind} suite ${JSON.stringify(of)}.`,
          { hint: 'Take the suite out, or do not leave its kind out.' },
        );
      }
    }
    return {
      functional: {
        leaveOut: Object.fromEntries(
          Object.entries(leaveOut).map(([kind, { reason: why, owner }]) => [
            kind,
            { reason: why, owner: owner ?? null },
          ]),
        ),
        suites: suites.map(({ folder, timeout, results, format, coverage: covered, target, ...suiteOf }) => ({
          ...suiteOf,
          folder: at(folder),
          timeoutMs: Number(parseDuration(timeout)),
          results: typeof results === 'string' ? [results] : results,
          format: format ?? null,
          coverage: covered === undefined ? null : { ...covered, minimum: covered.minimum ?? null },
          minimumTests: suiteOf.minimumTests ?? 1,
          passRate: suiteOf.passRate ?? passRate,
          needsTarget: target ?? suiteOf.kind !== 'unit',
        })),
      },
    };
  },
};
