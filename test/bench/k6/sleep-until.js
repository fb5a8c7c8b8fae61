// How a k6 user would replay a trace exactly: each iteration takes the next moment of the trace, sleeps until then, and sends.
// Prints when each request is sent, in ms after the scenario's start.
import { sleep } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';

const due = new SharedArray('due', () => JSON.parse(open(__ENV.DUE)));

export const options = {
  discardResponseBodies: true,
  scenarios: {
    trace: { executor: 'shared-iterations', vus: 300, iterations: due.length, maxDuration: '10m' },
  },
};

export default function () {
  const number = exec.scenario.iterationInTest;
  // All virtual users are there after a second.
  const waitMs = exec.scenario.startTime + 1000 + due[number] - Date.now();
  if (waitMs > 0) sleep(waitMs / 1000);
  console.log(`sent ${Date.now() - exec.scenario.startTime - 1000}`);
  http.get(`${__ENV.TARGET}/r/${number}`, { tags: { name: 'trace' } });
}
