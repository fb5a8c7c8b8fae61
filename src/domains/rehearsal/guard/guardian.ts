// The guard's own process: waits until the rehearsal says that it is done, or is gone without a word; then it puts the traffic back.
import { readFileSync, rmSync } from 'node:fs';
import type { LocalSystem } from '../../../model/local-system.ts';
import { Staging } from '../system/staging.ts';
import type { GuardSettings } from './guard.ts';
import { whenLeftAlone } from './outliving.ts';

const againAfterMs = 500;

const file = process.env.SHAKEDOWN_REHEARSAL_GUARD ?? '';
const { settings, isLocal, endsStaging } = JSON.parse(readFileSync(file, 'utf8')) as GuardSettings;
rmSync(file, { force: true });

/** Nothing is brought up any more, so it has no versions. */
const nothing: LocalSystem = {
  ...{ shared: null, healthPath: '/', artifactPath: null, warmUpPaths: [], versions: [] },
  release: () => {
    throw new Error('the guard brings nothing up');
  },
};

// The switch may be busy; the next start of a command tries again as well.
whenLeftAlone(async () => {
  const staging = await Staging.find({ ...settings, system: isLocal ? nothing : null });
  if (endsStaging) await staging?.end();
  else await staging?.restore();
}, againAfterMs);
