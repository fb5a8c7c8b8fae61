import type { ItemValue } from '../descriptor/format.ts';
import type { Leaf } from '../descriptor/leaves.ts';
import { reading } from '../descriptor/readings.ts';

type Test = (value: ItemValue) => boolean;
const isNumber: Test = (value) =>
  (typeof value === 'string' && /^-?\d+(?:\.\d+)?\s*(?:[kmgt]?i?b(?:ytes)?|%|m?s|ns|µs)?$/i.test(value)) ||
  typeof value === 'number';
const isNumbers: Test = (value) => (Array.isArray(value) ? value.length > 0 && value.every(isNumber) : isNumber(value));
/** A moment, and not the hour at which something is done each day. */
const isMoment: Test = (value) =>
  (typeof value === 'number' && value > 1e9) ||
  (typeof value === 'string' &&
    (/^\d{10,19}$/.test(value) || (/\d{4}/.test(value) && !Number.isNaN(Date.parse(value)))));
const isSpan: Test = (value) =>
  isNumber(value) || (typeof value === 'string' && /^[\d\s.:,a-z]{1,60}$/i.test(value) && /\d/.test(value));
const isText: Test = (value) => typeof value === 'string' || typeof value === 'number';
const isId: Test = (value) =>
  typeof value === 'number' || (typeof value === 'string' && value.length >= 6 && /\d/.test(value));
/** Of a container or a pod, which get another one at each start. */
const isHostOfOneStart: Test = (value) =>
  typeof value === 'string' && /^[0-9a-f]{12}$|^[0-9a-f]{64}$|-[a-z0-9]{5,10}-[a-z0-9]{5}$|-[0-9a-f]{8,}$/.test(value);

/** By the name without its capitals and marks: `heapUsed` and `heap_used` are one. */
const byName: readonly (readonly [RegExp, Test])[] = [
  [/^(?:process|system|server|os|app)?uptime(?:s|ms|sec|seconds|millis|human)?$/, isSpan],
  [
    /^(?:(?:current|server|system|local|utc|sys)?(?:time|date|datetime|clock)|timestamp|now|ts|epoch)(?:ms|utc|iso)?$/,
    isMoment,
  ],
  [
    /^(?:(?:process|server|app|system)?(?:start|started|boot|booted)(?:time|at|on)?|upsince|lastseen|generatedat|checkedat)$/,
    isMoment,
  ],
  [
    /^(?:heap|heapused|heaptotal|usedheap|totalheap|heapsize|usedheapsize|totalheapsize|heapcommitted|rss|vsz|arraybuffers)(?:bytes|mb|kb)?$/,
    isNumber,
  ],
  [
    /^(?:(?:mem|memory)(?:usage|used|free|inuse|available|percent)|(?:used|free|available)(?:mem|memory)|freediskspace|diskfree|diskused|diskusage)(?:bytes|mb|kb|percent)?$/,
    isNumber,
  ],
  [/^(?:load|loadavg|loadaverage|systemload|systemloadaverage|load(?:1|5|15)m?)$/, isNumbers],
  [
    /^(?:(?:process|system)?cpu(?:usage|percent|load|time|used)|usercpu|systemcpu|eventlooplag|gccount|gctime)$/,
    isNumber,
  ],
  [/^(?:pid|ppid|processid)$/, isNumber],
  [
    /^(?:instance|pod|container|process|worker|replica|machine|node|run|boot|request|trace|span|correlation|session)(?:id|uid|uuid)$|^nonce$/,
    isId,
  ],
  [/^(?:pod|container|instance)name$/, isText],
  [/^(?:hostname|host|node|server|instance|machine|pod)$/, isHostOfOneStart],
];
/** What these have below them are figures of this moment. */
const groups: readonly (readonly [RegExp, RegExp, Test])[] = [
  [/^(?:memoryusage|processmemory|heapstatistics|heapspaces?)$/, /./, isNumbers],
  [/^(?:cpuusage|resourceusage|loadavg|loadaverage)$/, /./, isNumbers],
  [
    /^(?:memory|mem|heap|nonheap|disk|swap|cpu)$/,
    /^(?:used|free|available|usage|current|committed|external|percent|user|system|idle|load)$/,
    isNumber,
  ],
  [/^(?:os|process|runtime)$/, /^hostname$/, isText],
];

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Whether it is one by its name and its form; a setting such as `timeout` or `memory/limit` is none. */
function isNamedReading({ path, value }: Leaf): boolean {
  const names = path.map(plain);
  const last = names.at(-1) ?? '';
  if (byName.some(([name, fits]) => name.test(last) && fits(value))) return true;
  return groups.some(
    ([above, below, fits]) => below.test(last) && fits(value) && names.slice(0, -1).some((name) => above.test(name)),
  );
}

const keyOf = ({ path }: Leaf) => JSON.stringify(path);
const shown = ({ value }: Leaf) => JSON.stringify(Array.isArray(value) ? value.map(String).sort() : value);

/** All of two reads of one page, each with why it is not compared; null: it is. */
export function withReadings(first: readonly Leaf[], second: readonly Leaf[]): { leaf: Leaf; reason: string | null }[] {
  const later = new Map(second.map((leaf) => [keyOf(leaf), leaf]));
  const seen = new Set(first.map(keyOf));
  return [...first, ...second.filter((leaf) => !seen.has(keyOf(leaf)))].map((leaf) => {
    const other = later.get(keyOf(leaf));
    const moved = !seen.has(keyOf(leaf)) || other === undefined || shown(other) !== shown(leaf);
    return { leaf, reason: moved ? reading.moved : isNamedReading(leaf) ? reading.named : null };
  });
}
