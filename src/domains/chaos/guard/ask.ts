/** What came of a request: an answer, `nobody` listens there, or none came in time. */
export type Reply = { ok: boolean; status: number; text: string } | 'nobody' | 'late';

/**
 * Sends one request of an undo; a body is JSON.
 * @throws Error in one line when the connection breaks
 */
export async function ask(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body: string | null,
  withinMs: number,
  isAgain = false,
): Promise<Reply> {
  try {
    const response = await fetch(url, {
      method,
      body,
      headers: body === null ? {} : { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(withinMs),
      redirect: 'error',
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (error) {
    const { name, cause, message } = error as Error & { cause?: { code?: string; message?: string } };
    if (name === 'TimeoutError') return 'late';
    if (cause?.code === 'ECONNREFUSED') return 'nobody';
    // A connection that was kept open and is closed now says nothing of what listens there.
    if (!isAgain && (cause?.code === 'UND_ERR_SOCKET' || cause?.code === 'ECONNRESET')) {
      return await ask(method, url, body, withinMs, true);
    }
    throw new Error(`${method} ${url}: ${cause?.message ?? message}`, { cause: error });
  }
}
