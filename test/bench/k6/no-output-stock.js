// load/k6/replay-stock.js without its samples.
import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { options, replaySession } from '../../../load/k6/session.js';

export { options };

let leadUs = null;

const ask = (url) => http.get(url, { tags: { name: 'shakedown feed' }, responseType: 'text', timeout: 24 * 3_600_000 });

const channel = {
  begin() {
    if (leadUs !== null) return;
    const beganAt = Date.now() - exec.instance.currentTestRunDuration;
    leadUs = Number(ask(`${__ENV.SHAKEDOWN_FEED}/start?began=${beganAt}`).body) * 1000;
  },
  next() {
    const response = ask(__ENV.SHAKEDOWN_FEED);
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
