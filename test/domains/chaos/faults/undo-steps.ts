import { execFileSync } from 'node:child_process';
import { readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { takeToxicOff } from '../../../../src/domains/chaos/guard/toxic.ts';
import { startTicksOf } from '../../../../src/domains/chaos/machine/process.ts';
import type { UndoList, UndoStep } from '../../../../src/domains/chaos/undo.ts';

/** An undo list of this process alone, that remembers what was put on it. */
export function listInMemory(): UndoList & { added: { title: string; steps: UndoStep[] }[]; left(): string[] } {
  const left = new Map<string, string>();
  const added: { title: string; steps: UndoStep[] }[] = [];
  return {
    added,
    left: () => [...left.values()],
    async add(title, steps) {
      const id = `u${added.length}`;
      added.push({ title, steps });
      left.set(id, title);
      let done = false;
      return {
        id,
        async run() {
          if (done) return;
          for (const step of steps) await take(step);
          done = true;
          left.delete(id);
        },
        async endAfter() {},
        endedByGuard: () => null,
        async drop() {
          done = true;
          left.delete(id);
        },
      };
    },
  };
}

/** What the guard would do after a harness that was killed. */
export async function take(step: UndoStep): Promise<void> {
  if (step.kind === 'signal') {
    if (startTicksOf(step.pid) === step.startTicks) process.kill(step.pid, step.signal);
  } else if (step.kind === 'command') {
    const [program = '', ...args] = step.argv;
    try {
      execFileSync(program, args, { stdio: 'pipe' });
    } catch (error) {
      const { status } = error as { status: number | null };
      if (status === null || !step.okExits.includes(status)) throw error;
    }
  } else if (step.kind === 'http') {
    const answer = await fetch(step.url, {
      method: step.method,
      body: step.body,
      headers: { 'content-type': 'application/json' },
    });
    if (!answer.ok && !step.okStatuses.includes(answer.status)) throw new Error(`${step.url}: ${answer.status}`);
  } else if (step.kind === 'toxic') {
    await takeToxicOff(step);
  } else if (step.kind === 'remove') {
    rmSync(step.path, { force: true });
  } else if (step.kind === 'write') {
    writeFileSync(step.path, step.text);
  } else {
    for (const pid of readFileSync(`${step.path}/cgroup.procs`, 'utf8').trim().split('\n')) {
      if (pid !== '') writeFileSync(`${step.to}/cgroup.procs`, pid);
    }
    rmdirSync(step.path);
  }
}
