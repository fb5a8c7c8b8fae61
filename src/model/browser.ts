import { z } from 'zod';

/** Engines, and the branded channels of Chromium: the browsers that people have, with what their makers add. */
export const browserNames = ['chromium', 'firefox', 'webkit', 'chrome', 'msedge'] as const;
export type BrowserName = (typeof browserNames)[number];
export const sizeNames = ['phone', 'tablet', 'desktop'] as const;
export type SizeName = (typeof sizeNames)[number];

export const uatBrowser = z.object({
  name: z.enum(browserNames),
  /** `Chromium 156.0.8078.79`; WebKit is never called Safari. */
  label: z.string(),
  version: z.string().nullable(),
  /** `Playwright's own build`, or the program's path; null: it is not there. */
  origin: z.string().nullable(),
  /** Why it was not run; null: it was. */
  notRun: z.string().nullable(),
  /** Why the configuration accepts that it is not run. */
  waived: z.string().nullable(),
  /** It is there and was not asked for: listed, and held against nobody. */
  isUnasked: z.literal(true).exactOptional(),
});
export type UatBrowser = z.infer<typeof uatBrowser>;

export const uatSize = z.object({
  name: z.enum(sizeNames),
  /** CSS pixels. */
  width: z.number(),
  height: z.number(),
});
export type UatSize = z.infer<typeof uatSize>;
