import type { BrowserContext, Page, Request, Response, Route } from '@playwright/test';
import { isWithinReach } from '../../../environment/browser-reach.ts';
import { bounded } from './bounded.ts';

const bodyTimeoutMs = 2000;
const largestBytes = 4 * 1024 * 1024;
const mostAnswers = 80;
/** What makes a page what it is. The rest, such as pictures and style sheets, is asked for once more, by nobody. */
const keptTypes = ['document', 'xhr', 'fetch'];
const askedAgain = ['stylesheet', 'image', 'media', 'font', 'script', 'texttrack', 'manifest'];
/** What would be of the first answer alone. */
const notSentAgain = /^(set-cookie|content-encoding|content-length|transfer-encoding|connection|keep-alive)$/i;

/** What a page has of its user's in the browser. */
export interface PageStorage {
  origin: string;
  cookie: string;
  local: Record<string, string>;
  session: Record<string, string>;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** How a page can be opened again without its server hearing of it in the scenario's session. */
export interface Copy {
  url: string;
  prepare(page: Page): Promise<void>;
}

export interface Recorded {
  /** null: what the page was answered with cannot be read any more. */
  copyOf(page: Page, url: string, storage: PageStorage): Promise<Copy | null>;
  stop(): void;
}

const keyOf = (request: Request) => {
  // A body that is no text is one of a form with files.
  let sent = '';
  try {
    sent = request.postData() ?? '';
  } catch {
    sent = '\u0000';
  }
  return `${request.method()} ${request.url().split('#')[0]} ${sent}`;
};

/** Remembers what the pages of a scenario were answered with, until they are left. */
export function recordAnswers(context: BrowserContext, allowHosts: readonly string[] | null): Recorded {
  const kept = new WeakMap<Page, { document: Response | null; others: Response[] }>();
  const onResponse = (response: Response) => {
    const request = response.request();
    if (!keptTypes.includes(request.resourceType())) return;
    try {
      const frame = request.frame();
      const page = frame.page();
      const status = response.status();
      const isMain = request.isNavigationRequest() && frame === page.mainFrame();
      if (isMain && status >= 300 && status <= 399) return;
      if (isMain) kept.set(page, { document: response, others: [] });
      const own = kept.get(page);
      if (!isMain && own !== undefined && own.others.length < mostAnswers) own.others.push(response);
    } catch {
      // Of a worker, or of a page that is gone.
    }
  };
  context.on('response', onResponse);
  return {
    async copyOf(page, url, storage) {
      const own = kept.get(page);
      if (own === undefined || own.document === null) return null;
      const first = await answerOf(own.document);
      if (first === null) return null;
      const answers = new Map<string, Answer>();
      const others = await Promise.all(own.others.map(async (one) => [one, await answerOf(one)] as const));
      for (const [one, answer] of others) if (answer !== null) answers.set(keyOf(one.request()), answer);
      // Whatever brought the page, it is opened by its address.
      const address = url.split('#')[0] ?? url;
      answers.set(`GET ${own.document.url().split('#')[0]} `, first);
      answers.set(`GET ${address} `, first);
      return {
        url,
        async prepare(copied) {
          await copied.addInitScript(storageScript(storage));
          await copied.route('**/*', (route) => answered(route, answers, allowHosts));
          await copied.routeWebSocket(/./, () => {});
        },
      };
    },
    stop() {
      context.off('response', onResponse);
    },
  };
}

async function answerOf(response: Response): Promise<Answer | null> {
  const body = await bounded(
    response.body().catch(() => null),
    bodyTimeoutMs,
  );
  if (body === null || body.length > largestBytes) return null;
  const headers = Object.fromEntries(Object.entries(response.headers()).filter(([name]) => !notSentAgain.test(name)));
  return { status: response.status(), headers, body };
}

/** Only what changes nothing leaves the browser, and without any cookie. */
async function answered(
  route: Route,
  answers: ReadonlyMap<string, Answer>,
  allowHosts: readonly string[] | null,
): Promise<void> {
  const request = route.request();
  const known = answers.get(keyOf(request));
  const isPlain = request.method() === 'GET' && askedAgain.includes(request.resourceType());
  const isAllowed = allowHosts === null || isWithinReach(request.url(), allowHosts);
  const done =
    known !== undefined
      ? route.fulfill(known)
      : isPlain && isAllowed
        ? route.continue()
        : route.abort('blockedbyclient');
  // A page that was closed needs no answer.
  await done.catch(() => {});
}

/** What scripts of the page find of their user, before any of them runs; what they change of it goes no further than this page. */
function storageScript(storage: PageStorage): string {
  return `(() => {
  const { origin, cookie, local, session } = ${JSON.stringify(storage)};
  if (location.origin !== origin) return;
  let jar = cookie === '' ? [] : cookie.split('; ');
  Object.defineProperty(Document.prototype, 'cookie', {
    configurable: true,
    get: () => jar.join('; '),
    set: (text) => {
      const [pair = ''] = String(text).split(';');
      const [name] = pair.trim().split('=');
      jar = [...jar.filter((each) => each.split('=')[0] !== name), pair.trim()];
    },
  });
  if (window !== window.top) return;
  for (const [store, values] of [['localStorage', local], ['sessionStorage', session]]) {
    try {
      window[store].clear();
      for (const [name, value] of Object.entries(values)) window[store].setItem(name, value);
    } catch {}
  }
})();`;
}
