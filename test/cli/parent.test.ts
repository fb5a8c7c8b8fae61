import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { runOwnCommand } from '../../src/cli/own-command.ts';
import { announced } from '../../src/cli/parent.ts';
import { isAlive } from '../alive.ts';

const module = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function programIn(code: string): { folder: string; program: string } {
  const folder = mkdtempSync(join(tmpdir(), 'parent-'));
  folders.push(folder);
  const program = join(folder, 'program.mts');
  writeFileSync(program, code);
  return { folder, program };
}

const child = `
import { followParent } from ${JSON.stringify(module('cli/parent.ts'))};
import { createRunFolder } from ${JSON.stringify(module('evidence/run-folder.ts'))};
import { writeFileSync } from 'node:fs';
followParent();
process.once('SIGINT', () => { writeFileSync(process.argv[2] + '/in-order', ''); process.exit(0); });
const run = await createRunFolder(process.argv[2] + '/runs');
writeFileSync(process.argv[2] + '/pid', String(process.pid));
if (process.argv[3] === 'wait') setInterval(() => {}, 1000); else run.release();
`;
const tsx = ['--import', fileURLToPath(import.meta.resolve('tsx'))];

it('a command says which run it makes, and what listens does not keep it alive', async () => {
  const { folder, program } = programIn(child);
  const before = process.execArgv;
  process.execArgv = tsx;
  try {
    const heard: string[] = [];
    const end = await runOwnCommand(
      [folder],
      { signal: new AbortController().signal, cwd: folder, say: () => {}, onRun: (path) => heard.push(path) },
      program,
    );
    const [run] = readdirSync(join(folder, 'runs'));
    expect(end).toMatchObject({ exitCode: 0, run: join(folder, 'runs', run ?? '') });
    expect(heard).toEqual([end.run]);
  } finally {
    process.execArgv = before;
  }
});

it('a command ends in order when whoever started it was killed', async () => {
  const { folder, program } = programIn(child);
  const parent = join(folder, 'parent.mts');
  writeFileSync(
    parent,
    `import { runOwnCommand } from ${JSON.stringify(module('cli/own-command.ts'))};
     await runOwnCommand([${JSON.stringify(folder)}, 'wait'], { signal: new AbortController().signal, cwd: '/', say: () => {} }, ${JSON.stringify(program)});`,
  );
  const started = spawn(process.execPath, [...tsx, parent], { stdio: 'ignore' });
  const pid = async () => {
    for (;;) {
      try {
        const found = Number(readFileSync(join(folder, 'pid'), 'utf8'));
        if (found > 0) return found;
      } catch {
        // Not yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const left = await pid();
  started.kill('SIGKILL');
  while (isAlive(left)) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(readdirSync(folder)).toContain('in-order');
});

it('nothing but a path of a run is an announcement', () => {
  expect(announced({ shakedownRun: '/runs/1' })).toBe('/runs/1');
  for (const message of [null, 'x', {}, { shakedownRun: 1 }, []]) expect(announced(message)).toBe(null);
});
