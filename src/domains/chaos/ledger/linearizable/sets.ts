/** Sets of small numbers, each under a number of its own, so that equal sets are equal numbers. The empty one is 0. */
export interface Sets {
  has(set: number, member: number): boolean;
  with(set: number, member: number): number;
  without(set: number, member: number): number;
  isSubset(small: number, large: number): boolean;
}

const narrowMembers = 31;

/** @param members every member is below this */
export function createSets(members: number): Sets {
  return members <= narrowMembers ? narrow : wide(Math.ceil(members / 32));
}

/** The set is its own number. */
const narrow: Sets = {
  has: (set, member) => (set & (1 << member)) !== 0,
  with: (set, member) => set | (1 << member),
  without: (set, member) => set & ~(1 << member),
  isSubset: (small, large) => (small & ~large) === 0,
};

function wide(words: number): Sets {
  const known: Uint32Array[] = [new Uint32Array(words)];
  const numbers = new Map<string, number>([[String.fromCharCode(...new Uint16Array(words * 2)), 0]]);
  const at = (set: number) => known[set] as Uint32Array;
  const changed = (set: number, member: number, on: boolean): number => {
    const copy = at(set).slice();
    const word = member >>> 5;
    const bit = 1 << (member & 31);
    copy[word] = on ? (copy[word] as number) | bit : (copy[word] as number) & ~bit;
    const key = String.fromCharCode(...new Uint16Array(copy.buffer));
    let number = numbers.get(key);
    if (number === undefined) {
      number = known.push(copy) - 1;
      numbers.set(key, number);
    }
    return number;
  };
  return {
    has: (set, member) => (((at(set)[member >>> 5] as number) >>> (member & 31)) & 1) === 1,
    with: (set, member) => changed(set, member, true),
    without: (set, member) => changed(set, member, false),
    isSubset(small, large) {
      const inner = at(small);
      const outer = at(large);
      for (let word = 0; word < words; word++) {
        if (((inner[word] as number) & ~(outer[word] as number)) !== 0) return false;
      }
      return true;
    },
  };
}
