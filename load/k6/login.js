// Whether a login succeeded, for a stock k6; by the same rules as load/k6/replay/login.go.
import { attribute, inputTags } from './markup.js';

/** @param login of a request: its step, whether it was added, and what shows success (LoginSuccess in src/model/plan.ts) */
export function readsBody(login) {
  if (login === undefined) return false;
  const { text, noText, json, signs } = login[2];
  return [text, noText, json].some((rule) => rule !== undefined) || (signs !== undefined && sends(signs));
}

const sends = (signs) => signs.any === true || signs.fields.length > 0;

/** Why a request of a login did not do its part; empty: it did. It holds nothing that was sent or answered: both may be secrets. */
export function loginProblem(success, response, kind, missing, hasCookie) {
  if (response === null) return 'a value that it needs was not in an earlier answer';
  const { status } = response;
  if (status === 0) return kind;
  if (success.status.length > 0 ? success.status.indexOf(status) < 0 : status >= 400) return `${status}`;
  let why = unmet(success, response);
  if (why === '' && success.signs !== undefined) why = sign(success.signs, response, hasCookie);
  // The first character distinguishes it from values of other origin.
  if (why === '' && missing !== '') why = `without ${missing.slice(1)} in its answer`;
  return why === '' ? '' : `${status} ${why}`;
}

/** The first rule of the configuration that an answer does not meet; empty for none. */
function unmet({ location, cookie, json, text, noText }, response) {
  const body = response.body || '';
  if (location !== undefined && !leadsTo(response.headers.Location, location))
    return `that does not lead to ${location}`;
  if (cookie !== undefined && !setsCookie(response, cookie)) return `without the cookie ${cookie}`;
  if (json !== undefined && !isFilled(valueAt(response, json))) return `without ${json} in its JSON`;
  if (text !== undefined && body.indexOf(text) < 0) return 'without the text of success.text';
  if (noText !== undefined && body.indexOf(noText) >= 0) return 'with the text of success.noText';
  return '';
}

/** What shows that an answer refuses a login although its status does not; empty for nothing. */
function sign(signs, response, hasCookie) {
  const { status, headers } = response;
  const back =
    status >= 300 && status !== 304 ? signs.pages.find((page) => leadsTo(headers.Location, page)) : undefined;
  if (back !== undefined) return `that leads back to ${back}`;
  if (sends(signs) && status < 300) {
    if (asksAgain(signs, response.body || '')) return 'with a password field again';
    if (refuses(response)) return 'with an error in its JSON';
  }
  if (signs.yields && !hasCookie) return 'without a cookie, and nothing else is taken that would show who is logged in';
  return '';
}

/** Whether a page has a field for the password that was just sent. */
function asksAgain({ any, fields }, page) {
  return inputTags(page).some((tag) => {
    if ((attribute(tag, 'type') || '').toLowerCase() !== 'password') return false;
    const name = attribute(tag, 'name');
    return any === true || name === undefined || fields.indexOf(name.toLowerCase()) >= 0;
  });
}

/** Whether an answer of JSON says of itself that it is none. */
function refuses(response) {
  if (!/^\s*\{/.test(response.body || '')) return false;
  return (
    ['error', 'errors'].some((name) => isFilled(valueAt(response, name))) ||
    ['success', 'ok', 'authenticated'].some((name) => valueAt(response, name) === false)
  );
}

function valueAt(response, path) {
  try {
    return response.json(path);
  } catch (_) {
    return undefined;
  }
}

/** Whether a JSON value is there and neither false, null, 0 nor empty. */
function isFilled(value) {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}

function setsCookie(response, name) {
  const set = response.cookies[name] || [];
  return set.length > 0 && set[set.length - 1].value !== '';
}

/** Compares paths; one that ends in `*` stands for all that begin so. */
function leadsTo(location, path) {
  if (location === undefined) return false;
  const there = location.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/)[0];
  return path.endsWith('*') ? there.startsWith(path.slice(0, -1)) : there === path;
}
