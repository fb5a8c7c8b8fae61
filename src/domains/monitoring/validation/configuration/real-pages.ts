import { z } from 'zod';

/** What `--page-real` may do. */
export const realPagesSettings = z
  .strictObject({
    receivers: z
      .array(z.string().min(1))
      .max(200)
      .default([])
      .describe('Names of the receivers that get a test page; all of them when empty.'),
    noticeS: z
      .number()
      .min(0)
      .max(600)
      .default(15)
      .describe('Seconds between showing who will be paged and paging them, in which the command can be stopped.'),
    acknowledge: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .refine(isPlain, 'may hold no user, no password and no query')
          .describe('Address at which the person who is paged reaches this machine, such as that of a proxy.'),
        port: z.int().min(0).max(65_535).describe('Port for the acknowledgement; 0 for any free one.'),
        listen: z
          .string()
          .min(1)
          .default('127.0.0.1')
          .describe('Address on which this machine listens for the acknowledgement.'),
        withinS: z
          .number()
          .positive()
          .max(3600)
          .default(300)
          .describe('How long to wait for the acknowledgement, seconds.'),
      })
      .optional()
      .describe('How a person says that the page was seen. Time to respond is not measured when absent.'),
  })
  .prefault({})
  .describe('Test pages to real receivers, sent with `--page-real` only.');

export type ResolvedRealPages = Omit<z.output<typeof realPagesSettings>, 'acknowledge'> & {
  acknowledge: { url: string; port: number; listen: string; withinS: number } | null;
};

export function resolveRealPages({ acknowledge, ...rest }: z.output<typeof realPagesSettings>): ResolvedRealPages {
  return {
    ...rest,
    acknowledge: acknowledge === undefined ? null : { ...acknowledge, url: acknowledge.url.replace(/\/+$/, '') },
  };
}

/** It is written into pages, and shown: a secret in it would be in all of them. */
function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === '' && password === '' && search === '' && hash === '';
}
