import { createRecordingWriter, Random } from '../../domains/traffic/public.ts';

const sessions = 200;
/** Mean time between two of them; they come at random, as users do. */
const betweenMs = 100;
const requestsEach = 10;
const pauseMs = 20;
/** So that each request of a session comes after the answer before it, on the same connection. */
const answerMs = 1;
const routes = ['/', '/products/:id', '/search', '/basket'];

/** Writes a recording of plain GETs: sessions of ten requests each, one connection each. @param folder is made */
export async function writeMadeUpTraffic(folder: string): Promise<void> {
  const random = new Random('calibration');
  const writer = await createRecordingWriter(folder);
  const counts = routes.map(() => 0);
  let startMs = 0;
  try {
    for (let number = 0; number < sessions; number++) {
      const requests = Array.from({ length: requestsEach }, (_, at) => {
        const place = at % routes.length;
        counts[place] = (counts[place] ?? 0) + 1;
        const route = routes[place] ?? '/';
        return {
          offsetMs: at * pauseMs,
          method: 'GET',
          origin: 'https://calibration.invalid',
          path: route.replace(':id', String(number)),
          route,
          status: 200,
          durationMs: answerMs,
        };
      });
      await writer.write({ id: `made-up-${number}`, startMs: Number(startMs.toFixed(3)), requests });
      startMs += -Math.log(1 - random.uint32() / 2 ** 32) * betweenMs;
    }
    await writer.close({
      ...{ name: 'made up for a calibration', startedAt: null, durationMs: startMs, timeResolutionMs: 0.001 },
      ...{ hasResponses: false, sources: [], notReplayable: [], privacy: { state: 'raw' } },
      routes: routes.map((route, place) => ({ method: 'GET', route, requests: counts[place] ?? 0 })),
    });
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
