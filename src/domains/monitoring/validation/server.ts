import { z } from 'zod';
import { headersSchema, urlSchema } from '../../../model/http-schemas.ts';

/** A server that is asked over HTTP. */
export interface Server {
  /** Without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** PEM file of the CA that signed its certificate; null: those of Node. */
  readonly caFile: string | null;
}

/** Where a server of the monitoring answers. */
export const serverKeys = {
  url: urlSchema.describe('Its URL.'),
  headers: headersSchema.default({}).describe('Headers of every request, such as a tenant or a token.'),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file of the CA that signed its certificate; those of Node when absent.'),
};

/** @param at makes a path absolute */
export function resolveServer(
  { url, headers, caFile }: { url: string; headers: Record<string, string>; caFile?: string | undefined },
  at: (path: string) => string,
): Server {
  return { url: url.replace(/\/+$/, ''), headers, caFile: caFile === undefined ? null : at(caFile) };
}
