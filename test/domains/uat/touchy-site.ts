import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><head><title>${title}</title><meta name="viewport" content="width=device-width"></head><body><main><h1>${title}</h1>${body}</main></body></html>`;

/** A fault of its own in the state that a script comes to. */
const application = `<p><button id="next">Next</button></p><div id="view"><p>First</p></div><script>
document.getElementById('next').onclick = () => { history.pushState({}, '', '/app/second'); document.getElementById('view').innerHTML = '<section class="second"><input name="unlabelled"></section>'; };
</script>`;

const slowAnswer = `<p><button id="slow">Go</button></p><script>
document.getElementById('slow').onclick = () => { const end = performance.now() + 600; while (performance.now() < end); location.assign('/arrived'); };
</script>`;

/** Where it goes is there before any timer of the page runs. */
const slowAndBusy = `<p><button id="slow">Go</button></p><script>
const busy = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
document.getElementById('slow').onclick = () => {
  busy(700);
  scheduler.postTask(() => busy(500), { priority: 'user-blocking' });
  location.assign('/arrived');
};
</script>`;

const still: Readonly<Record<string, string>> = {
  '/links': page(
    'Links',
    '<p><a href="/logoff">Leave</a> <a href="/basket/clear">Start anew</a> <a href="/a-1">Sign out</a> <a href="/gone">Gone</a> <a href="/arrived">Fine</a></p>',
  ),
  '/arrived': page('Arrived', '<p>Here.</p>'),
  '/hangs': page(
    'Hangs',
    '<p><img alt="late" width="10" height="10" src="/never"></p><iframe title="late" src="/never"></iframe><p><button>Go on</button></p>',
  ),
  '/fades': page(
    'Fades',
    '<style>@keyframes in{from{opacity:0.05}to{opacity:1}}.f{animation:in 1s both}</style><p class="f">Comes in slowly.</p>',
  ),
  '/fades-by-script': page(
    'Fades',
    '<p id="f" style="opacity:0.05">Comes in slowly.</p><script>let at = 0; const timer = setInterval(() => { at += 0.05; document.getElementById("f").style.opacity = Math.min(1, at); if (at >= 1) clearInterval(timer); }, 40);</script>',
  ),
  '/toast': page(
    'Toast',
    '<p><button id="save">Save</button></p><p id="said" role="status"></p><script>document.getElementById("save").onclick = () => { document.getElementById("said").textContent = "Saved"; setTimeout(() => { document.getElementById("said").textContent = ""; }, 1500); };</script>',
  ),
  '/app': page('Application', application),
  '/slow': page('Slow', slowAnswer),
  '/slow-and-busy': page('Slow', slowAndBusy),
  '/item?id=1': page(
    'Item',
    '<p><img alt="A" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"></p>',
  ),
  '/item?id=2': page(
    'Item',
    '<p><img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"></p>',
  ),
  '/wide': page(
    'Wide',
    `<table><caption>Figures</caption><tr>${'<th scope="col">A long heading</th>'.repeat(9)}</tr><tr>${'<td>1</td>'.repeat(9)}</tr></table>`,
  ),
};

export interface TouchySite {
  url: string;
  /** Requests that came with the cookie of a session, by path. */
  inSession: string[];
  close(): Promise<void>;
}

/** A site that a second visitor of the same session disturbs. */
export async function startTouchySite(): Promise<TouchySite> {
  const inSession: string[] = [];
  /** The token of each session's form is another at each visit. */
  const tokens = new Map<string, string>();
  const baskets = new Map<string, boolean>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url ?? '/';
    const [path = ''] = url.split('?');
    const session = /session=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? null;
    if (session !== null) inSession.push(`${request.method} ${url}`);
    const html = (text: string, headers: Record<string, string> = {}) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(text);
    if (path === '/never') return;
    if (path === '/favicon.ico') return response.writeHead(204).end();
    if (path === '/sign-in') {
      const name = Math.random().toString(36).slice(2);
      baskets.set(name, true);
      return html(page('Signed in', '<p><a href="/links">On</a></p>'), { 'set-cookie': `session=${name}; Path=/` });
    }
    if (['/logoff', '/basket/clear', '/a-1'].includes(path)) {
      if (session !== null) baskets.set(session, false);
      return html(page('Done', '<p>Done.</p>'));
    }
    if (path === '/basket') {
      return html(
        page('Basket', `<p id="basket">${session !== null && baskets.get(session) === true ? 'full' : 'empty'}</p>`),
      );
    }
    if (path === '/form' && request.method === 'POST') {
      let body = '';
      for await (const part of request) body += part;
      const isRight = session !== null && body === `token=${tokens.get(session)}`;
      return html(page('Form', `<p id="answer">${isRight ? 'taken' : 'refused'}</p>`));
    }
    if (path === '/form') {
      const token = Math.random().toString(36).slice(2);
      tokens.set(session ?? '', token);
      return html(
        page(
          'Form',
          `<form method="post" action="/form"><input type="hidden" name="token" value="${token}"><button>Send</button></form>`,
        ),
      );
    }
    if (path === '/api') return response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}');
    if (path === '/sandboxed') {
      return html(page('Sandboxed', '<p>No scripts here.</p>'), { 'content-security-policy': 'sandbox' });
    }
    const found = still[url] ?? still[path];
    if (found === undefined) return response.writeHead(404, { 'content-type': 'text/html' }).end();
    return html(found);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inSession,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
