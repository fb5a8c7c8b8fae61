import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAlive } from '../../../alive.ts';
import { describeWithK6 } from '../../../setup/programs.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWithK6('a k6 without load whose harness is killed', (found) => {
  it.skipIf(found.build !== 'shakedown')('ends by itself: its heartbeat finds nobody', async () => {
    const script = fileURLToPath(new URL('./idle-harness.ts', import.meta.url));
    const harness = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(found), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(harness.stdout.setEncoding('utf8'), 'data');
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);
    harness.kill('SIGKILL');
    await once(harness, 'exit');
    await expect.poll(() => isAlive(pid), { timeout: 3000, interval: 50 }).toBe(false);
  });
});
