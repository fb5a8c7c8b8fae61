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
 * else against the release's own checksum file), and puts it and its program into the cache.
 * @returns the program's path
 * @throws Error saying what failed; nothing is left in the cache then
 */
export async function fetchRelease(options: FetchReleaseOptions): Promise<string> {
  const { pin, cache, program } = options;
  const archive = archiveOf(pin, cache);
  if (archive === null) throw new Error(`no release for ${process.platform}-${process.arch}`);
  const { name } = archive;
  const base = pin.base.replaceAll('{version}', pin.version);
  const wanted =
    (await archive.knownDigest()) ??
    (await publishedDigest(`${base}/${pin.checksums.replaceAll('{version}', pin.version)}`, name, options.signal));

  const bytes = await download(`${base}/${name}`, options.signal);
  const digest = digestOf(bytes);
  if (digest !== wanted) throw new Error(`${name} has SHA-256 ${digest}, not ${wanted}`);

  await mkdir(cache, { recursive: true });
  const path = releasePath(program, pin.version, cache);
  const found = fileInArchive(bytes, program);
  await replaceFile(archive.remembered, `${digest}\n`);
  await replaceFile(archive.file, bytes);
  await replaceFile(path, found, { mode: 0o755 });
  return path;
}

/**
 * Why a release's program in the cache is not to be run: the archive there has another digest than the pin (or, without one, than the first
 * time), or the program is not the one in the archive.
 * @returns undefined when it is the release's
 */
export async function releaseFault({ pin, cache, program }: FetchReleaseOptions): Promise<string | undefined> {
  const archive = archiveOf(pin, cache);
  if (archive === null) return `there is no release for ${process.platform}-${process.arch}`;
  const wanted = await archive.knownDigest();
  const bytes = await readFile(archive.file).catch(() => undefined);
  if (bytes === undefined || wanted === undefined)
    return `its archive ${archive.name} is not there to check it against`;
  const digest = digestOf(bytes);
  if (digest !== wanted) return `its archive ${archive.name} has SHA-256 ${digest}, not ${wanted}`;
  const found = await readFile(releasePath(program, pin.version, cache));
  return found.equals(fileInArchive(bytes, program)) ? undefined : `it is not the file in its archive ${archive.name}`;
}

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A release's archive for this machine; null where there is none. */
function archiveOf(pin: ReleasePin, cache: string) {
  const archive = pin.archives[`${process.platform}-${process.arch}`];
  if (archive === undefined) return null;
  const name = archive.name.replaceAll('{version}', pin.version);
  const remembered = join(cache, `${name}.sha256`);
  return {
    name,
    file: join(cache, name),
    /** Where its digest is noted the first time. */
    remembered,
    async knownDigest(): Promise<string | undefined> {
      return archive.sha256 ?? (await readFile(remembered, 'utf8').catch(() => undefined))?.trim();
    },
  };
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
