import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { commandSwitch } from '../../../src/domains/rehearsal/switch/command.ts';
import { setAndReadBack } from '../../../src/domains/rehearsal/switch/traffic-switch.ts';
import { Staging } from '../../../src/domains/rehearsal/system/staging.ts';
import { tinyDeployment } from './tiny.ts';

const server = fileURLToPath(new URL('../../fixtures/rehearsal/server.mjs', import.meta.url));
const signal = AbortSignal.timeout(60_000);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-command-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Deploys as a script of a user's own would. */
const script = `case $1 in
up)
  port=$((20000 + $$ % 10000))
  REQUEST_LOG=$SHAKEDOWN_SIDE.notes PORT=$port VERSION=$SHAKEDOWN_VERSION INSTANCE=$SHAKEDOWN_SIDE nohup "${process.execPath}" "${server}" > /dev/null 2>&1 &
  echo $! > $SHAKEDOWN_SIDE.pid
  echo "some words before" 
  echo "{\\"instances\\": [{\\"name\\": \\"one\\", \\"url\\": \\"http://127.0.0.1:$port\\"}], \\"migration\\": \\"007\\"}"
  ;;
down) kill $(cat $SHAKEDOWN_SIDE.pid) ;;
notes) cat $SHAKEDOWN_SIDE.notes ;;
esac
`;

describe('programs of the user', () => {
  it('bring versions up and end them', async () => {
    const folder = folderWith({ 'deploy.sh': script });
    const deployment = {
      ...tinyDeployment,
      ...{
        driver: 'command' as const,
        instances: 1,
        command: {
          ...{ up: ['sh', 'deploy.sh', 'up'], down: ['sh', 'deploy.sh', 'down'] },
          requestIds: ['sh', 'deploy.sh', 'notes'],
        },
      },
    };
    const settings = {
      stateFile: join(folder, 'staging.json'),
      folder,
      system: null,
      deployment,
      healthPath: '/healthz',
    };
    const staging = await Staging.start(settings, signal);
    try {
      const side = await staging.up('blue', 'v7', signal);
      expect(side).toMatchObject({ version: 'v7', migration: '007', instances: [{ name: 'blue-1' }] });
      await staging.move({ blue: 100 });
      const headers = { 'x-request-id': 'one-of-them' };
      expect(await (await fetch(staging.switch.baseUrl, { headers })).text()).toBe('v7 blue');
      const [notes = '', ...others] = await staging.requestLogs([side]);
      expect([readFileSync(notes, 'utf8'), others]).toEqual([expect.stringContaining('"requestId":"one-of-them"'), []]);
    } finally {
      await staging.end();
    }
  });

  it.each([
    ['fails', 'echo "no such workspace" >&2; exit 3', 'sh failed: it ended with 3 no such workspace.'],
    ['prints no instances', 'echo done', 'sh does not print the instances of v7.'],
  ])('that %s is reported', async (_, text, message) => {
    const folder = folderWith({ 'deploy.sh': text });
    const deployment = {
      ...tinyDeployment,
      ...{ driver: 'command' as const, command: { up: ['sh', 'deploy.sh'], down: ['true'], requestIds: null } },
    };
    const settings = { stateFile: join(folder, 'staging.json'), folder, system: null, deployment, healthPath: '/' };
    const staging = await Staging.start(settings, signal);
    await expect(staging.up('blue', 'v7', signal)).rejects.toThrow(message);
    await staging.end();
  });

  it('move traffic, and are not believed before it was read back', async () => {
    const folder = folderWith({
      'set.sh': 'printf %s "{\\"weights\\": $SHAKEDOWN_WEIGHTS}" > now.json\n',
      'lazy.json': '{"weights": {"blue": 100}}',
    });
    const url = 'http://127.0.0.1:1';
    const good = commandSwitch({ set: ['sh', 'set.sh'], read: ['cat', 'now.json'], url }, folder);
    await setAndReadBack(good, { blue: 75, green: 25 });
    expect(await good.read()).toEqual({ weights: { blue: 75, green: 25 }, inFlight: null });
    const lazy = commandSwitch({ set: ['true'], read: ['cat', 'lazy.json'], url }, folder);
    await expect(setAndReadBack(lazy, { green: 100 })).rejects.toThrow(
      'The switch was set to 100 % green, and says that it has 100 % blue.',
    );
    const broken = commandSwitch({ set: ['sh', '-c', 'exit 1'], read: ['true'], url }, folder);
    await expect(setAndReadBack(broken, { green: 100 })).rejects.toMatchObject({ code: 'SWITCH_UNREACHABLE' });
  });
});
