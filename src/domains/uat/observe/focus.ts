import type { Page } from '@playwright/test';
import { pageScript } from '../page/scripts.ts';

export interface Stop {
  index: number;
  selector: string;
  html: string;
  /** Of radio buttons, which are one stop together. */
  group: string | null;
}

export interface MouseOnly extends Stop {
  why: 'role' | 'handler' | 'taken-out';
  role?: string;
  isSure: boolean;
}

export interface Focus extends Stop {
  tabIndex: number;
  /** Position in the order in which the page shows its elements; -1: it was added later. */
  place: number;
  /** Has parts of its own to step through. */
  isParted: boolean;
  isMarked: boolean;
  isInView: boolean;
  /** What lies over it and stays there. */
  coverer: string | null;
  isFramed: boolean;
  isFrame: boolean;
  box: { x: number; y: number; width: number; height: number };
}

export interface Now {
  focus: Focus | null;
  /** What had the focus before, and whether it looked otherwise then. */
  left: number | null;
  wasMarked: boolean | null;
  /** It moves by itself. */
  isRestless: boolean;
}

/** Within which a script that takes the focus back is noticed. */
export const slowMs = 120;

/** Asks the script of the walk, which is in the page already. */
export const ask = <T>(page: Page, expression: string) =>
  page.evaluate(`globalThis.shakedownKeyboard.${expression}`) as Promise<T>;

/** What has the focus, once it has stayed for a moment. */
export const focusNow = (page: Page, ms: number) => ask<Now>(page, `now(${ms})`);
export const textNow = (page: Page) => ask<string>(page, 'text()');

/** Runs before a page's own scripts, so that what they do with the pointer is known. */
export const keyboardHooks = () => pageScript('hooks', '');
