import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { launchable } from '../../src/environment/browser-programs.ts';
import { makeProject } from '../domains/uat/project.ts';
import { eventsOf, type Project, project, sampleConfig } from './project.ts';

/** Without a browser such a test is skipped on a desk, and fails where everything is meant to be checked. */
export const isSkipped = launchable('chromium') === null && process.env.CI === undefined;

/** The sample shop with scenarios of its own, in a run folder of the test. @param more of the configuration, YAML */
export function shopWith(scenarios: string, defects = '', more = ''): Project {
  const folder = makeProject({ 'shop.uat.ts': scenarios });
  const uat = `uat: { folder: '${join(folder, 'uat')}', retries: 0, duringLoad: { quietRounds: 1 } }\n`;
  return project(sampleConfig(defects, `${uat}${more}`));
}

/** Waits until something holds of the run's folder; throws when the run ended before. */
export async function folderWhen(
  made: Project,
  holds: (folder: string) => boolean,
  isOver: () => boolean,
): Promise<string> {
  for (;;) {
    await wait(300);
    try {
      const folder = made.runFolder();
      if (holds(folder)) return folder;
    } catch {
      // Not begun yet.
    }
    if (isOver()) throw new Error('the run ended before its scenarios did');
  }
}

/** Waits until so many attempts at scenarios are in the journal of the run. */
export function attempted(made: Project, count: number, isOver: () => boolean): Promise<string> {
  return folderWhen(made, (folder) => eventsOf(folder, 'shakedown.uat.attempted').length >= count, isOver);
}

/** Pids of test runners that were started for this run, and of their browsers, that are still there. */
export function runnersOf(folder: string): number[] {
  const file = join(folder, 'uat', 'uat-settings.json');
  return pids().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(file);
    } catch {
      return false;
    }
  });
}

function pids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}
