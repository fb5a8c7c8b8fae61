import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { atMost, judged, type Measure } from '../measure.ts';

export interface MemoryFigures {
  samples: number;
  /** Held after a full collection: heap, and buffers outside it. */
  heldBytes: number;
  /** Resident, the most seen. */
  residentBytes: number;
}

/** Whether the harness grows with a run: its memory after many samples ÷ after few, in a process of its own. */
export const memory: Measure = {
  name: 'memory',
  async run({ quick, scratch }) {
    const [few, many] = quick ? [1e5, 1e7] : [1e6, 1e8];
    const figures = await feed(few, many, scratch);
    const [first, last] = figures as [MemoryFigures, MemoryFigures];
    const ratio = last.heldBytes / first.heldBytes;
    const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
    const row = judged(
      `harness memory at ${power(many)} samples ÷ at ${power(few)}`,
      atMost(1.05),
      ratio,
      `${ratio.toFixed(3)} (${mb(last.heldBytes)} ÷ ${mb(first.heldBytes)})`,
      `held after a collection, through FrameReader, the books and the window logs, 50 routes, windows of 60 s; resident at the most ${mb(last.residentBytes)} ÷ ${mb(first.residentBytes)}`,
    );
    return { rows: [row], raw: figures };
  },
};

async function feed(few: number, many: number, scratch: string): Promise<MemoryFigures[]> {
  const file = fileURLToPath(new URL('../memory-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', file, scratch, String(few), String(many)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The process that was fed ended with ${code}.`);
  return JSON.parse(said) as MemoryFigures[];
}

const power = (samples: number) => `10^${Math.log10(samples)}`;
