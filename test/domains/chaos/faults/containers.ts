import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Root's own cgroups, and limits that may be set where this process may not raise its own. */
const global = ['--cgroup-manager=cgroupfs'];
const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
/** In the other container's network: busybox's own servers take one connection at a time. */
const echo = "require('node:net').createServer((s) => { s.on('error', () => {}); s.pipe(s); }).listen(4711)";
const busybox = ['/usr/bin/busybox', '/bin/busybox'].find(existsSync);

export const podman = (...args: string[]): string =>
  execFileSync('podman', [...global, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();

export interface Containers {
  name: string;
  /** An address of another one, which it reaches and which echoes: host:port. */
  peer: string;
  remove(): void;
}

/**
 * Two containers of a static busybox, made with podman from nothing that has to be fetched.
 * @returns text: why there are none here
 */
export function makeContainers(): Containers | string {
  if (process.getuid?.() !== 0) return 'not root';
  if (busybox === undefined) return "busybox is missing (Debian's package busybox-static)";
  const [name, other, image] = ['near', 'far', 'image'].map((one) => `shakedown-${one}-${process.pid}`) as [
    string,
    string,
    string,
  ];
  const folder = mkdtempSync(join(tmpdir(), 'containers-'));
  const remove = () => {
    for (const args of [
      ['rm', '--force', '--time', '0', name, other],
      ['rmi', '--force', `localhost/${image}`],
    ]) {
      try {
        podman(...args);
      } catch {
        // It was never made.
      }
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    mkdirSync(join(folder, 'rootfs', 'bin'), { recursive: true });
    copyFileSync(busybox, join(folder, 'rootfs', 'bin', 'busybox'));
    for (const tool of ['cat', 'nc']) symlinkSync('busybox', join(folder, 'rootfs', 'bin', tool));
    execFileSync('tar', ['-C', join(folder, 'rootfs'), '-cf', join(folder, 'rootfs.tar'), '.']);
    podman('import', join(folder, 'rootfs.tar'), `localhost/${image}`);
    for (const one of [name, other]) {
      podman(
        'run',
        '--detach',
        ...limits,
        '--name',
        one,
        `localhost/${image}`,
        '/bin/nc',
        '-ll',
        '-p',
        '80',
        '-e',
        '/bin/cat',
      );
    }
    const of = (format: string) => podman('inspect', '--format', format, other);
    const network = `--net=/proc/${of('{{.State.Pid}}')}/ns/net`;
    const server = spawn('nsenter', [network, '--', process.execPath, '-e', echo], { stdio: 'ignore' });
    const removeAll = () => {
      server.kill('SIGKILL');
      remove();
    };
    return { name, peer: `${of('{{.NetworkSettings.IPAddress}}')}:4711`, remove: removeAll };
  } catch (error) {
    remove();
    return `podman cannot run containers here: ${String((error as { stderr?: string }).stderr || error).split('\n')[0]}`;
  }
}
