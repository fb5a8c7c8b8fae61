import { type NotRead, readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';

const mostBytes = 64 * 1024 * 1024;

/**
 * Reads a file that somebody else's program wrote.
 * @param within folders whose paths are taken off what stands in it, so that a file has the same name on every machine
 * @throws ShakedownError SECURITY_RESULT where it is not there, too large or no JSON
 */
export async function readJsonFile(file: string, within: readonly string[] = []): Promise<unknown> {
  const bytes = await readBounded(file, mostBytes).catch((cause: NotRead) => {
    throw wrong(file, cause.message, cause.kind === 'too large' ? undefined : 'Correct the path, or run the scanner.');
  });
  return parseResult(bytes.toString('utf8'), file, within);
}

/** @throws ShakedownError SECURITY_RESULT */
export function parseResult(written: string, where: string, within: readonly string[] = []): unknown {
  let text = written;
  for (const folder of within) {
    if (folder.length > 1) text = text.replaceAll(`file://${folder}/`, '').replaceAll(`${folder}/`, '');
  }
  if (text.trim() === '') throw wrong(where, 'it is empty: the scanner wrote no result');
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw wrong(where, 'it is not JSON, or it stops in the middle');
  }
}

export function wrong(
  where: string,
  why: string,
  hint = 'Have the scanner write SARIF 2.1.0 or its own JSON, whole.',
): ShakedownError {
  return new ShakedownError('SECURITY_RESULT', `The result ${where} cannot be used: ${why}.`, { hint });
}

// What comes from outside is asked for by name and type, never walked through: depth and size of the rest cost nothing.
type Json = Readonly<Record<string, unknown>>;

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** A list that has to be one where it is there at all: what is none would be read as nothing found. */
export function listOf(value: unknown, what: string, problems: string[]): readonly unknown[] {
  if (value !== undefined && value !== null && !Array.isArray(value)) problems.push(`${what} are no list`);
  return list(value);
}

/** A CVSS score; NaN: it is none. A text of blanks is no 0. */
export function scoreOf(value: unknown): number {
  const written = text(value, 20).trim();
  const score = written === '' ? Number.NaN : Number(written);
  return score >= 0 && score <= 10 ? score : Number.NaN;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown, length = 2000): string {
  return typeof value === 'string' ? value.slice(0, length) : typeof value === 'number' ? String(value) : '';
}
