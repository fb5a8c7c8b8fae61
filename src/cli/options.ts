import { InvalidArgumentError } from 'commander';
import { artifactSchema, type DeclaredArtifact } from '../model/artifact.ts';
import { parseDuration } from './duration.ts';

export function durationMs(text: string): number {
  const parsed = parseDuration(text);
  if (typeof parsed === 'string') throw new InvalidArgumentError(parsed);
  return parsed;
}

export function positiveNumber(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('write a number above 0');
  return value;
}

export function seed(text: string): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 0xffffffff)) throw new InvalidArgumentError('write a whole number from 0 to 4294967295');
  return value;
}

export function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 65535)) throw new InvalidArgumentError('write a port from 0 to 65535');
  return value;
}

export function processCount(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= 1000)) throw new InvalidArgumentError('write a whole number from 1 to 1000');
  return value;
}

export function visitorCount(text: string): number {
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 50)) throw new InvalidArgumentError('write a whole number from 0 to 50');
  return value;
}

export function runCount(text: string): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1)) throw new InvalidArgumentError('write a whole number from 1 on');
  return value;
}

/** Whole numbers with commas between them. */
export function counts(text: string): number[] {
  const found = text.split(',').map((part) => (/^\d{1,4}$/.test(part.trim()) ? Number(part) : Number.NaN));
  if (!found.every((value) => value >= 1) || found.length > 20)
    throw new InvalidArgumentError('write counts such as 1,2,4,8');
  return found;
}

/** @returns 0…1 */
export function percentShare(text: string): number {
  const value = /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) / 100 : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('write a percentage from 0 to 100, such as 5%');
  return value;
}

export function webAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('write an address such as https://staging.example.com');
  }
  return text;
}

/** Collects `ours=theirs` pairs. */
export function field(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [ours, theirs] = halves(text, 'write it as time=@timestamp');
  return { ...before, [ours]: theirs };
}

/** Collects `name=sha256:…` pairs. */
export function artifact(text: string, before: DeclaredArtifact[] = []): DeclaredArtifact[] {
  const [name, digest] = halves(text, 'write it as shop.tar.gz=sha256:…');
  const parsed = artifactSchema.safeParse({ name, digest });
  if (!parsed.success) throw new InvalidArgumentError('write it as shop.tar.gz=sha256: and 64 hexadecimal digits');
  return [...before, parsed.data];
}

/** Collects `pattern=route` pairs. */
export function routeRule(
  text: string,
  before: { pattern: string; route: string }[] = [],
): { pattern: string; route: string }[] {
  const [pattern, route] = halves(text, 'write it as /shop/*=/shop/:id');
  return [...before, { pattern, route }];
}

function halves(text: string, form: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError(form);
  return [text.slice(0, at), text.slice(at + 1)];
}
