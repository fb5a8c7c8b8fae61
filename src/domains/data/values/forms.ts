import { detectionsIn, holdsGivenName, type ValuePseudonyms } from '../../traffic/public.ts';

/** Of a network, the bits behind its prefix are none. */
export function masked(address: string, mask: string): string {
  const bits = Number(mask.slice(1));
  if (!address.includes('.') || bits > 32) return `${address}${mask}`;
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const network = bits === 0 ? 0 : Math.floor(number / 2 ** (32 - bits)) * 2 ** (32 - bits);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join('.')}${mask}`;
}

/** Whether a text may be vocabulary: no detector knows it, and it holds no name. */
export function mayBeShared(text: string): boolean {
  if (text.length > 200 || holdsGivenName(text)) return false;
  for (const _ of detectionsIn(text)) return false;
  return true;
}

/** As many bytes, written in hexadecimal. */
export function movedBytes(pseudonyms: ValuePseudonyms, value: string): string {
  const length = Math.max(0, (value.length - 2) / 2);
  const made = Buffer.from(pseudonyms.keyed.stream('bytes', value, length));
  // Any bytes would hold what reads as an address or a number of someone, by chance.
  for (let i = 0; i < made.length; i++) made[i] = (made[i] ?? 0) | 0x80;
  return `\\x${made.toString('hex')}`;
}

/** Words of a tsvector, with where they stand. */
export function movedWords(pseudonyms: ValuePseudonyms, value: string): string {
  return value.replace(/'((?:[^']|'')*)'/g, (_, word: string) => {
    const made = pseudonyms.atom(word.replaceAll("''", "'"));
    return `'${made.replaceAll("'", "''")}'`;
  });
}
