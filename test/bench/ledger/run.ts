// How quickly a ledger of a million writes is checked, whether one planted fault in it is found, and what following writes costs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readHistory } from '../../../src/domains/chaos/ledger/history.ts';
import { startLedger } from '../../../src/domains/chaos/ledger/ledger.ts';
import type { Call } from '../../../src/domains/chaos/ledger/linearizable/call.ts';
import { checkLinearizable } from '../../../src/domains/chaos/ledger/linearizable/check.ts';
import { resolveLedger } from '../../../src/domains/chaos/ledger/rules.ts';
import { Tally, type Verified } from '../../../src/domains/chaos/ledger/tally.ts';
import { makeHistory } from '../../domains/chaos/ledger/histories.ts';
import { atLeast, atMost, judged, ownCpuSeconds, type Row, short } from '../measure.ts';
import { machineText, table } from '../table.ts';
import { writeOperations } from './operations.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const operations = values.quick ? 100_000 : 1_000_000;
const rounds = values.quick ? 2 : 5;
const rows: Row[] = [];
const scratch = await mkdtemp(join(tmpdir(), 'shakedown-ledger-'));
const begunAt = new Date();
try {
  // First of all: a heap that held millions of operations is collected for long after, which is not what following costs.
  const cost = await overhead(values.quick ? 5 : 60);
  let found = 0;
  let slowestS = 0;
  let bytes = 0;
  for (let seed = 1; seed <= rounds; seed++) {
    const file = join(scratch, 'operations.ndjson');
    const planted = writeOperations(file, operations, seed);
    bytes = (await stat(file)).size;
    const from = performance.now();
    const tally = new Tally();
    await readHistory(file, (entry) => tally.add(entry));
    const verified = tally.verify();
    slowestS = Math.max(slowestS, (performance.now() - from) / 1000);
    if (isExactly(verified, planted)) found++;
    await rm(file);
    console.error(`  round ${seed}: ${verified.findings.map(({ kind, token }) => `${kind} ${token}`).join(', ')}`);
  }
  const size = `${(bytes / 1e6).toFixed(0)} MB`;
  const rate = operations / slowestS;
  rows.push(
    judged(
      'Ledger: operations checked in 10 s',
      atLeast(1_000_000),
      rate * 10,
      `${Math.round(rate * 10).toLocaleString('en')} (${short(slowestS)} s for ${operations.toLocaleString('en')}, ${size})`,
      `from the operations file to the verdict, slowest of ${rounds}`,
    ),
    judged(
      `Ledger: one loss, duplicate and corruption in ${operations.toLocaleString('en')} found`,
      atLeast(rounds),
      found,
      `${found} of ${rounds}`,
      'another place each time; those three and nothing else named',
    ),
  );

  const calls = new Map<string, Call[]>();
  const perKey = 200;
  for (let key = 0; key < operations / perKey; key++) {
    calls.set(`k${key}`, makeHistory({ seed: key + 1, clients: 4, calls: perKey, unanswered: 0.02 }));
  }
  const from = performance.now();
  const checked = checkLinearizable(calls, null);
  const seconds = (performance.now() - from) / 1000;
  rows.push(
    judged(
      'Registers: operations checked in 10 s',
      atLeast(1_000_000),
      checked.linearizable === true ? (checked.calls * 10) / seconds : Number.NaN,
      `${Math.round((checked.calls * 10) / seconds).toLocaleString('en')} (${short(seconds)} s for ${checked.calls.toLocaleString('en')})`,
      `linearizability, ${calls.size.toLocaleString('en')} keys, 4 clients each, 2 % never answered`,
    ),
  );
  calls.clear();
  rows.push(cost);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
const quickly = values.quick ? ' **With `--quick`: to see that it works, not to be quoted.**' : '';
console.log(`Measured ${begunAt.toISOString().slice(0, 10)}, ${machineText(null)}.${quickly}\n\n${table(rows)}`);

function isExactly({ findings, lost, duplicated, corrupted }: Verified, planted: Record<string, string>): boolean {
  const named = findings.every(({ kind, token }) => planted[kind] === token);
  return named && findings.length === 3 && lost === 1 && duplicated === 1 && corrupted === 1;
}

/** CPU time of following writes at the default rate, against this process doing nothing. */
async function overhead(seconds: number): Promise<Row> {
  const program = fileURLToPath(new URL('./shelf-process.ts', import.meta.url));
  const server = spawn(process.execPath, ['--import', 'tsx', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    const subject = resolveLedger({
      write: { path: '/notes', body: { token: '$'.concat('{token}'), value: '$'.concat('{value}') } },
      read: { path: '/notes?token='.concat('$', '{token}'), values: 'notes[*].value' },
    });
    const idleFrom = ownCpuSeconds();
    await wait(seconds * 500);
    const idle = (ownCpuSeconds() - idleFrom) * 2;
    const ledger = await startLedger({
      subject,
      target: { baseUrl: `http://127.0.0.1:${Number(port.toString())}`, allowHosts: ['127.0.0.1'], headers: {} },
      folder: scratch,
      now: () => performance.now(),
      seed: 1,
      signal: new AbortController().signal,
    });
    await wait(2000); // the first requests cost more than the others
    const from = ownCpuSeconds();
    await wait(seconds * 1000);
    const share = (100 * (ownCpuSeconds() - from - idle)) / seconds;
    await ledger.stop();
    const how = `${subject.ratePerSecond} operations a second, ${subject.clients} clients, the default, over ${seconds} s`;
    return judged('Ledger: share of a core', atMost(1), share, `${short(share)} %`, how);
  } finally {
    server.kill('SIGKILL');
  }
}
