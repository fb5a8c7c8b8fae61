import type { Item, ItemValue, Scalar, Unit } from '../descriptor/format.ts';
import { varies } from '../descriptor/format.ts';
import { quantity, samePair } from '../descriptor/quantity.ts';

/** Whether two values mean the same. @param isVersion v1.2.0 is 1.2.0 */
export function isSame(left: Item, right: Item, isVersion = false): boolean {
  const [first, second] = [left.value, right.value];
  if (first === varies || second === varies) return true;
  if (Array.isArray(first) || Array.isArray(second)) {
    return sameLists(
      Array.isArray(first) ? first : [first ?? ''],
      Array.isArray(second) ? second : [second ?? ''],
      left,
      right,
    );
  }
  if (first === null || second === null) return first === second;
  const bare = (value: Scalar) => (isVersion ? String(value).replace(/^v(?=\d)/i, '') : value);
  return sameScalars(bare(first), bare(second), unitOf(left, right));
}

/** Where one side does not say what it counts in, it counts as the other does. */
function unitOf(left: Item, right: Item): Unit {
  return left.unit === 'text' ? right.unit : left.unit;
}

function sameScalars(left: Scalar, right: Scalar, unit: Unit): boolean {
  if (String(left) === String(right)) return true;
  if (typeof left === 'boolean' || typeof right === 'boolean') return false;
  if (unit !== 'text') {
    const [one, other] = [quantity(left, unit), quantity(right, unit)];
    return one !== null && one === other;
  }
  const pair = samePair(String(left), String(right));
  return pair !== null && pair.left === pair.right;
}

function sameLists(left: readonly Scalar[], right: readonly Scalar[], leftItem: Item, rightItem: Item): boolean {
  if (left.length !== right.length) return false;
  const unit = unitOf(leftItem, rightItem);
  const texts = (list: readonly Scalar[]) =>
    list.map((each) => quantity(String(each), unit)?.toString() ?? String(each));
  const [one, other] = [texts(left), texts(right)];
  // Where either side says that its order matters, it does.
  if (!leftItem.ordered && !rightItem.ordered) for (const list of [one, other]) list.sort();
  return one.every((text, index) => text === other[index]);
}

/** Production and staging as numbers; null: they are none. @param isVersion 16.10 is more than 16.4 */
export function numbers(
  production: Item,
  staging: Item,
  isVersion: boolean,
): { production: bigint; staging: bigint } | null {
  const [first, second] = [production.value, staging.value];
  if (!isNumberOrText(first) || !isNumberOrText(second)) return null;
  if (isVersion) return versionNumbers(String(first), String(second));
  const unit = unitOf(production, staging);
  const known = unit === 'text' ? 'count' : unit;
  const [one, other] = [quantity(first, known), quantity(second, known)];
  if (one !== null && other !== null) return { production: one, staging: other };
  const pair = samePair(String(first), String(second));
  return pair === null ? null : { production: pair.left, staging: pair.right };
}

/** Versions compare part by part: 16.10 is more than 16.4. */
function versionNumbers(first: string, second: string): { production: bigint; staging: bigint } | null {
  const version = /^[vV]?(\d{1,8}(?:\.\d{1,8}){0,4})(?=[^\d.]|$)/;
  const [one, other] = [version.exec(first)?.[1], version.exec(second)?.[1]];
  if (one === undefined || other === undefined) return null;
  const whole = (text: string) => {
    const parts = text.split('.');
    return Array.from({ length: 5 }, (_, index) => BigInt(parts[index] ?? 0)).reduce(
      (total, part) => total * 100_000_000n + part,
      0n,
    );
  };
  return { production: whole(one), staging: whole(other) };
}

function isNumberOrText(value: ItemValue): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** Staging has so many of production's parts; where things are counted, a part of one is one. */
export function isScaled(
  { production, staging }: { production: bigint; staging: bigint },
  scale: string,
  isCount: boolean,
): boolean {
  const [own = 1n, theirs = 1n] = scale.split(':').map(BigInt);
  if (staging * theirs === production * own) return true;
  if (!isCount) return false;
  const one = 1_000_000_000n;
  const wanted = (production * own + theirs * one - 1n) / (theirs * one);
  return staging === wanted * one;
}
