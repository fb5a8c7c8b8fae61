import { type Shown, slowness } from '../../../src/domains/rehearsal/blue-green/trouble.ts';
import { Random } from '../../../src/domains/traffic/public.ts';

/** Windows of a version that has all the traffic, in a blue-green move. */
export interface Pace {
  /** How much a window's moment resembles the one before, 0 … 1, and what moments scatter by. */
  phi: number;
  moments: number;
  /** Response time of the candidate, as a multiple of the other's. */
  times: number;
  /** Times as slow in its first moment, which is forgotten within two seconds. */
  fresh?: number;
  seed: number;
}

const limits = { slowdownPercent: 100, memoryMbPerMinute: 120 };
const widthS = 0.2;
/** Of the mean of the requests of a window. */
const scatter = 0.11;
const [settleS, observeS] = [5, 12];

/** Whether a version is turned around for being slow, looked at after every window. */
export function slowedDown({ phi, moments, times, fresh = 1, seed }: Pace): boolean {
  const random = new Random(`pace ${seed}`);
  const uniform = () => (random.uint32() + 0.5) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  let moment = normal() * moments;
  const window = () => {
    moment = phi * moment + Math.sqrt(1 - phi * phi) * normal() * moments;
    return moment + normal() * scatter;
  };
  const windows = (seconds: number, of: (atS: number) => number) =>
    Array.from({ length: Math.floor((seconds - 1) / widthS) }, (_, i) => Math.exp(window()) * of(1 + i * widthS));
  const healthMs = Array.from({ length: 16 }, () => 2 * Math.exp(normal() * 0.2));
  const shown = (indices: number[]): Shown => ({ indices, memory: [], healthMs });
  const before = shown(windows(settleS, () => 1));
  const all = windows(observeS, (atS) => times * (1 + (fresh - 1) * Math.exp(-atS / 0.7)));
  return all.some((_, i) => slowness(before, shown(all.slice(0, i + 1)), limits)?.unclear === false);
}
