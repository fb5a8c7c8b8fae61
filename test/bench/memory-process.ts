import { setTimeout as wait } from 'node:timers/promises';
import { FedBook } from './fed-book.ts';
import type { MemoryFigures } from './measures/memory.ts';

// The process behind measures/memory.ts: takes samples in and says on standard output what it holds after each of these numbers of them.
const [folder = '', ...counts] = process.argv.slice(2);
const book = new FedBook({ windowMs: 60_000, ratePerSecond: 10_000, routes: 50, folder });
const figures: MemoryFigures[] = [];
for (const count of counts.map(Number)) {
  while (book.stream.sent < count) book.step();
  await collected();
  const { heapUsed, external } = process.memoryUsage();
  const residentBytes = process.resourceUsage().maxRSS * 1024;
  figures.push({ samples: book.stream.sent, heldBytes: heapUsed + external, residentBytes });
}

/** Buffers are given back in the background, and only then is what they held down collected. */
async function collected(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await wait(100);
  }
}

const { accounting } = book.finish();
if (accounting.completed + accounting.failed !== book.stream.sent || accounting.unsent !== 0) {
  throw new Error(`${book.stream.sent} samples, but ${JSON.stringify(accounting)}`);
}
console.log(JSON.stringify(figures));
