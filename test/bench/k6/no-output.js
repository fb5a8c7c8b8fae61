// load/k6/replay-shakedown.js without its samples.
import { replay } from 'k6/x/shakedown';

const config = JSON.parse(open(__ENV.SHAKEDOWN_ENGINE_CONFIG));

export const { options } = config;

export default function () {
  replay(JSON.stringify({ ...config, withoutSamples: true }));
}
