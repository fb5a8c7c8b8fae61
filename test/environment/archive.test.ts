import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileInArchive } from '../../src/environment/archive.ts';
import { zipOf } from './zip.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function tarOf(args: string[]): Buffer {
  const file = join(folder, 'a.tar.gz');
  execFileSync('tar', ['-czf', file, ...args], { cwd: folder });
  return readFileSync(file);
}

test('takes the program out of a .tar.gz as tar makes it, past folders and other files', () => {
  mkdirSync(join(folder, 'k6-v2.2.0-linux-amd64/k6.d'), { recursive: true });
  writeFileSync(join(folder, 'k6-v2.2.0-linux-amd64/README'), 'k6');
  writeFileSync(join(folder, 'k6-v2.2.0-linux-amd64/k6'), 'the program'.repeat(1000));
  expect(fileInArchive(tarOf(['k6-v2.2.0-linux-amd64']), 'k6').toString()).toBe('the program'.repeat(1000));
});

test('takes the program out of a .zip, stored or deflated', () => {
  const content = Buffer.from('the program'.repeat(1000));
  for (const deflate of [false, true]) {
    const zip = zipOf(
      [
        ['k6-v2.2.0-macos-arm64/LICENSE', Buffer.from('x')],
        ['k6-v2.2.0-macos-arm64/k6', content],
      ],
      deflate,
    );
    expect(fileInArchive(zip, 'k6').equals(content)).toBe(true);
  }
});

test('names in an archive are never used as paths, and links are not followed', () => {
  const outside = join(folder, 'outside');
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in/evil'), 'evil');
  const climbing = tarOf(['--transform', `s,in/evil,../../../../../../../..${outside}/k6,`, 'in/evil', '-P']);
  expect(fileInArchive(climbing, 'k6').toString()).toBe('evil');
  expect(existsSync(outside)).toBe(false);

  execFileSync('ln', ['-s', '/etc/passwd', join(folder, 'in/k6')]);
  expect(() => fileInArchive(tarOf(['in']), 'k6')).toThrow(/no file k6/);
});

test('a damaged or foreign file is refused', () => {
  writeFileSync(join(folder, 'k6'), 'x'.repeat(100_000));
  chmodSync(join(folder, 'k6'), 0o755);
  const tar = tarOf(['k6']);
  expect(() => fileInArchive(tar.subarray(0, 60), 'k6')).toThrow();
  expect(() => fileInArchive(Buffer.from('<html>not found</html>'), 'k6')).toThrow(/neither a zip nor a gzip/);
  expect(() => fileInArchive(Buffer.alloc(0), 'k6')).toThrow();
  const zip = zipOf([['k6', Buffer.from('x'.repeat(1000))]], true);
  zip.writeUInt32LE(0xdeadbeef, zip.length - 22 + 16);
  expect(() => fileInArchive(zip, 'k6')).toThrow();
});
