import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFileBy } from '../evidence/atomic-file.ts';
import { runProgram } from './run-program.ts';

const buildTimeoutMs = 20 * 60_000;

/**
 * Where the build of a Go module lies in the cache: its name holds a digest of the sources, so that changed sources are built anew.
 * null when there is no module in the folder.
 */
export async function goBuildPath(program: string, module: string, cache: string): Promise<string | null> {
  const names = await readdir(module, { recursive: true }).catch(() => []);
  const sources = names.filter((name) => /(\.go|^go\.mod|^go\.sum)$/.test(name) && !name.endsWith('_test.go')).sort();
  if (!sources.includes('go.mod')) return null;
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  for (const name of sources) hash.update(`${name}\n`).update(await readFile(join(module, name)));
  return join(cache, `${program}-shakedown-${hash.digest('hex').slice(0, 16)}`);
}

/** What of a module is built; absent: the program that the module itself is. */
export interface GoTarget {
  packagePath?: string;
  /** Texts to put into variables of its packages. */
  variables?: Record<string, string>;
}

export interface GoBuildOptions extends GoTarget {
  go: string;
  /** Folder with go.mod. */
  module: string;
  /** Where the program goes. */
  path: string;
  cache: string;
  signal?: AbortSignal | undefined;
}

/**
 * Builds a Go module's program into the cache, statically linked.
 * @throws Error with the compiler's last words
 */
export async function goBuild(options: GoBuildOptions): Promise<void> {
  await mkdir(options.cache, { recursive: true });
  const texts = Object.entries(options.variables ?? {}).map(([name, text]) => ` -X ${name}=${text}`);
  const args = ['build', '-trimpath', '-ldflags', `-s -w${texts.join('')}`];
  await replaceFileBy(options.path, async (part) => {
    const outcome = await runProgram(options.go, [...args, '-o', part, options.packagePath ?? '.'], {
      cwd: options.module,
      env: { ...process.env, CGO_ENABLED: '0' },
      timeoutMs: buildTimeoutMs,
      signal: options.signal,
    });
    if (outcome.kind === 'failed') throw new Error(outcome.reason);
    if (outcome.code === 0) return;
    throw new Error(outcome.stderr.trim().split('\n').slice(-3).join(' ') || `ended with ${outcome.code}`);
  });
}
