const lookEveryMs = 1000;
const killAfterMs = 8000;

/** Ends this process and its browsers in order when who started it is gone: killed, it could not end them itself. */
export function endWithout(parentPid: number): void {
  const timer = setInterval(() => {
    if (process.ppid === parentPid) return;
    clearInterval(timer);
    // As Ctrl-C: Playwright closes its browsers. Its workers are of this process's group.
    process.kill(process.pid, 'SIGINT');
    setTimeout(() => {
      try {
        process.kill(-process.pid, 'SIGKILL');
      } catch {
        process.kill(process.pid, 'SIGKILL');
      }
    }, killAfterMs).unref();
  }, lookEveryMs);
  timer.unref();
}
