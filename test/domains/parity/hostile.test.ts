import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readYamlOrJson } from '../../../src/domains/parity/descriptor/bounded-file.ts';
import { readDescriptor } from '../../../src/domains/parity/descriptor/file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parity-hostile-'));
});
afterAll(() => rm(folder, { recursive: true }));

const file = async (name: string, text: string | Buffer) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};
const head = 'format: shakedown.parity/1\nenvironment: production\ncapturedAt: 2026-11-29T00:00:00Z\n';

describe('files that nobody should read whole', () => {
  it.each<[string, string, string | Buffer, RegExp]>([
    ['JSON that is cut off', 'a.json', '{"a": [1, 2', /is not JSON/],
    ['deep JSON', 'b.json', '['.repeat(100_000), /nested more than 100 deep/],
    ['deep YAML', 'c.yaml', '['.repeat(100_000), /nested|is not YAML/],
    [
      'aliases that grow',
      'd.yaml',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, i) => `${'bcdefghijklm'[i]}: &${'bcdefghijklm'[i]} [${Array(10).fill(`*${'abcdefghijklm'[i]}`).join(',')}]`).join('\n')}\n`,
      /alias/i,
    ],
    ['bytes that are no text', 'e.yaml', Buffer.from([0xff, 0xfe, 0x00]), /not UTF-8/],
    ['keys twice', 'f.yaml', 'a: 1\na: 2\n', /is not YAML/],
  ])('%s: one clear line', async (_, name, content, message) => {
    const error = await readYamlOrJson(await file(name, content), 'The file').catch((each: Error) => each);
    expect(error).toMatchObject({ code: 'PARITY_FILE', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain('\n');
  });

  it('are looked at by their size first', async () => {
    const huge = await file('huge.json', '');
    await truncate(huge, 65 * 1024 * 1024);
    await expect(readYamlOrJson(huge, 'The file')).rejects.toThrow(/65 MB, more than 64/);
    await expect(readYamlOrJson(folder, 'The file')).rejects.toThrow(/it is a folder/);
    await expect(readYamlOrJson(join(folder, 'none.yaml'), 'The file')).rejects.toThrow(/there is no such file/);
  });

  it('touch nothing by the names of their keys', async () => {
    const path = await file(
      'proto.json',
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
    );
    await readYamlOrJson(path, 'The file');
    expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  });
});

describe('a descriptor', () => {
  it.each([
    ['another format', 'format: other\n', /format/],
    ['an aspect that there is not', `${head}items: { nothing/a: 1 }\n`, /must begin with one of/],
    ['a field that there is not', `${head}items: { cdn/a: { valu: 1 } }\n`, /items/],
    ['an item that is none', `${head}items: { cdn/a: { value: { a: 1 } } }\n`, /items/],
    ['no time', 'format: shakedown.parity/1\nenvironment: x\nitems: {}\n', /capturedAt/],
  ])('is refused for %s', async (name, text, message) => {
    await expect(readDescriptor(await file(`${name}.yaml`, text))).rejects.toThrow(message);
  });

  it('keeps numbers as they were written', async () => {
    const { items } = await readDescriptor(
      await file('v.yaml', `${head}items: { version/a: 1.10, version/b: 0x10, version/c: 16 }\n`),
    );
    expect([...items.values()].map(({ value }) => value)).toEqual(['1.10', '0x10', 16]);
  });
});
