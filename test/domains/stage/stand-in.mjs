// Stands in for the command line of Shakedown: `good`, `bad` and `narrow` (under a policy that asks for more) leave a run that was prepared, `deploy` prints a deployment, others do what they say.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [word = '', ...rest] = process.argv.slice(2);
const prepared = process.env.STAND_IN_PREPARED ?? '';
const runs = process.env.STAND_IN_RUNS ?? '';
const leave = (name) => {
  const path = join(runs, `2026-11-29T1200-${process.pid.toString(16).padStart(4, '0').slice(-4)}`);
  cpSync(join(prepared, name), path, { recursive: true });
  process.send?.({ shakedownRun: path });
};
switch (word) {
  case 'good':
    leave('good');
    break;
  case 'narrow':
    leave('narrow');
    process.exitCode = 3;
    break;
  case 'bad':
    leave('bad');
    process.exitCode = 1;
    break;
  case 'stuck':
    leave('good');
    process.on('SIGINT', () => process.exit(130));
    setInterval(() => {}, 1000);
    break;
  case 'deploy':
    if (rest.includes('--json'))
      process.stdout.write(`${JSON.stringify({ version: 'v2', url: 'http://127.0.0.1:1', number: 1 })}\n`);
    writeFileSync(join(runs, '..', 'deployed'), rest.join(' '));
    break;
  case 'no-start':
    process.stderr.write(`error DEPLOYMENT_NOT_READY: v2 did not come up: it ends at once.\n`);
    process.stderr.write(`hint: Look at its log.\n`);
    process.exitCode = 2;
    break;
  default:
    process.stderr.write(`error USAGE: there is no ${word}.\n`);
    process.exitCode = 2;
}
