// load/k6/replay-stock.js without its samples.
import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { options, replaySession } from '../../../load/k6/session.js';

export { options };

let leadUs = 0;

const channel = {
  begin(leadMs) {
    leadUs = leadMs * 1000;
    if (exec.scenario.iterationInTest !== 0) return;
    console.log(`sd1 B ${Date.now() - exec.instance.currentTestRunDuration + leadMs}`);
  },
  next() {
    const response = http.get(__ENV.SHAKEDOWN_FEED, {
      tags: { name: 'shakedown feed' },
      responseType: 'text',
      timeout: 600_000,
    });
    return response.status === 200 ? response.body : null;
  },
  now: () => exec.instance.currentTestRunDuration * 1000 - leadUs,
  until(us) {
    const waitUs = us - channel.now();
    if (waitUs > 0) sleep(waitUs / 1e6);
    return channel.now();
  },
  record() {},
  note() {},
};

export default async function () {
  await replaySession(channel);
}
