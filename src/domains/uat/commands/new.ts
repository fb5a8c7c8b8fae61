import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import type { Services } from '../../command.ts';
import { playwrightConfig, scenarioSkeleton } from '../skeleton.ts';

interface NewFlags {
  role: string;
  requirement: string;
}

/** `shakedown uat new`: writes a scenario to fill in, and the configuration beside it where there is none. */
export async function uatNew([id, title]: [string, string], flags: NewFlags, services: Services): Promise<void> {
  if (!/^[\w.-]{1,60}$/.test(id)) {
    throw new ShakedownError('USAGE', `${id}: an id is of letters, digits, dots and dashes, such as SHOP-12.`);
  }
  const { config } = await services.configuration();
  const { folder } = config.uat;
  const file = join(folder, `${id.toLowerCase()}.uat.ts`);
  if (existsSync(file)) {
    throw new ShakedownError('UAT_EXISTS', `${file} is there already.`, { hint: 'Choose another id.' });
  }
  const settings = join(folder, 'playwright.config.ts');
  try {
    await mkdir(folder, { recursive: true });
    if (!existsSync(settings)) await writeFile(settings, playwrightConfig);
    await writeFile(file, scenarioSkeleton(id, title, flags.role, flags.requirement));
  } catch (cause) {
    throw new ShakedownError('UAT_WRITE', `Cannot write ${file}: ${(cause as Error).message}.`, {
      hint: 'Let uat.folder name a folder that you may write to.',
      cause,
    });
  }
  services.terminal.out(`${file}\n`);
}
