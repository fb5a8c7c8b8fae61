import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type NotRead, readBounded } from '../../evidence/bounded-file.ts';
import { ShakedownError } from '../../model/error.ts';

const waiver = z.strictObject({
  rule: z.string().min(1),
  element: z.string().min(1).optional(),
  page: z.string().startsWith('/').optional(),
  owner: z.string().min(1),
  reason: z.string().min(10),
  expires: z.iso.date(),
});

/** A finding that is known and accepted for a time. */
export interface Waiver {
  rule: string;
  /** CSS selector as the report names it; null: any. */
  element: string | null;
  page: string | null;
  owner: string;
  reason: string;
  /** `2027-01-31`, the last day. */
  expires: string;
}

const mostBytes = 1024 * 1024;

/**
 * Reads `waivers.yaml` of the scenarios' folder; no file, no waivers.
 * @throws ShakedownError UAT_WAIVERS when it is not a list of waivers, each with rule, owner, reason and expiry
 */
export async function readWaivers(folder: string): Promise<Waiver[]> {
  const file = join(folder, 'waivers.yaml');
  let text: string;
  try {
    text = (await readBounded(file, mostBytes)).toString('utf8');
  } catch (cause) {
    const { kind, message } = cause as NotRead;
    if (kind === 'missing') return [];
    throw new ShakedownError('UAT_WAIVERS', `${file} cannot be read: ${message}.`, {
      hint: 'Make it a file, or remove it.',
      cause,
    });
  }
  const hint =
    'A waiver needs rule, owner, reason (ten characters or more) and expires (2027-01-31); element and page narrow it.';
  let value: unknown;
  try {
    value = parse(text) ?? [];
  } catch (cause) {
    throw new ShakedownError('UAT_WAIVERS', `${file} is no YAML: ${(cause as Error).message.split('\n')[0]}`, {
      hint,
      cause,
    });
  }
  const parsed = z.array(waiver).safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw new ShakedownError('UAT_WAIVERS', `${file}: ${where === '' ? 'the file' : where}: ${issue?.message}`, {
      hint,
    });
  }
  return parsed.data.map(({ element = null, page = null, ...rest }) => ({ element, page, ...rest }));
}

/** Those that a run was begun with. Without them it would be judged as another run. @throws ShakedownError RUN_DAMAGED */
export function waiversOfRun(folder: string): Waiver[] {
  const file = join(folder, 'waivers.json');
  try {
    const waivers: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(waivers)) throw new Error('it is no list');
    return waivers as Waiver[];
  } catch (cause) {
    throw new ShakedownError('RUN_DAMAGED', `${file} cannot be read: ${(cause as Error).message}.`, {
      hint: 'Run the scenarios again.',
      cause,
    });
  }
}
