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
          'File of the people whose signatures count, in the form of ssh-keygen: name, key, and for how long. It makes signatures required: a sign-off without one does not count. None when absent.',
        ),
      namespace: z
        .string()
        .min(1)
        .max(100)
        .default(defaultNamespace)
        .describe('Purpose of the signatures: one that was made for another purpose does not count.'),
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
