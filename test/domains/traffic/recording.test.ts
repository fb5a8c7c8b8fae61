import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRecordingWriter, readManifest, readSessions } from '../../../src/domains/traffic/recording.ts';
import type { RecordedSession, RecordingManifest } from '../../../src/model/traffic.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-recording-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rest: Omit<RecordingManifest, 'format' | 'shards' | 'sessions' | 'requests'> = {
  name: 'test',
  startedAt: null,
  durationMs: 0,
  timeResolutionMs: 1,
  hasResponses: false,
  sources: [],
  routes: [],
  notReplayable: [],
  privacy: { state: 'raw' },
};

function session(number: number, padding = ''): RecordedSession {
  const request = { offsetMs: 0, method: 'GET', origin: '', path: `/${number}${padding}`, route: '/:id' };
  return { id: `s${number}`, startMs: number, requests: [request] };
}

async function write(out: string, count: number, padding = ''): Promise<RecordingManifest> {
  const writer = await createRecordingWriter(out);
  for (let number = 0; number < count; number++) await writer.write(session(number, padding));
  return writer.close(rest);
}

async function read(out: string): Promise<RecordedSession[]> {
  const sessions: RecordedSession[] = [];
  for await (const one of readSessions(out, await readManifest(out))) sessions.push(one);
  return sessions;
}

test('what is written is read back, session by session', async () => {
  const manifest = await write(join(folder, 'r'), 300, 'ü'.repeat(5000));
  expect(manifest).toMatchObject({ sessions: 300, requests: 300 });
  const sessions = await read(join(folder, 'r'));
  expect(sessions).toHaveLength(300);
  expect(sessions[299]).toEqual(session(299, 'ü'.repeat(5000)));
});

test('writing more than a stream takes at once leaves no listeners behind', async () => {
  const warnings: string[] = [];
  const warned = (warning: Error) => warnings.push(warning.name);
  process.on('warning', warned);
  await write(join(folder, 'r'), 400, 'x'.repeat(200_000));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});

test('a recording in place is replaced whole, and only when the new one is done', async () => {
  const out = join(folder, 'r');
  await write(out, 60_000);
  expect((await readdir(out)).filter((name) => name.endsWith('.gz'))).toHaveLength(2);
  const writer = await createRecordingWriter(out);
  await writer.write(session(7));
  expect(await read(out)).toHaveLength(60_000);
  await writer.close(rest);
  expect(await read(out)).toEqual([session(7)]);
  expect((await readdir(out)).sort()).toEqual(['recording.json', 'sessions-00000.ndjson.gz']);
});

test('giving up leaves nothing behind', async () => {
  const out = join(folder, 'new', 'r');
  const writer = await createRecordingWriter(out);
  for (let number = 0; number < 50_010; number++) await writer.write(session(number));
  await writer.abort();
  await expect(readdir(out)).rejects.toThrow('ENOENT');
});

test('a folder that cannot be written is one clear error', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(createRecordingWriter(join(folder, 'file'))).rejects.toMatchObject({ code: 'TRAFFIC_WRITE' });
  const out = join(folder, 'r');
  await mkdir(join(out, 'sessions-00000.ndjson.gz.part'), { recursive: true });
  await expect(write(out, 3)).rejects.toMatchObject({ code: 'TRAFFIC_WRITE' });
});

test('a missing, damaged or changed shard is named', async () => {
  const out = join(folder, 'r');
  const shard = join(out, 'sessions-00000.ndjson.gz');
  await write(out, 10);
  await writeFile(shard, gzipSync(`${JSON.stringify(session(1))}\n`));
  await expect(read(out)).rejects.toMatchObject({
    code: 'TRAFFIC_FORMAT',
    message: expect.stringContaining('changed'),
  });
  await writeFile(shard, gzipSync(`${JSON.stringify(session(1))}\n{"id":`));
  await expect(read(out)).rejects.toThrow('line 2: damaged');
  await writeFile(shard, 'no gzip');
  await expect(read(out)).rejects.toThrow('damaged');
  await rm(shard);
  await expect(read(out)).rejects.toThrow('sessions-00000.ndjson.gz');
  await appendFile(join(out, 'recording.json'), 'x');
  await expect(read(out)).rejects.toMatchObject({ code: 'TRAFFIC_FORMAT' });
});

test('a manifest cannot name a file outside its folder', async () => {
  const out = join(folder, 'r');
  const manifest = await write(out, 1);
  const shards = [{ ...manifest.shards[0], file: '../elsewhere.gz' }];
  await writeFile(join(out, 'recording.json'), JSON.stringify({ ...manifest, shards }));
  await expect(readManifest(out)).rejects.toThrow('outside');
  await expect(readManifest(folder)).rejects.toMatchObject({ code: 'TRAFFIC_NOT_FOUND' });
});

test('a reader may stop early', async () => {
  const out = join(folder, 'r');
  const manifest = await write(out, 2000, 'x'.repeat(2000));
  for await (const one of readSessions(out, manifest)) {
    expect(one.id).toBe('s0');
    break;
  }
});

test('a manifest that says its format and nothing else is no recording', async () => {
  await writeFile(join(folder, 'recording.json'), '{"format":"shakedown.traffic/1"}');
  await expect(readManifest(folder)).rejects.toMatchObject({
    code: 'TRAFFIC_FORMAT',
    message: expect.stringContaining('incomplete'),
  });
});
