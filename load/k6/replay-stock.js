// Entry for any k6: sessions come from the harness over loopback HTTP, samples go out as lines on standard output, one a request.
import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { options, replaySession } from './session.js';

export { options };

const noted = {};
let leadUs = null;

const ask = (url) => http.get(url, { tags: { name: 'shakedown feed' }, responseType: 'text', timeout: 24 * 3_600_000 });

const channel = {
  begin() {
    if (leadUs !== null) return;
    // Told when this test began, the harness says after how long the clock reads zero: the same to every virtual user.
    const beganAt = Date.now() - exec.instance.currentTestRunDuration;
    const answer = ask(`${__ENV.SHAKEDOWN_FEED}/start?began=${beganAt}`);
    leadUs = answer.status === 200 ? Number(answer.body) * 1000 : 0;
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
  record(...words) {
    let line = 'sd1';
    for (const word of words) line += ` ${word > 0 ? Math.floor(word) : 0}`;
    console.log(line);
  },
  login(step, status, problem) {
    console.log(`sd1 L ${step} ${status}\t${problem}`);
  },
  note(key, message) {
    if (noted[key] !== undefined) return;
    noted[key] = true;
    console.log(
      `sd1 N ${key}\t${String(message)
        .replace(/[\r\n\t]/g, ' ')
        .slice(0, 500)}`,
    );
  },
};

export default async function () {
  await replaySession(channel);
}
