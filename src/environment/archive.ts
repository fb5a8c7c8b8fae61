import { gunzipSync, inflateRawSync } from 'node:zlib';

const maxEntryBytes = 512 * 1024 * 1024;

/**
 * The bytes of one file in a .zip or .tar.gz archive, held in memory: its first regular file of that base name. Nothing else is
 * unpacked, and no name in the archive is ever used as a path, so an archive cannot write outside.
 * @throws Error when the archive is damaged, too large, or has no such file
 */
export function fileInArchive(archive: Buffer, baseName: string): Buffer {
  const found =
    archive.readUInt16BE(0) === 0x1f8b
      ? inTar(gunzipSync(archive, { maxOutputLength: maxEntryBytes }), baseName)
      : inZip(archive, baseName);
  if (found === undefined) throw new Error(`the archive has no file ${baseName}`);
  return found;
}

const blockBytes = 512;

// POSIX ustar: 512-byte headers; name at 0 (100 bytes), size at 124 (octal, 12 bytes), type at 156.
function inTar(tar: Buffer, baseName: string): Buffer | undefined {
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const name = text(tar, at, 100);
    if (name === '') return undefined;
    const size = Number.parseInt(text(tar, at + 124, 12), 8);
    if (!Number.isSafeInteger(size) || size < 0 || at + blockBytes + size > tar.length)
      throw new Error('damaged archive');
    const type = tar[at + 156] ?? 0;
    const regular = type === 0 || type === 0x30;
    if (regular && lastPart(name) === baseName) return tar.subarray(at + blockBytes, at + blockBytes + size);
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
  return undefined;
}

// APPNOTE.TXT 4.3: the end record (0x06054b50) points at the central directory (0x02014b50 each), which points at local headers.
function inZip(zip: Buffer, baseName: string): Buffer | undefined {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0) throw new Error('neither a zip nor a gzip archive');
  const entries = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < entries; index++) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('damaged archive');
    const method = zip.readUInt16LE(at + 10);
    const packed = zip.readUInt32LE(at + 20);
    const nameBytes = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes);
    if (lastPart(name) === baseName) {
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const bytes = zip.subarray(start, start + packed);
      if (method === 0) return bytes;
      if (method === 8) return inflateRawSync(bytes, { maxOutputLength: maxEntryBytes });
      throw new Error(`compression method ${method} is not known`);
    }
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return undefined;
}

function text(buffer: Buffer, start: number, length: number): string {
  const bytes = buffer.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? length : end);
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
