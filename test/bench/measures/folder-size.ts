import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openJournal } from '../../../src/run/journal.ts';
import { windowLengthMs } from '../../../src/run/simulate/sizing.ts';
import { FedBook } from '../fed-book.ts';
import { atMost, beside, judged, type Measure } from '../measure.ts';

const hourMs = 3_600_000;
const ratePerSecond = 1000;
const routes = 50;

/** What an hour of a run leaves on disk: journal and window logs, as a run of a day and as one of an hour write them. */
export const folderSize: Measure = {
  name: 'folder',
  async run({ quick, scratch }) {
    const feedMs = quick ? hourMs / 6 : hourMs;
    const day = await bytesAnHour(scratch, windowLengthMs(24 * hourMs), feedMs);
    const quiet = await bytesAnHour(scratch, windowLengthMs(24 * hourMs), feedMs, ratePerSecond / 4);
    const hour = await bytesAnHour(scratch, windowLengthMs(hourMs), feedMs);
    const rows = [
      judged(
        'run folder bytes an hour, run of 24 h',
        { ...atMost(5), text: '≤ 5 MB' },
        day.bytesAnHour / 1e6,
        megabytes(day),
        `${routes} routes at ${ratePerSecond}/s, windows of ${day.windowMs / 1000} s; ${described(day)}; at ${ratePerSecond / 4}/s ${megabytes(quiet)}`,
      ),
      beside('the same, run of 1 h', megabytes(hour), `windows of ${hour.windowMs / 1000} s; ${described(hour)}`),
    ];
    return { rows, raw: { feedMs, day, quiet, hour } };
  },
};

interface Size {
  windowMs: number;
  bytesAnHour: number;
  files: { file: string; bytes: number }[];
}

async function bytesAnHour(scratch: string, windowMs: number, feedMs: number, rate = ratePerSecond): Promise<Size> {
  const folder = await mkdtemp(join(scratch, 'folder-'));
  const journal = openJournal(join(folder, 'journal.ndjson'), { source: 'shakedown/runs/bench' });
  const windows = join(folder, 'windows');
  const book = new FedBook({
    windowMs,
    ratePerSecond: rate,
    routes,
    folder: windows,
    on: { window: (window, byRoute) => journal.append('shakedown.window.closed', { window, routes: byRoute }) },
  });
  while (book.stream.plannedMs < feedMs) book.step();
  book.finish();
  journal.close();
  const paths = [join(folder, 'journal.ndjson'), ...(await readdir(windows)).map((name) => join(windows, name))];
  const files = await Promise.all(
    paths.map(async (path) => ({ file: path.slice(folder.length + 1), bytes: (await stat(path)).size })),
  );
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { windowMs, bytesAnHour: (bytes * hourMs) / feedMs, files };
}

const megabytes = (size: Size) => `${(size.bytesAnHour / 1e6).toFixed(2)} MB`;
const described = ({ files }: Size) => {
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return files.map(({ file, bytes }) => `${file} ${((100 * bytes) / all).toFixed(0)} %`).join(', ');
};
