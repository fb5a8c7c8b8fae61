import { describe, expect, it } from 'vitest';
import { type EngineMessage, FrameReader } from '../../../../src/domains/load/k6/frames.ts';
import { sampleWordsOf } from '../sample-words.ts';

function frame(kind: number, text: string): Buffer {
  const length = Math.ceil(Buffer.byteLength(text) / 32) * 32;
  const bytes = Buffer.alloc(32 + length);
  bytes.writeUInt32LE(0xffffffff, 0);
  bytes.writeUInt32LE(kind, 4);
  bytes.writeUInt32LE(Buffer.byteLength(text), 8);
  bytes.write(text, 32);
  return bytes;
}

function stream(): Buffer {
  const samples = (from: number, to: number) => {
    const plannedUs = Array.from({ length: to - from }, (_, i) => ({ plannedUs: (from + i) * 10 }));
    return Buffer.from(sampleWordsOf(plannedUs).buffer);
  };
  return Buffer.concat([
    frame(1, ''),
    samples(0, 5),
    frame(2, '3 0 1\nconnection refused — ünïcode, longer than one sample is'),
    samples(5, 7),
    frame(2, '1 500 2\nx'),
    samples(7, 300),
  ]);
}

function read(chunks: Buffer[]): { planned: number[]; messages: EngineMessage[] } {
  const planned: number[] = [];
  const messages: EngineMessage[] = [];
  const reader = new FrameReader({
    samples(words, from, to) {
      for (let at = from; at < to; at += 8) planned.push(words[at] ?? -1);
    },
    message: (message) => messages.push(message),
  });
  for (const chunk of chunks) reader.push(chunk);
  return { planned, messages };
}

describe('the stream of samples', () => {
  it('is the same however it is cut into chunks', () => {
    const bytes = stream();
    const whole = read([bytes]);
    expect(whole.planned).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(whole.messages.map((message) => message.kind)).toEqual(['ready', 'note', 'note']);
    expect(whole.messages[1]).toMatchObject({ key: '3 0 1', message: expect.stringContaining('ünïcode') });
    for (const size of [1, 7, 31, 32, 33, 100, 4096]) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      expect(read(chunks), `chunks of ${size}`).toEqual(whole);
    }
  });

  it('refuses what is not from the engine', () => {
    const bytes = Buffer.alloc(64, 0xff);
    expect(() => read([bytes])).toThrow(RangeError);
  });
});
