// A few thousand requests, for the JSON that k6 writes about them.
import http from 'k6/http';

export const options = {
  scenarios: { some: { executor: 'shared-iterations', vus: 10, iterations: Number(__ENV.REQUESTS) } },
};

export default function () {
  http.get(`${__ENV.TARGET}/r/${__ITER}`, { tags: { name: 'GET /r/:n' } });
}
