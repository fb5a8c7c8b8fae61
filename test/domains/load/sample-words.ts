import { type ErrorKind, errorKinds, sampleWords } from '../../../src/model/sample.ts';

export interface SampleFields {
  plannedUs: number;
  lateUs?: number;
  generatorUs?: number;
  serviceUs?: number;
  bytes?: number;
  session?: number;
  route?: number;
  status?: number;
  kind?: ErrorKind;
  starved?: boolean;
  expected?: number;
}

/** Samples as the engines send them. */
export function sampleWordsOf(samples: SampleFields[]): Uint32Array {
  const words = new Uint32Array(samples.length * sampleWords);
  samples.forEach((sample, i) => {
    const at = i * sampleWords;
    words[at] = sample.plannedUs / 10;
    words[at + 1] = sample.lateUs ?? 0;
    words[at + 2] = sample.generatorUs ?? 0;
    words[at + 3] = sample.serviceUs ?? 1000;
    words[at + 4] = sample.bytes ?? 0;
    words[at + 5] = sample.session ?? 0;
    words[at + 6] = (sample.route ?? 0) | ((sample.status ?? 200) << 16);
    words[at + 7] =
      errorKinds.indexOf(sample.kind ?? 'none') | (sample.starved ? 1 << 8 : 0) | ((sample.expected ?? 0) << 16);
  });
  return words;
}
