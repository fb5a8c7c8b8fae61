import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const page = (title: string, body: string, head = '') =>
  `<!doctype html><html lang="en"><head><title>${title}</title><meta name="viewport" content="width=device-width">${head}</head><body><main><h1>${title}</h1>${body}</main></body></html>`;

/** Many rules at once: each of these is wrong in a way of its own. */
const wrongPage = `<!doctype html><html><head><title></title></head><body><main>
<img src="/dot.png"><input name="a"><select name="b"><option>1</option></select><a href="/"></a><button></button>
<p style="color:#bbb;background:#fff">too pale to read</p><ul><p>no item</p></ul><dl><p>no term</p></dl>
<div role="button">no focus</div><div role="checkbox" aria-checked="maybe" tabindex="0">x</div><div aria-hidden="true"><a href="/">hidden</a></div>
<table><tr><td headers="none">1</td></tr></table><iframe src="/frame"></iframe><video autoplay src="/none.mp4"></video>
<span id="twice" aria-labelledby="absent" role="img"></span><marquee>moves</marquee><object data="/none.bin"></object>
</main></body></html>`;

const pages: Record<string, { body: string; headers?: Record<string, string> }> = {
  '/': { body: page('Start', '<p><a href="/strict">on</a> <a href="/missing">nowhere</a></p>') },
  '/strict': {
    body: page('Strict', '<form><input name="q"><button>Go</button></form>'),
    headers: {
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    },
  },
  '/wrong': { body: wrongPage },
  '/frame': {
    body: '<!doctype html><html lang="en"><head><title>Frame</title></head><body><input name="inner"></body></html>',
  },
  '/busy': {
    body: page(
      'Busy',
      `<p><button onclick="alert('hello')">Ask</button> <a href="/" target="_blank">New</a> <a href="/file" download>Save</a></p><iframe title="elsewhere" src="OTHER/frame"></iframe>`,
    ),
  },
  // Left at once for another page, which takes its time to come.
  '/leaving': { body: page('Leaving', '<script>location.assign("/slow-to-come")</script>') },
  '/slow-to-come': { body: page('Arrived', '<p>Here.</p>') },
  '/loud': {
    body: page('Loud', '<script>console.error("boom"); setTimeout(() => { throw new Error("late") });</script>'),
  },
};

export interface Site {
  url: string;
  /** Of the frame on `/busy`. */
  otherHost: string;
  close(): Promise<void>;
}

/** A small site of pages that are hard to test, and a second origin for its frame. */
export async function startSite(): Promise<Site> {
  const servers: Server[] = [];
  const listen = async (other: string) => {
    const server = createServer((request, response) => {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      // Never answered.
      if (path === '/never') return;
      const found = pages[path];
      if (path === '/slow-to-come') {
        setTimeout(() => response.writeHead(200, { 'content-type': 'text/html' }).end(found?.body), 700);
      } else if (path === '/file') {
        response.writeHead(200, { 'content-disposition': 'attachment; filename="a.txt"' }).end('text');
      } else if (found === undefined) {
        response.writeHead(path === '/favicon.ico' ? 204 : 404, { 'content-type': 'text/html' }).end();
      } else {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...found.headers });
        response.end(found.body.replace('OTHER', other));
      }
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const other = await listen('');
  const url = await listen(other);
  return {
    url,
    otherHost: new URL(other).host,
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
