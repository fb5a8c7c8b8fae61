import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { secret } from '../../../model/secret.ts';
import type { ConfigurationContext } from '../../configuration.ts';
import type { ResolvedFlags } from './settings.ts';

const milliseconds = z.number().min(0).max(86_400_000);

/** How a feature flag is rehearsed. */
export const flagRules = z
  .strictObject({
    flag: z
      .string()
      .min(1)
      .optional()
      .describe('Key of the flag; the sample system has its own, and the rehearsal is inconclusive, when absent.'),
    on: z.string().min(1).default('on').describe('Variant that a share of the sessions gets.'),
    off: z.string().min(1).default('off').describe('Variant that all have before and afterwards.'),
    file: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Flags as flagd reads them, JSON. Instances find a copy by FLAG_FILE; it is changed, the file is not. The command is used when absent.',
      ),
    command: secret('arguments', z.array(z.string().min(1)).min(1))
      .optional()
      .describe(
        'Switches the flag: it finds FLAG, VARIANT_ON, VARIANT_OFF and PERCENT in its environment; the file is changed when absent.',
      ),
    probePath: z
      .string()
      .startsWith('/')
      .regex(/\{session\}/, 'must have {session}')
      .optional()
      .describe(
        'A page that evaluates the flag for a session, and answers with the evaluation as JSON; none is seen when absent.',
      ),
    variantAt: z.string().default('variant').describe('Where that answer has the variant.'),
    reasonAt: z.string().default('reason').describe('Where that answer has the reason, as OpenFeature names it.'),
    sharePercent: z.number().min(1).max(99).default(50).describe('Share of the sessions that get the variant.'),
    sessionsPerSecond: z.number().positive().max(1000).default(20).describe('Sessions that begin each second.'),
    exposeMs: milliseconds.default(20_000).describe('How long both variants are compared.'),
    propagateMs: milliseconds.default(10_000).describe('Time within which every instance must serve a change.'),
    slowdownPercent: z.number().min(0).default(10).describe('A variant may be slower by so much.'),
  })
  .prefault({})
  .describe('The rehearsal of a feature flag.');

/** As written; on the sample system its own flag, where none is named. */
export function flagsOf(
  { flag, file, command, probePath, ...rest }: z.output<typeof flagRules>,
  { at, isSample }: Pick<ConfigurationContext, 'at' | 'isSample'>,
): ResolvedFlags {
  if (isSample && flag === undefined) {
    return {
      ...rest,
      ...{ flag: 'quick-delivery', on: 'quick', off: 'usual', command: command ?? null },
      file: fileURLToPath(new URL('./sample-shop/flags.json', import.meta.url)),
      probePath: '/api/delivery?session={session}',
    };
  }
  return {
    ...rest,
    ...{ flag: flag ?? null, file: file === undefined ? null : at(file) },
    ...{ command: command ?? null, probePath: probePath ?? null },
  };
}
