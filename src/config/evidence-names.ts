import type { Domain } from '../domains/domain.ts';
import { ShakedownError } from '../model/error.ts';
import { closest } from './suggest.ts';

/** Whatever may be named as evidence: `gate:security`, `domain:data`, `part:data.staging`. */
function evidenceNames(domains: readonly Domain[]): ReadonlySet<string> {
  const withParts = domains.filter(({ parts }) => parts !== undefined);
  return new Set([
    ...domains.flatMap(({ gates = [] }) => gates.map(({ id }) => `gate:${id}`)),
    ...withParts.map(({ id }) => `domain:${id}`),
    ...withParts.flatMap(({ id, parts }) => (parts?.parts ?? []).map((part) => `part:${id}.${part.id}`)),
  ]);
}

/** Refuses what can never be shown, as it is spelt wrong: at the beginning, and not after hours. */
export function evidenceRefuser(domains: readonly Domain[]): (reference: string, key: string) => void {
  const names = evidenceNames(domains);
  return (reference, key) => {
    const [kind] = reference.split(':', 1);
    if (kind === 'document' || names.has(reference)) return;
    const ofKind = [...names].filter((name) => name.startsWith(`${kind}:`));
    const near = closest(reference, ofKind);
    throw new ShakedownError(
      'CONFIG_INVALID',
      `${key}: there is no ${JSON.stringify(reference)}${near === undefined ? '.' : `; did you mean ${near}?`}`,
      { hint: `There are ${ofKind.join(', ')}.` },
    );
  };
}
