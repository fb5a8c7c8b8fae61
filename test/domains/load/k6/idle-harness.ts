// A harness whose k6 has nothing to do: its one session begins in ten minutes. Says k6's process id when the load has begun.
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import { loadInput, request, session } from '../shop.ts';

const [k6 = '', folder = ''] = process.argv.slice(2);

await runK6(
  JSON.parse(k6),
  loadInput('http://127.0.0.1:1', [session(0, 600_000, [request(0)])], {
    folder,
    durationMs: 700_000,
    on: { generatorStarted: ({ pid }) => process.stdout.write(`${pid}\n`) },
  }),
);
