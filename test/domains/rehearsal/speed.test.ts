import { describe, expect, it } from 'vitest';
import { isSpeedOpen, speedOf, speedVerdict } from '../../../src/domains/rehearsal/blue-green/speed.ts';
import type { Sent } from '../../../src/domains/rehearsal/witness/request.ts';
import { Random } from '../../../src/domains/traffic/public.ts';

const routes = { 'GET /': 2, 'GET /notes': 4, 'GET /notes/:id': 5, 'POST /notes': 9 };

interface Made {
  /** Answers in a second, and for how long. */
  rate: number;
  seconds: number;
  /** How much an answer's moment resembles that before, and what moments scatter by. */
  phi?: number;
  moments?: number;
  /** What the candidate takes more, ms, and as a multiple. */
  more?: number;
  times?: number;
  seed: number;
}

/** A move from blue to green, and back. */
function moved({ rate, seconds, phi = 0.5, moments = 0.4, more = 0, times = 1, seed }: Made) {
  const random = new Random(`speed ${seed}`);
  const uniform = () => (random.uint32() + 0.5) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const labels = Object.entries(routes);
  let moment = normal() * moments;
  const sent = Array.from({ length: 3 * rate * seconds }, (_, i): Sent => {
    const isNew = i >= rate * seconds && i < 2 * rate * seconds;
    const dueMs = (1000 * i) / rate;
    moment = phi * moment + Math.sqrt(1 - phi * phi) * normal() * moments;
    const [label, usual] = labels[Math.floor(uniform() * labels.length)] ?? ['GET /', 2];
    const ms = usual * Math.exp(moment + normal() * 0.3) * (isNew ? times : 1) + (isNew ? more : 0);
    return {
      ...{ id: String(i), kind: 'replay', method: 'GET', label, dueMs, sentMs: dueMs, endMs: dueMs + ms },
      ...{ status: 200, instance: isNew ? 'green-1' : 'blue-1', error: null, reused: true },
    };
  });
  const middleMs = 1000 * seconds;
  const held = {
    before: [
      { side: 'blue', fromMs: 0, toMs: middleMs },
      { side: 'blue', fromMs: 2 * middleMs, toMs: 1e9 },
    ],
    after: [{ side: 'green', fromMs: middleMs, toMs: 1e9 }],
  };
  const speed = speedOf(sent, held, { before: [2], after: [2] }, 100);
  const found = speedVerdict(speed);
  // What is enough to watch no longer is enough to pass.
  if (!isSpeedOpen(speed)) expect(found.verdict).toBe('pass');
  return found;
}

const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const share = (all: readonly boolean[]) => all.filter(Boolean).length / all.length;

describe('a candidate that takes 60 ms more for each answer', () => {
  it.each([
    [5, 8],
    [10, 4],
    [20, 4],
    [60, 4],
  ])('is named after %i requests/s for %i seconds', (rate, seconds) => {
    const found = seeds.map((seed) => moved({ rate, seconds, more: 60, seed }).verdict);
    expect(found.filter((verdict) => verdict === 'pass')).toEqual([]);
    expect(share(found.map((verdict) => verdict === 'fail'))).toBeGreaterThanOrEqual(0.9);
  });

  it('is open where hardly anything was answered', () => {
    expect(moved({ rate: 4, seconds: 4, more: 60, seed: 1 })).toEqual({
      verdict: 'inconclusive',
      reason: expect.stringMatching(
        /^Too few requests to say: 1\d requests of it beside \d\d of the version before; 20 of/,
      ),
    });
  });
});

describe('the identical version', () => {
  it.each([
    [10, 0],
    [10, 0.5],
    [20, 0.5],
    [60, 0.9],
  ])('passes at %i requests/s within the time that it is watched, where moments resemble by %s', (rate, phi) => {
    const found = seeds.map((seed) => moved({ rate, seconds: 20, phi, moments: 0.25, seed }).verdict);
    expect(found.filter((verdict) => verdict === 'fail')).toEqual([]);
    expect(share(found.map((verdict) => verdict === 'pass'))).toBeGreaterThanOrEqual(0.95);
  });

  it('does not pass where it is twice as slow, and is rarely called slow where it is just allowed', () => {
    const found = seeds.map((seed) => moved({ rate: 60, seconds: 10, times: 2, seed }).verdict);
    expect(share(found.map((verdict) => verdict === 'fail'))).toBeLessThanOrEqual(0.05);
    expect(share(found.map((verdict) => verdict === 'pass'))).toBeLessThanOrEqual(0.05);
  });
});
