import { access, constants, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Version 2 has a freezer in every group, and no controller of that name. */
type Controller = 'cpu' | 'memory' | 'blkio' | 'freezer';

/** The control group of a process for one controller, as this machine has it. */
export interface ControlGroup {
  version: 1 | 2;
  /** Folder: `/sys/fs/cgroup/cpu/shop`. */
  path: string;
  /** It is the hierarchy's root, so it holds everything that is in no other. */
  isRoot: boolean;
}

/** Null where the machine has no such controller, or the process is gone. Version 1 is asked first, as a controller is in one of both only. */
export async function groupOf(pid: number, controller: Controller): Promise<ControlGroup | null> {
  const [own, mounts] = await Promise.all([
    readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''),
    readFile('/proc/mounts', 'utf8').catch(() => ''),
  ]);
  const groups = own
    .trim()
    .split('\n')
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line) ?? ['', '-', '/']);
  for (const line of mounts.split('\n')) {
    const [, folder = '', type = '', options = ''] = line.split(' ');
    const isFirst = type === 'cgroup' && options.split(',').includes(controller);
    const isSecond = type === 'cgroup2' && (await isOfSecond(folder, controller, groups));
    if (!isFirst && !isSecond) continue;
    const found = groups.find(([, names = '']) => (isFirst ? names.split(',').includes(controller) : names === ''));
    if (found === undefined) continue;
    // Inside a container the path may be given as of outside.
    const wanted = join(folder, found[2] ?? '/');
    const path = await access(wanted).then(
      () => wanted,
      () => folder,
    );
    return { version: isFirst ? 1 : 2, path, isRoot: path === folder };
  }
  return null;
}

async function isOfSecond(folder: string, controller: Controller, groups: readonly string[][]): Promise<boolean> {
  if (controller === 'freezer') return !groups.some(([, names = '']) => names.split(',').includes('freezer'));
  return (await controllersOf(folder)).includes(controller === 'blkio' ? 'io' : controller);
}

async function controllersOf(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'cgroup.controllers'), 'utf8').catch(() => '');
  return text.trim().split(' ');
}

/** Why no group can be made below this one; null: it can. */
export async function whyNoGroup(pid: number, controller: Controller): Promise<string | null> {
  const group = await groupOf(pid, controller);
  if (group === null) return `this machine has no control group for ${controller}: mount cgroup version 1 or 2`;
  if (
    !(await access(group.path, constants.W_OK).then(
      () => true,
      () => false,
    ))
  ) {
    return `control group ${group.path} may not be written: run as root, or have it delegated`;
  }
  if (group.version === 1) return null;
  const given = await readFile(join(group.path, 'cgroup.subtree_control'), 'utf8').catch(() => '');
  if (
    given
      .trim()
      .split(' ')
      .includes(controller === 'blkio' ? 'io' : controller)
  )
    return null;
  return `control group ${group.path} gives its children no ${controller}: add it to its cgroup.subtree_control`;
}

/** Makes a group and moves a process, all its threads included, into it. Its limits are to be written before. */
export async function enterGroup(path: string, pid: number): Promise<void> {
  await writeFile(join(path, 'cgroup.procs'), String(pid));
}

export async function makeGroup(path: string): Promise<void> {
  await mkdir(path);
}
