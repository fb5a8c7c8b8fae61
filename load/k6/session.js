// For a stock k6: what load/k6/replay does in one with our module. One iteration is one session: its requests are sent when the plan says they are due, on connections and cookies of its own.
// What a session is, and in which units, is written by src/domains/load/k6/wire.ts; times here are microseconds on the run's clock.
import encoding from 'k6/encoding';
import http from 'k6/http';
import { answerFlags, isConditional, isWrongStatus } from './answers.js';
import { loginProblem, readsBody } from './login.js';
import { attribute, inputTags } from './markup.js';

const config = JSON.parse(open(__ENV.SHAKEDOWN_ENGINE_CONFIG));

export const options = config.options;

const kinds = config.errorKinds;
const tokenPattern = new RegExp(`__sd${config.nonce}_([A-Za-z0-9]+)__`, 'g');
const starvedFlag = 1;

/** Takes one session from the channel and replays it; there are no more only when the process is being ended. */
export async function replaySession(channel) {
  channel.begin();
  const line = channel.next();
  if (line === null) return;
  const [index, startUs, overlay, values, template] = JSON.parse(line);
  const session = {
    index,
    startUs,
    headers: overlay === 0 ? template.h : Object.assign({}, template.h, overlay),
    overlay,
    values: Object.assign({}, values === 0 ? {} : values),
    loginFailed: false,
    gotCookie: template.c.length > 0,
    // A session that was due before a virtual user was free for it is late by no fault of the target.
    starvedUntilUs: 0,
  };
  const takenUs = channel.now();
  if (takenUs > startUs) session.starvedUntilUs = takenUs;
  for (const [origin, name, value] of template.c) http.cookieJar().set(config.targets[origin], name, value);
  if (template.p === 1) await replayOverlapping(channel, session, template.q);
  else replayInTurn(channel, session, template.q);
}

function replayInTurn(channel, session, requests) {
  let answeredUs = 0;
  for (const request of requests) {
    const dueUs = session.startUs + request.d;
    const readyUs = Math.max(answeredUs, dueUs);
    const prepared = prepare(session, request);
    const sentUs = channel.until(dueUs);
    const response = prepared && http.request(request.m, prepared.url, prepared.body, prepared.params);
    answeredUs = channel.now();
    report(channel, session, request, dueUs, readyUs, sentUs, answeredUs, response);
  }
}

/** Requests that overlapped in the recording overlap here; each waits for the answers it waited for then. */
async function replayOverlapping(channel, session, requests) {
  const answers = [];
  for (const request of requests) answers.push(replayOne(channel, session, request, answers));
  await Promise.all(answers);
}

async function replayOne(channel, session, request, answers) {
  const dueUs = session.startUs + request.d;
  let before = request.a >= 0 ? await answers[request.a] : 0;
  if (request.w !== 0) for (const other of request.w) before = Math.max(before, await answers[other]);
  const waitMs = (dueUs - channel.now()) / 1000;
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  const readyUs = Math.max(before, dueUs);
  const prepared = prepare(session, request);
  const sentUs = channel.now();
  const response = prepared && (await http.asyncRequest(request.m, prepared.url, prepared.body, prepared.params));
  const answeredUs = channel.now();
  report(channel, session, request, dueUs, readyUs, sentUs, answeredUs, response);
  return answeredUs;
}

/** The request as it is to be sent; null when a value it needs was never given, or its session could not log in. */
function prepare(session, request) {
  if (session.loginFailed) return null;
  let headers = session.headers;
  if (request.h !== 0) headers = Object.assign({}, headers, request.h, session.overlay === 0 ? {} : session.overlay);
  let url = config.targets[request.o] + request.u;
  let body = request.b === 0 ? null : request.b;
  if (body !== null && typeof body === 'object') body = encoding.b64decode(body.b64);
  if (request.t === 1) {
    const missing = { any: false };
    url = fill(url, session.values, encodeURIComponent, missing);
    const filled = {};
    for (const name in headers) filled[name] = fill(headers[name], session.values, asIs, missing);
    headers = filled;
    if (typeof body === 'string') body = fill(body, session.values, bodyEncoder(headers), missing);
    if (missing.any) return null;
  }
  return {
    url,
    body,
    params: {
      headers,
      redirects: 0,
      timeout: config.requestTimeoutMs,
      tags: { name: config.routes[request.r] },
      responseType: request.x === 0 && !readsBody(request.l) ? 'none' : 'text',
    },
  };
}

function fill(text, values, encode, missing) {
  return text.replace(tokenPattern, (_, name) => {
    const value = values[name];
    if (value === undefined) {
      missing.any = true;
      return '';
    }
    return encode(value);
  });
}

const asIs = (value) => value;
const insideJson = (value) => JSON.stringify(value).slice(1, -1);

function bodyEncoder(headers) {
  const type = headers['content-type'] || '';
  if (type.indexOf('json') >= 0) return insideJson;
  if (type.indexOf('x-www-form-urlencoded') >= 0) return encodeURIComponent;
  return asIs;
}

/** @returns the first value that is not there, or nothing */
function extract(session, response, rules) {
  let missing = '';
  for (const [name, from, expression] of rules) {
    const value = extractOne(response, from, expression);
    if (value !== undefined && value !== null) session.values[name] = String(value);
    else if (missing === '') missing = name;
  }
  return missing;
}

function extractOne(response, from, expression) {
  try {
    if (from === 'header') return fromHeader(response, expression);
    if (from === 'json') {
      const value = response.json(expression);
      return typeof value === 'object' ? undefined : value;
    }
    const body = response.body || '';
    if (from === 'regex') return (new RegExp(expression).exec(body) || [])[1];
    // html-input: attributes come in any order
    for (const tag of inputTags(body)) {
      if (attribute(tag, 'name') === expression) return attribute(tag, 'value');
    }
  } catch (_) {
    return undefined;
  }
  return undefined;
}

/** `expression` is a header's name, or its name, a space and a pattern with one group. */
function fromHeader(response, expression) {
  const cut = expression.indexOf(' ');
  const wanted = (cut < 0 ? expression : expression.slice(0, cut)).toLowerCase();
  for (const key in response.headers) {
    if (key.toLowerCase() !== wanted) continue;
    const value = response.headers[key];
    return cut < 0 ? value : (new RegExp(expression.slice(cut + 1)).exec(value) || [])[1];
  }
  return undefined;
}

function report(channel, session, request, dueUs, readyUs, sentUs, answeredUs, response) {
  const starved = dueUs < session.starvedUntilUs;
  if (starved) session.starvedUntilUs = answeredUs;
  let kind = kinds.none;
  let status = 0;
  let bytes = 0;
  let message = '';
  let flags = starved ? starvedFlag : 0;
  let missing = '';
  if (response === null && session.loginFailed) {
    kind = kinds.login;
    message = 'not sent: the session could not log in';
  } else if (response === null) {
    kind = kinds.extraction;
    message = 'not sent: a value that an earlier answer should have given is missing';
  } else {
    status = response.status;
    if (Object.keys(response.cookies).length > 0) session.gotCookie = true;
    if (request.x !== 0) missing = extract(session, response, request.x);
    if (status === 0) {
      kind = kindOf(response.error_code, response.error);
      message = response.error;
    } else {
      bytes = Number(response.headers['Content-Length']) || (response.body ? response.body.length : 0);
      const mayBeCached = status === 304 && isConditional(Object.assign({}, session.headers, request.h));
      if (isWrongStatus(status, request.e, mayBeCached)) {
        kind = kinds.http;
        message = `status ${status}`;
        if (status === 304 && !mayBeCached) message += ' to a request without If-None-Match and If-Modified-Since';
        if (request.e > 0) message += `, recorded ${request.e}`;
      } else {
        const [found, what] = answerFlags(request, response);
        if (what !== '') channel.note(`answer ${found} ${request.r}`, what);
        flags |= found;
      }
    }
  }
  // One after another that has failed, and was reported, is not reported.
  if (request.l !== undefined && kind !== kinds.login) {
    const [step, added, success] = request.l;
    const kindName = Object.keys(kinds).find((name) => kinds[name] === kind);
    const why = loginProblem(success, response, kindName, missing, session.gotCookie);
    if (why !== '') {
      session.loginFailed = true;
      // A server error is one, whoever asked.
      if ((status > 0 && status < 500) || kind === kinds.extraction) {
        kind = kinds.login;
        message = `login failed: ${why}`;
      }
    }
    channel.login(step, status, why);
    if (added === 1) return;
  } else if (request.l !== undefined && request.l[1] === 1) return;
  if (kind !== kinds.none) channel.note(`${kind} ${status} ${request.r}`, message);
  channel.record(
    dueUs / 10,
    sentUs - dueUs,
    sentUs - readyUs,
    answeredUs - sentUs,
    bytes,
    session.index,
    request.g === undefined ? request.r : request.g,
    status,
    kind,
    flags,
    request.e,
  );
}

/** k6's error codes (https://grafana.com/docs/k6/latest/javascript-api/error-codes/) as ours, and what has none by its text; as kindOf in load/k6/replay/send.go. */
function kindOf(code, error) {
  const text = String(error);
  const says = (...words) => words.some((word) => text.indexOf(word) >= 0);
  if (code === 1050 || code === 1211) return kinds.timeout;
  if (code >= 1100 && code < 1110) return kinds.dns;
  if (code >= 1110 && code < 1120) return kinds.blocked;
  if (code === 1210 || code === 1212 || code === 1213) return kinds.refused;
  if (code === 1201 || code === 1220) return kinds.reset;
  if (code >= 1300 && code < 1400) return kinds.tls;
  if (code >= 1600 && code < 1800) return kinds.protocol;
  if (says('unexpected EOF')) return kinds.truncated;
  if (says('tls: ', 'x509: ', 'TLS handshake')) return kinds.tls;
  if (text.endsWith('EOF') || says('server closed')) return kinds.reset;
  if (says('malformed', 'invalid', 'Content-Length', 'transfer encoding', 'chunk')) return kinds.protocol;
  return kinds.other;
}
