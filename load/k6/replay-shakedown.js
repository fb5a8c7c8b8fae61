// Entry for a k6 with Shakedown's module compiled in (main.go beside this file).
import { begin, next, note, now, record, until } from 'k6/x/shakedown';
import { options, replaySession } from './session.js';

export { options };

const channel = { begin, next, note, now, record, until };

export default async function () {
  await replaySession(channel);
}
