import { parseDuration } from './duration.ts';

/** An option's value cannot be used; its message says how to write it. */
export class InvalidOption extends Error {}

export function durationMs(text: string): number {
  const parsed = parseDuration(text);
  if (typeof parsed === 'string') throw new InvalidOption(parsed);
  return parsed;
}

export function positiveNumber(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidOption('write a number above 0');
  return value;
}

/** A whole number within bounds, both included. @returns what reads one */
export function wholeNumber(least: number, most: number = 999_999): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidOption(`write a whole number from ${least} ${most === 999_999 ? 'on' : `to ${most}`}`);
  };
}

/** A text as often as it is given. */
export function collected(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** Names with commas between them, as often as they are given. */
export function names(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(',').map((each) => each.trim())];
}

/** Whole numbers with commas between them. */
export function counts(text: string): number[] {
  const found = text.split(',').map((part) => (/^\d{1,4}$/.test(part.trim()) ? Number(part) : Number.NaN));
  if (!found.every((value) => value >= 1) || found.length > 20) throw new InvalidOption('write counts such as 1,2,4,8');
  return found;
}

/** @returns 0…1 */
export function percentShare(text: string): number {
  const value = /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) / 100 : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw new InvalidOption('write a percentage from 0 to 100, such as 5%');
  return value;
}

export function webAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InvalidOption('write an address such as https://staging.example.com');
  }
  return text;
}
