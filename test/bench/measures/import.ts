import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { importTraffic } from '../../../src/domains/traffic/import/import.ts';
import { beside, type Measure, type Row, short } from '../measure.ts';
import { findPeer, runPeer } from '../programs.ts';

const rounds = 3;

/** How fast an access log becomes a recording. GoAccess reads and counts the same file; it makes no sessions and keeps no requests. */
export const importing: Measure = {
  name: 'import',
  limitMinutes: 5,
  async run({ quick, scratch, say }) {
    const lines = quick ? 20_000 : 400_000;
    const file = join(scratch, 'access.log');
    await pipeline(accessLog(lines), createWriteStream(file));
    const megabytes = (await stat(file)).size / 1e6;
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const begun = process.cpuUsage();
      const { manifest } = await importTraffic({ files: [file], out: join(scratch, `log-${round}`) });
      const { user, system } = process.cpuUsage(begun);
      times.push((user + system) / 1e6);
      if (manifest.requests !== lines) throw new Error(`${manifest.requests} of ${lines} lines were imported.`);
    }
    const ours = megabytes / Math.min(...times);
    say(`${short(ours)} MB/s`);
    const theirs = await goaccess(file, megabytes, join(scratch, 'goaccess.json'));
    const what = `${short(megabytes)} MB of combined access log, ${lines.toLocaleString('en')} lines of 5,000 clients, by processor time, best of ${rounds}`;
    const rows: Row[] = [
      beside('import of an access log', `${short(ours)} MB/s`, what),
      beside(
        'GoAccess on the same file',
        theirs === null ? 'not measured' : `${short(theirs.mbPerSecond)} MB/s`,
        theirs === null
          ? 'goaccess is neither on PATH nor named by SHAKEDOWN_BENCH_GOACCESS'
          : `${theirs.version}, one thread, by processor time, reads and counts; it makes no recording`,
      ),
    ];
    return { rows, raw: { megabytes, times, goaccess: theirs } };
  },
};

const monthOf = (ms: number) => new Date(ms).toUTCString().slice(8, 11);

/** Ten minutes' traffic, the same each time. */
function* accessLog(lines: number): Generator<string> {
  const begun = Date.UTC(2024, 2, 5, 10);
  for (let n = 0; n < lines; n++) {
    const client = (n * 7919) % 5000;
    const at = new Date(begun + Math.floor((n / lines) * 600) * 1000);
    const day = `${String(at.getUTCDate()).padStart(2, '0')}/${monthOf(at.getTime())}/${at.getUTCFullYear()}`;
    const time = at.toISOString().slice(11, 19);
    const path = [`/products/${100 + (n % 40)}`, `/search?q=oak+table&page=${n % 9}`, '/', `/orders/${48_000_000 + n}`][
      n % 4
    ];
    yield `10.${client >> 8}.${client & 255}.7 - - [${day}:${time} +0000] "GET ${path} HTTP/1.1" 200 ${500 + (n % 9000)} "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0"\n`;
  }
}

async function goaccess(file: string, megabytes: number, out: string) {
  const program = findPeer('SHAKEDOWN_BENCH_GOACCESS', 'goaccess');
  if (program === null) return null;
  const version = /GoAccess - (\d[\d.]*\d)/.exec((await runPeer(program, ['--version'])).stdout)?.[1] ?? 'unknown';
  const args = [file, '--log-format=COMBINED', '--no-progress', '--no-global-config', '-o', out];
  // The shell reports what its children took: `0m1.25s 0m0.10s`, user and system.
  const timed = ['-c', '"$0" "$@" >&2 && times', program, ...args];
  const { code, stdout, stderr } = await runPeer('sh', timed);
  if (code !== 0) throw new Error(`GoAccess: ${stderr.trim().split('\n').at(-1)}`);
  const taken = [...(stdout.trim().split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = taken.reduce((sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest), 0);
  return { version, mbPerSecond: megabytes / seconds };
}
