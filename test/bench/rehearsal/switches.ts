// Blue-green switches under load, on each driver: how many requests were sent, and how many of them failed, were lost or sent twice.
// Arguments: --switches 20 --rate 500 --observe-ms 8000 --drivers embedded,haproxy,envoy
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Results } from '../../../src/model/results.ts';
import { paths } from '../../e2e/switch-paths.ts';

const { values } = parseArgs({
  options: {
    switches: { type: 'string', default: '20' },
    rate: { type: 'string', default: '500' },
    'observe-ms': { type: 'string', default: '8000' },
    drivers: { type: 'string', default: 'embedded,haproxy,envoy' },
  },
});
const program = fileURLToPath(new URL('../../../bin/shakedown.mjs', import.meta.url));
const shown = ['failed', 'lost', 'repeated', 'accounted', 'in-flight', 'drained', 'rollback'];

function rehearse(folder: string, driver: string): Promise<Results> {
  const args = [program, 'rehearse', '--blue-green', '--switch', driver, '--json'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 }, (error, out, said) => {
      if (out.startsWith('{')) resolve(JSON.parse(out) as Results);
      else reject(new Error(said || String(error)));
    });
  });
}

for (const driver of values.drivers.split(',')) {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-switches-'));
  writeFileSync(
    join(folder, 'shakedown.config.yaml'),
    `target: { sample: {} }
deployment: { warmUpMs: 1500 ${paths} }
rehearsal:
  ratePerSecond: ${values.rate}
  blueGreen: { switches: ${values.switches}, observeMs: ${values['observe-ms']} }
`,
  );
  const began = Date.now();
  const { verdict, sections } = await rehearse(folder, driver);
  console.log(`${driver}: ${verdict}, ${values.switches} switches, ${Math.round((Date.now() - began) / 1000)} s`);
  for (const { id, reason } of sections.rehearsal?.rehearsals.flatMap(({ checks }) => checks) ?? []) {
    if (shown.includes(id)) console.log(`  ${id}: ${reason}`);
  }
  rmSync(folder, { recursive: true, force: true });
}
