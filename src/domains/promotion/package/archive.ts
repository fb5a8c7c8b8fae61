import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { PackageEntry } from './entries.ts';

/**
 * A tar archive, compressed, whose bytes depend on its entries only: in order, without owners, with one time.
 * @param top folder that all of it unpacks into
 * @param at time of every file
 */
export async function archive(entries: readonly PackageEntry[], top: string, at: Date): Promise<Buffer> {
  const mtime = new Date(Math.floor(at.getTime() / 1000) * 1000);
  const tar = pack();
  const pieces: Buffer[] = [];
  const whole = (async () => {
    for await (const piece of tar) pieces.push(piece as Buffer);
  })();
  const inOrder = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  for (const { path, bytes } of inOrder) {
    const header = {
      name: `${top}/${path}`,
      size: bytes.length,
      mtime,
      mode: 0o644,
      uid: 0,
      gid: 0,
      uname: '',
      gname: '',
    };
    tar.entry(header, bytes);
  }
  tar.finalize();
  await whole;
  const compressed = await promisify(gzip)(Buffer.concat(pieces), { level: 9 });
  // RFC 1952: no time, and no word of the system that it was made on.
  compressed.fill(0, 4, 8);
  compressed[9] = 255;
  return compressed;
}
