// Makes one kind of pressure until it is ended: `node pressure-worker.mjs cpu 2 100`. The plain means beside stress-ng.
import { spawn } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';

const [kind, amount, percent = '100', folder = '.', parent] = argv.slice(2);

// One of several ends with the first, which may be gone before this one has begun.
if (parent !== undefined) {
  setInterval(() => {
    if (process.ppid !== Number(parent)) process.kill(process.pid, 'SIGKILL');
  }, 100);
}

/** The others, each a process of its own. */
function startOthers() {
  for (let started = 1; started < Number(amount); started++) {
    spawn(process.execPath, [import.meta.filename, kind, '1', percent, folder, String(process.pid)], {
      stdio: 'ignore',
    });
  }
}

const kinds = {
  cpu() {
    startOthers();
    const periodMs = 20;
    const turn = () => {
      const until = performance.now() + (periodMs * Number(percent)) / 100;
      while (performance.now() < until);
      setTimeout(turn, periodMs - (periodMs * Number(percent)) / 100);
    };
    turn();
  },
  memory() {
    const held = [];
    for (let left = Number(amount); left > 0; left -= 8_000_000) held.push(Buffer.alloc(Math.min(left, 8_000_000), 1));
    setInterval(() => held.length, 1000);
  },
  io() {
    startOthers();
    const path = join(folder, `.shakedown-io-${process.pid}`);
    const file = openSync(path, 'w');
    unlinkSync(path); // Nothing to remove, however it ends.
    const block = Buffer.alloc(1_000_000, 1);
    const turn = () => {
      for (let at = 0; at < 8; at++) writeSync(file, block, 0, block.length, at * block.length);
      fdatasyncSync(file);
      setImmediate(turn);
    };
    turn();
    process.on('exit', () => closeSync(file));
  },
  descriptors() {
    for (let count = 0; count < Number(amount); count++) openSync('/dev/null');
    setInterval(() => {}, 1000);
  },
};
kinds[kind]();
