import { z } from 'zod';

/** A program or file that is the candidate, as the configuration or the command line declares it. */
export const artifactSchema = z.strictObject({
  name: z.string().min(1).max(200).describe('Such as `ghcr.io/acme/shop` or `shop.tar.gz`.'),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits, in lower case')
    .describe('`sha256:…`, as `docker inspect` and `sha256sum` print it.'),
});

export type DeclaredArtifact = z.infer<typeof artifactSchema>;
