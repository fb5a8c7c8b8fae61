/** Engines, and the branded channels of Chromium: the browsers that people have, with what their makers add. */
export const browserNames = ['chromium', 'firefox', 'webkit', 'chrome', 'msedge'] as const;
export type BrowserName = (typeof browserNames)[number];
export type SizeName = 'phone' | 'tablet' | 'desktop';

export interface UatBrowser {
  name: BrowserName;
  /** `Chromium 156.0.8078.79`; WebKit is never called Safari. */
  label: string;
  version: string | null;
  /** `Playwright's own build`, or the program's path; null: it is not there. */
  origin: string | null;
  /** Why it was not run; null: it was. */
  notRun: string | null;
  /** Why the configuration accepts that it is not run. */
  waived: string | null;
  /** It is there and was not asked for: listed, and held against nobody. */
  isUnasked?: true;
}

export interface UatSize {
  name: SizeName;
  /** CSS pixels. */
  width: number;
  height: number;
}
