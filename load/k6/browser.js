// Visitors in real browsers beside a replay. One iteration is one Chromium; a visit in it is a context of its own (cookies, cache), and each
// page of a visit a tab: closing a tab is what makes its vitals final, so they are told under the page that was asked for.
import { browser } from 'k6/browser';
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';

const config = JSON.parse(open(__ENV.SHAKEDOWN_BROWSER_CONFIG));

export const options = {
  scenarios: {
    visitors: {
      executor: 'constant-vus',
      vus: config.vus,
      duration: `${config.longestMs}ms`,
      gracefulStop: '0s',
      options: { browser: { type: 'chromium' } },
    },
  },
  // Addresses as tags would be kept for ever.
  systemTags: ['status'],
};

const began = new Counter('shakedown_view_began');
const ended = new Counter('shakedown_view_ended');
const blocked = new Counter('shakedown_blocked');
const crashed = new Counter('shakedown_browser_crashed');

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** Numbers in 0 … 1, each visitor's own and the same in every run (mulberry32, public domain). */
let state = null;
function random() {
  if (state === null) state = (config.seed + 0x9e3779b9 * (exec.vu.idInTest + 1)) >>> 0;
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
let turn = null;
const between = ({ fromMs, toMs }) => fromMs + random() * (toMs - fromMs);

export default async function () {
  const { tags } = exec.vu.metrics;
  tags.visitor = String(exec.vu.idInTest);
  turn ??= Math.floor(random() * config.pages.length);
  try {
    for (let visit = 0; visit < config.visitsPerBrowser; visit++) await visitShop(tags);
  } catch (error) {
    // The browser is gone; the next iteration has another.
    tags.page = '';
    crashed.add(1, { why: oneLine(error) });
    await sleep(1000);
  }
}

async function visitShop(tags) {
  const context = await browser.newContext(config.context);
  try {
    const length = 1 + Math.floor(random() * config.pagesPerVisit);
    // Pages come in turn, so that each has its share of a short run; which of a page's addresses, chance decides.
    for (let i = 0; i < length; i++) {
      const page = turn++ % config.pages.length;
      const { urls } = config.pages[page];
      tags.page = String(page);
      await view(context, urls[Math.floor(random() * urls.length)]);
      await sleep(between(config.pause));
    }
  } finally {
    await context.close();
  }
}

async function view(context, url) {
  began.add(1);
  let outcome = 'loaded';
  let why = '';
  const page = await context.newPage();
  page.on('requestfailed', (request) => {
    const host = /^(?:https?|wss?):\/\/([^/?#]*)/.exec(request.url())?.[1];
    if (host !== undefined && !isAllowed(host)) blocked.add(1, { host: host.slice(0, 100) });
  });
  try {
    const response = await inTime(page.goto(url, { timeout: config.timeoutMs, waitUntil: 'load' }));
    if (response !== null && response.status() >= 400) outcome = `http ${response.status()}`;
    await sleep(between(config.think));
    if (outcome === 'loaded') await touch(page);
  } catch (error) {
    why = oneLine(error);
    outcome = /timed? ?out|deadline exceeded/i.test(why) ? 'timeout' : 'failed';
  }
  // A page that never answered does not answer the questions asked of it at its end either.
  page.setDefaultTimeout(outcome === 'loaded' ? 10000 : 1000);
  await page.close().catch(() => {});
  // What the page told at its end is on its way.
  await sleep(50);
  ended.add(1, { outcome, why });
  if (outcome === 'failed' && /closed|crash|lost|disconnect|canceled/i.test(why)) throw new Error(why);
}

/** k6's own timeout begins only once an answer does: a target that never answers would hold the visitor for ever. */
async function inTime(promise) {
  let timer;
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), config.timeoutMs);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** A key and a click where nothing is: what a response to an interaction is measured by, without changing anything. */
async function touch(page) {
  await page.keyboard.press('Tab');
  const isFree = await page.evaluate(() => {
    const at = document.elementFromPoint(2, 2);
    return (
      at === null || at.closest('a,button,input,select,textarea,label,summary,[onclick],[role],[tabindex]') === null
    );
  });
  if (isFree) await page.mouse.click(2, 2);
  await sleep(config.settleMs);
}

function isAllowed(host) {
  const name = host.replace(/:\d+$/, '');
  return config.allowHosts.includes(host.toLowerCase()) || config.allowHosts.includes(name.toLowerCase());
}

function oneLine(error) {
  return String(error && error.message !== undefined ? error.message : error)
    .replace(/\s+/g, ' ')
    .slice(0, 200);
}
