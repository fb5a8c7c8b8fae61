import { loginLeadMs } from '../../../model/plan.ts';

/** k6 starts its virtual users one after the other; each gets a session before the clock starts. */
const perUserMs = 0.5;
const usualMs = 1000;
/** A k6 of ours and here has its first sessions in less: in twice the time that it took to be ready, which is longer where the machine is busy. */
const quickMs = 300;
/** What nobody begins is lost for good: just enough for the first sessions of one that joins late to be there. */
export const joinLeadMs = 300;

/** For a k6 of ours that took so long to be ready, ms. */
export function quickLeadMs(readyMs: number): number {
  return Math.min(usualMs, Math.max(quickMs, 2 * readyMs));
}

/** How long before its first request a k6 is told when the clock starts, ms. */
export function leadMs(
  {
    k6,
    shards,
    virtualUsers,
    hasLogin,
  }: { k6: { build: string }; shards: number; virtualUsers: number; hasLogin: boolean },
  leastMs = usualMs,
): number {
  const users = k6.build === 'stock' ? virtualUsers / shards : 0;
  return leastMs + (hasLogin ? loginLeadMs : 0) + users * perUserMs;
}
