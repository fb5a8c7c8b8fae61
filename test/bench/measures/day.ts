import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { atMost, beside, judged, type Measure, short } from '../measure.ts';

export interface MemoryFigures {
  samples: number;
  /** Held after a full collection: heap, and buffers outside it. */
  heldBytes: number;
  /** Resident, the most seen. */
  residentBytes: number;
}

export interface FedFigures {
  folder: string;
  samples: number;
  runMs: number;
  tookMs: number;
  memory: MemoryFigures[];
  files: { file: string; bytes: number }[];
}

export interface JudgedFigures {
  /** Reading the journal and the window logs, and judging them. */
  judgedMs: number;
  /** The reports too. */
  tookMs: number;
  word: string;
  requests: number;
  pages: { file: string; bytes: number }[];
  /** Resident, the most seen. */
  residentBytes: number;
}

const hourMs = 3_600_000;

/**
 * A day's run through the real path at full speed, judged and reported: whether memory, folder and report depend on the number of
 * requests. Each step is a process of its own.
 */
export const day: Measure = {
  name: 'day',
  limitMinutes: 12,
  async run({ quick, say }) {
    const [few, many] = quick ? [1e5, 1e7] : [1e6, 1e8];
    const hours = quick ? 4 : 24;
    const rate = many / (hours * 3600);
    const fed = await inProcess<FedFigures>('feed', [hours, rate, few, many], ['--expose-gc']);
    say(`fed in ${short(fed.tookMs / 1000)} s`);
    const small = await inProcess<FedFigures>('feed', [hours, few / (hours * 3600), few]);
    const fast = await inProcess<FedFigures>('feed', [24, 10_000, 36e6 / (quick ? 6 : 1)]);
    const hour = await inProcess<FedFigures>('feed', [1, 1000, 3.6e6]);
    const minutes = await inProcess<FedFigures>('feed', [1 / 6, 1000, 6e5]);
    try {
      const report = await inProcess<JudgedFigures>('judge', [fed.folder]);
      const smallReport = await inProcess<JudgedFigures>('judge', [small.folder]);
      if (report.requests !== fed.samples) throw new Error(`${fed.samples} samples, ${report.requests} in the report.`);
      const [first, last] = fed.memory as [MemoryFigures, MemoryFigures];
      const heldRatio = last.heldBytes / first.heldBytes;
      const reportRatio = report.residentBytes / smallReport.residentBytes;
      const page = report.pages.reduce((most, one) => (one.bytes > most.bytes ? one : most));
      const run = `${hours} h, ${power(many)} samples, 50 routes, 60 watched series`;
      const rows = [
        judged(
          `harness memory at ${power(many)} samples ÷ at ${power(few)}`,
          atMost(1.05),
          heldRatio,
          `${heldRatio.toFixed(3)} (${mb(last.heldBytes)} ÷ ${mb(first.heldBytes)})`,
          `held after a collection; ${run}, through FrameReader, accounting, window logs and journal; resident at the most ${mb(last.residentBytes)} ÷ ${mb(first.residentBytes)}`,
        ),
        judged(
          `run folder bytes an hour, run of ${hours} h`,
          { ...atMost(5), text: '≤ 5 MB' },
          anHour(fed) / 1e6,
          mb(anHour(fed)),
          `${described(fed)}; at ${power(few)} samples ${mb(anHour(small))}, at 10,000/s ${mb(anHour(fast))}`,
        ),
        judged(
          'the same, run of 1 h',
          { ...atMost(5), text: '≤ 5 MB' },
          anHour(hour) / 1e6,
          mb(anHour(hour)),
          `at 1,000/s, windows of 10 s; ${described(hour)}`,
        ),
        beside(
          'the same, run of 10 min',
          mb(anHour(minutes)),
          `at 1,000/s, windows of 1 s, ${mb(bytesOf(minutes))} in all; ${described(minutes)}`,
        ),
        judged(
          `memory to judge and report ${power(many)} samples ÷ ${power(few)}`,
          atMost(1.05),
          reportRatio,
          `${reportRatio.toFixed(3)} (${mb(report.residentBytes)} ÷ ${mb(smallReport.residentBytes)})`,
          `resident at the most, a process of its own; both of ${hours} h, 50 routes`,
        ),
        judged(
          `report of ${run}`,
          { ...atMost(300), text: '≤ 300 KB' },
          page.bytes / 1000,
          `${(page.bytes / 1000).toFixed(0)} KB`,
          `largest page, ${page.file}; judged in ${short(report.judgedMs / 1000)} s and written ${short((report.tookMs - report.judgedMs) / 1000)} s later`,
        ),
        beside(
          'the same run, fed',
          `${short(fed.samples / fed.tookMs / 1000)} M/s`,
          `planned, counted, windows closed and merged, journal written; ${short(fed.tookMs / 1000)} s in all`,
        ),
      ];
      return { rows, raw: { fed, small, fast, hour, minutes, report, smallReport } };
    } finally {
      for (const { folder } of [fed, small, fast, hour, minutes]) await rm(folder, { recursive: true, force: true });
    }
  },
};

async function inProcess<T>(what: 'feed' | 'judge', args: (string | number)[], flags: string[] = []): Promise<T> {
  const file = fileURLToPath(new URL('../day-process.ts', import.meta.url));
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', file, what, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The process that ${what === 'feed' ? 'was fed' : 'judged'} ended with ${code}.`);
  return JSON.parse(said) as T;
}

const bytesOf = ({ files }: FedFigures) => files.reduce((sum, { bytes }) => sum + bytes, 0);
const anHour = (fed: FedFigures) => (bytesOf(fed) * hourMs) / fed.runMs;
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`;
const power = (samples: number) => `10^${Math.log10(samples)}`;

function described(fed: FedFigures): string {
  const all = bytesOf(fed);
  const parts = fed.files.filter(({ bytes }) => bytes > all / 100);
  return parts.map(({ file, bytes }) => `${file} ${((100 * bytes) / all).toFixed(0)} %`).join(', ');
}
