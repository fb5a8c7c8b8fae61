import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Code of the document, by the path that its first line names. */
async function examples(): Promise<Map<string, string>> {
  const text = await readFile(join(root, 'docs/add-a-domain.md'), 'utf8');
  const blocks = text.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```/gm);
  return new Map(Array.from(blocks, ([, path = '', code = '']) => [path, code]));
}

/** What the compiler says of files that lie in `src/` only as it sees it. */
async function compiled(files: ReadonlyMap<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-domain-'));
  try {
    for (const [path, code] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), code);
    }
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const config = {
      extends: join(root, 'tsconfig.json'),
      // What is kept of the project's own check is not of these files.
      compilerOptions: {
        incremental: false,
        tsBuildInfoFile: null,
        rootDirs: [root, folder],
        typeRoots: [join(root, 'node_modules/@types')],
      },
      include: [join(root, 'src'), join(folder, 'src')],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', folder]);
    return await tsc.then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

const wrong = `import type { JournalEvents } from '../../model/event.ts';
export const event: JournalEvents['shakedown.expiry.checked'] = { daysLeft: 'three', error: null };
`;

test('the domain that docs/add-a-domain.md shows fits the contract', async () => {
  const files = await examples();
  expect(files.size).toBe(10);
  // The one thing that is wrong, so that it is known that the compiler looks.
  files.set('src/domains/expiry/wrong.ts', wrong);
  const found = (await compiled(files)).trim().split('\n');
  expect(found).toEqual([expect.stringMatching(/expiry\/wrong\.ts\(2,\d+\): error TS2322: Type 'string'/)]);
}, 180_000);
