/** What the promise gives, or null after `limitMs`: a page that crashed or hangs answers nothing, and must not hold the scenario. */
export async function bounded<T>(promise: Promise<T>, limitMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    // What comes too late is no one's any more.
    promise.catch(() => {});
  }
}
