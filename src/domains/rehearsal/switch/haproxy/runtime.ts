import { once } from 'node:events';
import { connect } from 'node:net';

const patienceMs = 3000;

/** Sends commands to HAProxy's runtime API, one after the other within one connection. @returns what it answered @throws Error */
export async function runtimeApi(address: string, commands: readonly string[]): Promise<string> {
  const socket = address.includes('/') ? connect(address) : connect(addressOf(address));
  socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no answer in ${patienceMs / 1000} s`)));
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (part: string) => {
    text += part;
  });
  // HAProxy closes when it has answered.
  const ended = once(socket, 'close');
  socket.end(`${commands.join(';')}\n`);
  await ended;
  return text;
}

function addressOf(text: string): { host: string; port: number } {
  const [host = '', port = ''] = text.split(':');
  return { host, port: Number(port) };
}

export interface ServerLine {
  name: string;
  weight: number;
  /** `UP`, `MAINT`, `DRAIN`, `no check`, … */
  status: string;
  /** Requests under way. */
  current: number;
  /** `127.0.0.1:8080` */
  address: string;
}

/** Servers of a backend, from `show stat`. */
export function serverLines(csv: string, backend: string): ServerLine[] {
  const [head = '', ...lines] = csv.split('\n');
  const names = head.replace(/^# /, '').split(',');
  const column = (name: string) => names.indexOf(name);
  const [proxy, server, weight, status, current, address] = [
    ...['pxname', 'svname', 'weight', 'status', 'scur', 'addr'],
  ].map(column) as [number, number, number, number, number, number];
  return lines.flatMap((line) => {
    const cells = line.split(',');
    const name = cells[server] ?? '';
    if (cells[proxy] !== backend || name === 'BACKEND' || name === 'FRONTEND') return [];
    const [state, at] = [cells[status] ?? '', cells[address] ?? ''];
    return [{ name, weight: Number(cells[weight]), status: state, current: Number(cells[current]), address: at }];
  });
}
