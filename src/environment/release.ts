import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../evidence/atomic-file.ts';
import { fileInArchive } from './archive.ts';

/** `pin.json` of a program: the release that is used, and digests where they are publicly known. */
export interface ReleasePin {
  version: string;
  /** Folder of the release's files; `{version}` stands for the version. */
  base: string;
  /** File of `sha256  name` lines beside the archives. */
  checksums: string;
  /** By platform and architecture (`linux-x64`): the archive's name, and its SHA-256 where it is pinned. */
  archives: Record<string, { name: string; sha256?: string }>;
}

export interface FetchReleaseOptions {
  /** Base name of the program in the archive. */
  program: string;
  pin: ReleasePin;
  cache: string;
  signal?: AbortSignal | undefined;
}

const firstByteMs = 5_000;
const wholeMs = 300_000;
const maxBytes = 200 * 1024 * 1024;

/** Where a release's program lies in the cache. */
export function releasePath(program: string, version: string, cache: string): string {
  return join(cache, `${program}-${version}-release`);
}

/**
 * Downloads a release's archive, checks its SHA-256 (against the pin, else against the digest remembered from the first time,
 * else against the release's own checksum file), and puts the program into the cache.
 * @returns the program's path
 * @throws Error saying what failed; nothing is left in the cache then
 */
export async function fetchRelease(options: FetchReleaseOptions): Promise<string> {
  const { pin, cache, program } = options;
  const archive = pin.archives[`${process.platform}-${process.arch}`];
  if (archive === undefined) throw new Error(`no release for ${process.platform}-${process.arch}`);
  const base = pin.base.replaceAll('{version}', pin.version);
  const name = archive.name.replaceAll('{version}', pin.version);
  const remembered = join(cache, `${name}.sha256`);
  const known = archive.sha256 ?? (await readFile(remembered, 'utf8').catch(() => undefined))?.trim();
  const wanted =
    known ??
    (await publishedDigest(`${base}/${pin.checksums.replaceAll('{version}', pin.version)}`, name, options.signal));

  const bytes = await download(`${base}/${name}`, options.signal);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== wanted) throw new Error(`${name} has SHA-256 ${digest}, not ${wanted}`);

  await mkdir(cache, { recursive: true });
  const path = releasePath(program, pin.version, cache);
  const found = fileInArchive(bytes, program);
  await replaceFile(remembered, `${digest}\n`);
  await replaceFile(path, found, { mode: 0o755 });
  return path;
}

async function publishedDigest(url: string, name: string, signal: AbortSignal | undefined): Promise<string> {
  const lines = (await download(url, signal)).toString('utf8').split('\n');
  for (const line of lines) {
    const [digest, file] = line.trim().split(/\s+\*?/);
    if (file === name && digest !== undefined && /^[0-9a-f]{64}$/i.test(digest)) return digest.toLowerCase();
  }
  throw new Error(`${url} has no digest of ${name}`);
}

async function download(url: string, outer: AbortSignal | undefined): Promise<Buffer> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new Error('no answer in 5 s')), firstByteMs);
  const signals = [patience.signal, AbortSignal.timeout(wholeMs), ...(outer ? [outer] : [])];
  try {
    const response = await fetch(url, { signal: AbortSignal.any(signals) });
    clearTimeout(timer);
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Error(`larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    const inner = (cause as Error).cause instanceof Error ? ((cause as Error).cause as Error) : (cause as Error);
    throw new Error(`${url}: ${inner.message}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
