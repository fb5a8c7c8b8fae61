import { validationWork } from '../part.ts';
import { type Evidence, evidence } from './evidence.ts';
import { judge } from './judge.ts';
import { runLogs } from './run.ts';

export const work = validationWork<Evidence>({
  evidence,
  async run({ config, monitoring, stack, signal, record, phase }) {
    const own = monitoring.logs.length === 0 && config.target.sample !== null ? (await stack()).sample : null;
    const sample = own === null ? null : { instances: own.system.instances, log: own.logFile };
    const baseUrl = config.target.baseUrl;
    await runLogs({
      ...{ sources: monitoring.logs, prometheus: monitoring.prometheus, baseUrl, sample, signal, record, phase },
    });
  },
  judge,
});
