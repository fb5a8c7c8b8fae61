import type { BrowserName, SizeName } from './browser.ts';

/** `nothing approved` is neither passed nor failed. */
export type LookState = 'as approved' | 'changed' | 'nothing approved' | 'approved now';

export interface LookPicture {
  /** Within the run's folder; null: it was not kept. */
  path: string | null;
  /** A small one, as a data URL; null: none was made. */
  thumbnail: string | null;
}

/** A page held against its approved screenshot. */
export interface LookSeen {
  /** Within `approved/<browser>-<size>/` of the scenarios' folder: `SHOP-14/2-then-nothing-has-to-be-scrolled.png`. */
  file: string;
  step: string;
  page: string;
  state: LookState;
  /** Pixels that differ, and their share of all; null: nothing was compared. */
  pixels: number | null;
  share: number | null;
  /** Share of pixels that may differ. */
  tolerance: number;
  /** Of the approved screenshot; null: there is none. */
  approvedSha256: string | null;
  expected: LookPicture | null;
  got: LookPicture | null;
  diff: LookPicture | null;
}

/** A page's look in one browser and size, at the last try. */
export interface LookResult extends LookSeen {
  scenario: string;
  browser: BrowserName;
  size: SizeName;
}
