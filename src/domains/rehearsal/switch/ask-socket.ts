import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

const patienceMs = 3000;

export interface SocketRequest {
  method: 'GET' | 'PUT' | 'POST';
  path: string;
  body?: string;
}

/** Asks a switch over its Unix socket, on a connection of its own. @returns the text of its answer @throws Error also for a status other than 200 */
export async function askSocket(socketPath: string, { method, path, body }: SocketRequest): Promise<string> {
  const asked = request({ socketPath, method, path, agent: false, headers: { host: 'switch' } });
  asked.setTimeout(patienceMs, () => asked.destroy(new Error(`no answer in ${patienceMs / 1000} s`)));
  const answered = once(asked, 'response');
  asked.end(body);
  const [answer] = (await answered) as [IncomingMessage];
  answer.setEncoding('utf8');
  let text = '';
  for await (const part of answer) text += part;
  if (answer.statusCode === 200) return text;
  throw new Error(`${answer.statusCode} ${text.trim().split('\n')[0] ?? ''}`.trim());
}
