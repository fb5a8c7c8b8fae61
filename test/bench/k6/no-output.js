// load/k6/replay-shakedown.js without its samples.
import { begin, next, note, now, until } from 'k6/x/shakedown';
import { options, replaySession } from '../../../load/k6/session.js';

export { options };

const channel = { begin, next, note, now, until, record() {} };

export default async function () {
  await replaySession(channel);
}
