// Plain k6 at a steady rate; its own summary goes to the file SUMMARY.
import http from 'k6/http';

export const options = {
  // As k6's own documents ask for in large tests.
  discardResponseBodies: true,
  scenarios: {
    steady: {
      executor: 'constant-arrival-rate',
      rate: Number(__ENV.RATE),
      timeUnit: '1s',
      duration: __ENV.DURATION,
      preAllocatedVUs: Number(__ENV.VUS),
      maxVUs: Number(__ENV.VUS),
    },
  },
};

export default function () {
  http.get(`${__ENV.TARGET}/`, { tags: { name: 'steady' } });
}

export function handleSummary(data) {
  return { [__ENV.SUMMARY]: JSON.stringify(data.metrics) };
}
