import type { MeasureAnswer, MeasureOrder } from './apart.ts';
import type { Account, BenchContext } from './measure.ts';
import { measures } from './measures.ts';

// The process behind apart.ts: one measure, and what it found.
process.once('message', async ({ name, ...order }: MeasureOrder) => {
  const accounts: Account[] = [...order.accounts];
  const context: BenchContext = { ...order, accounts, say: (text) => console.error(`  ${text}`) };
  let answer: MeasureAnswer;
  try {
    const measure = measures.find((one) => one.name === name);
    if (measure === undefined) throw new Error(`There is no measure ${name}.`);
    const outcome = await measure.run(context);
    // As the figures are kept: typed arrays and the like do not cross to another process.
    answer = { kind: 'measured', ...outcome, raw: JSON.parse(JSON.stringify(outcome.raw ?? null)), accounts };
  } catch (error) {
    console.error((error as Error).stack);
    answer = { kind: 'failed', reason: (error as Error).message.split('\n')[0] ?? '', accounts };
  }
  process.send?.(answer, () => process.exit(0));
});
// Nobody is left to tell: what was started must not go on.
process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
