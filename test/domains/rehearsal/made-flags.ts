import type { Arm, Evidence } from '../../../src/domains/rehearsal/flags/evidence.ts';
import { seededRandom } from '../../../src/sample/random.ts';

export type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;

export const asked: Of<'asked'> = {
  ...{ kind: 'asked', flag: 'f', on: 'on', off: 'off', sharePercent: 50, propagateMs: 10_000, slowdownPercent: 10 },
  isSeen: true,
};
export const switched = (to: 'on' | 'off', servedMs: number | null = 400): Of<'switched'> => ({
  ...{ kind: 'switched', to, setMs: 2, error: null },
  instances: [
    { name: 'green-1', servedMs: 300 },
    { name: 'green-2', servedMs },
  ],
});
export const evaluations = (
  when: 'before' | 'on' | 'off',
  change: Partial<Of<'evaluations'>> = {},
): Of<'evaluations'> => ({
  ...{ kind: 'evaluations', when, sent: 180, failed: 0, unseen: 0, defaulted: 0, example: '' },
  ...{ others: when === 'on' ? 90 : 0, ...change },
});
/** Log-normal response times of so many sessions. */
export function arm(variant: string, sessions: number, dice: () => number, times = 1, failed = 0): Arm {
  const time = () => 10 * times * Math.exp(0.3 * Math.sqrt(-2 * Math.log(1 - dice())) * Math.cos(2 * Math.PI * dice()));
  return { variant, sessions, requests: 3 * sessions, failed, times: Array.from({ length: sessions }, time) };
}
/** As many answers after 1 ms as after 100 ms: nothing is known of their median. */
export const wild = (sessions: number) => Array.from({ length: sessions }, (_, i) => (i % 2 === 0 ? 1 : 100));
export const arms = (on: Arm, off: Arm, changed = 0): Of<'arms'> => ({
  ...{ kind: 'arms', arms: [on, off], changed, sessions: on.sessions + off.sessions },
});
export const dice = seededRandom(5);
export const [on, off] = [arm('on', 205, dice), arm('off', 195, dice)];
const requests: Of<'requests'> = {
  ...{ kind: 'requests', sent: 900, failed: 0, atSwitch: 900, atInstances: 900, lost: 0, unaccounted: 0 },
  ...{ repeated: 0, duplicated: 0, unsent: 0, examples: [] },
};
export const good: Evidence[] = [
  asked,
  { kind: 'up', tookMs: 3000, error: null },
  evaluations('before'),
  switched('on'),
  evaluations('on'),
  arms(on, off),
  switched('off'),
  evaluations('off'),
  requests,
];
