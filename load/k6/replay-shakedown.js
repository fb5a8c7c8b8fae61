// Entry for a k6 with Shakedown's module compiled in (main.go beside this file): the module replays the sessions, and this only starts it.
import { replay } from 'k6/x/shakedown';

const text = open(__ENV.SHAKEDOWN_ENGINE_CONFIG);

export const { options } = JSON.parse(text);

export default function () {
  replay(text);
}
