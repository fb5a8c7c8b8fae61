import { validationWork } from '../part.ts';
import { type Evidence, evidence } from './evidence.ts';
import { judge } from './judge.ts';
import { runTraces } from './run.ts';
import { sampleTraces } from './sample.ts';

export const work = validationWork<Evidence>({
  evidence,
  async run({ config, monitoring, stack, signal, record, phase }) {
    const sample = config.target.sample === null ? null : (await stack()).sample;
    const url = sample?.tracesUrl ?? null;
    const own = sample === null || url === null ? null : sampleTraces(url, sample.system.instances);
    const baseUrl = sample?.system.baseUrl ?? config.target.baseUrl;
    await runTraces({ store: monitoring.traces ?? own, baseUrl, signal, record, phase });
  },
  judge,
});
