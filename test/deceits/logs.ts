import { configured, type Deceit, errorLines, figures, readable, short, shortMs, usual } from './made.ts';

/** Three requests a second show no share of failures as small as the default ones. */
const lowRate = {
  ...{ 'stable-time': { target: 0.08 }, throughput: { target: 2 }, availability: { target: 99 } },
  ...{ 'error-rate': { target: 1 } },
};
const twoLogs = { watch: { logs: [{ name: 'shop' }, { name: 'queue' }] } };
const bothRead = {
  ...short,
  config: configured(twoLogs),
  more: [...readable('log shop', shortMs), ...readable('log queue', shortMs), ...figures(shortMs, usual)],
};

/** A second log that nobody reads, beside one that is well. */
export const ofLogs: Deceit[] = [
  {
    what: 'a second log that is not on record at all',
    made: { ...bothRead, more: [...readable('log shop', shortMs), ...figures(shortMs, usual)] },
    verdict: 'inconclusive',
    because: /nothing shows that the log queue could be read/i,
    control: bothRead,
  },
  {
    what: 'a second log that is not there',
    made: {
      ...bothRead,
      more: [
        ...readable('log shop', shortMs),
        ...readable('log queue', shortMs, () => false),
        ...figures(shortMs, usual),
      ],
    },
    verdict: 'inconclusive',
    because: /the log queue could not be read for 5 min of 5 min/,
    control: bothRead,
  },
  {
    what: 'one error line in nine hundred answers, which is no rate',
    made: {
      ...{ ...short, rate: 3, samples: 5 },
      config: { watch: { logs: [{ name: 'shop' }] }, objectives: lowRate },
      more: [
        ...readable('log shop', shortMs),
        ...errorLines(shortMs, (atMs) => (atMs === 0 ? 1 : 0)),
        ...figures(shortMs, usual),
      ],
    },
    verdict: 'inconclusive',
    because: /error lines in the logs/i,
  },
];
