import { z } from 'zod';
import type { Configuration } from '../domains/configuration.ts';
import { defaultNamespace } from '../model/sign-off.ts';

const schemas = {
  signing: z
    .strictObject({
      allowedSigners: z
        .string()
        .min(1)
        .optional()
        .describe(
          'File of those whose signatures count, as ssh-keygen has it: name, key, and for how long. It asks for signatures: a sign-off without one then counts for nothing. None when absent.',
        ),
      namespace: z
        .string()
        .min(1)
        .max(100)
        .default(defaultNamespace)
        .describe('For what keys sign here: a signature that was made for something else does not count.'),
    })
    .prefault({})
    .describe('Who may sign runs.'),
};

/** Whose signatures count. */
export const signing: Configuration<typeof schemas> = {
  schemas,
  examples: [{ signing: { allowedSigners: 'allowed_signers', namespace: 'shakedown' } }],
  resolve({ signing: { allowedSigners, namespace } }, { at }) {
    return { signing: { allowedSigners: allowedSigners === undefined ? null : at(allowedSigners), namespace } };
  },
};
