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
      .describe('Seconds between the list of who will be paged and the pages, in which it can be stopped.'),
    acknowledge: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .refine(isPlain, 'may hold no user, no password and no query')
          .describe('Where whoever is paged reaches this machine, such as through a proxy.'),
        port: z.int().min(0).max(65_535).describe('Port on which it listens for that; 0 for any.'),
        listen: z.string().min(1).default('127.0.0.1').describe('Address on which it listens for that.'),
        withinS: z.number().positive().max(3600).default(300).describe('How long it is waited for, seconds.'),
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
