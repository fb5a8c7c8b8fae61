// How a k6 user would replay a trace: ramping-arrival-rate in short stages that follow the trace's counts.
// Prints when each request is sent, in ms after the scenario's start.
import exec from 'k6/execution';
import http from 'k6/http';

export const options = {
  discardResponseBodies: true,
  scenarios: {
    trace: {
      executor: 'ramping-arrival-rate',
      startRate: Number(__ENV.START_RATE),
      timeUnit: '1s',
      preAllocatedVUs: 300,
      maxVUs: 1000,
      stages: JSON.parse(open(__ENV.STAGES)),
    },
  },
};

export default function () {
  console.log(`sent ${Date.now() - exec.scenario.startTime}`);
  http.get(`${__ENV.TARGET}/r/${exec.scenario.iterationInTest}`, { tags: { name: 'trace' } });
}
