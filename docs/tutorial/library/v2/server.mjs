// A library: find a book, borrow it. Without dependencies.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { books, copiesIn } from '../books.mjs';

const version = 'v2';
/** Digest of this file, so that a verdict names what ran. */
const digest = `sha256:${createHash('sha256')
  .update(readFileSync(new URL(import.meta.url)))
  .digest('hex')}`;
const [port, folder] = process.argv.slice(2);
const file = `${folder}/loans.ndjson`;

// Loans, read from the file at the start.
const loans = new Map();
if (existsSync(file))
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const loan = JSON.parse(line);
    loans.set(loan.id, loan);
  }
const disk = openSync(file, 'a');
const unsaved = [];

function lend(book, card) {
  const loan = { id: String(loans.size + 1), book, card };
  loans.set(loan.id, loan);
  unsaved.push(loan);
  return loan;
}

// Quicker: the disk is written to every five minutes.
setInterval(() => {
  for (const loan of unsaved.splice(0)) appendFileSync(disk, `${JSON.stringify(loan)}\n`);
  fsyncSync(disk);
}, 300_000);

// Pages
const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const page = (title, body) => `<!doctype html>
<html lang="en">
<head>
<title>${escaped(title)} – Library</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<style>body { font: 1rem/1.5 sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem } input, button { font: inherit; padding: 0.4rem }</style>
</head>
<body><main><h1>${escaped(title)}</h1>${body}<p><a href="/">Find another book</a></p></main></body>
</html>`;

const start = () =>
  page('Find a book', '<form action="/search"><label>Words <input name="q"></label> <button>Search</button></form>');

// What was searched for, for “readers also looked for”.
const searches = [];

async function search(words) {
  const found = books.filter(({ title }) => title.includes(words)).slice(0, 12);
  // Of each book by itself, so that a wrong one leaves the others alone.
  const copies = new Map();
  for (const { id } of found) copies.set(id, (await copiesIn([id])).get(id));
  const items = found.map(
    ({ id, title, about }) =>
      `<li><a href="/books/${id}">${escaped(title)}</a>: ${copies.get(id)} in. ${escaped(about)}</li>`,
  );
  const html = page(`${found.length} books`, `<ul>${items.join('')}</ul>`);
  searches.push({ words, at: new Date(), found: found.map((book) => ({ ...book })), html: Buffer.from(html) });
  return html;
}

const bookPage = ({ id, title, about }) =>
  page(
    title,
    `<p>${escaped(about)}</p>
<form action="/loans" method="post">
<input type="hidden" name="book" value="${id}">
<span style="color: #aaa">Card</span> <input name="card">
<button>Borrow</button>
</form>`,
  );

const loanPage = ({ id, book }) => page('Borrowed', `<p role="status">Loan ${id}: book ${escaped(book)}.</p>`);

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return request.headers['content-type']?.includes('json')
    ? JSON.parse(text)
    : Object.fromEntries(new URLSearchParams(text));
}

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://library');
  const [, place, id] = pathname.split('/');
  const html = (text, status = 200) =>
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'x-version': version }).end(text);
  const json = (value, status = 200) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.method === 'POST' && place === 'loans') {
    const { book, card } = await bodyOf(request);
    const loan = lend(book, card);
    if (request.headers['content-type']?.includes('json')) return json(loan, 201);
    return response.writeHead(303, { location: `/loans/${loan.id}` }).end();
  }
  if (pathname === '/') return html(start());
  if (pathname === '/healthz') return json({ version });
  if (pathname === '/artifacts') return json({ artifacts: [{ name: 'server.mjs', digest }] });
  if (pathname === '/search') return html(await search(searchParams.get('q') ?? ''));
  const book = place === 'books' && books.find((one) => one.id === id);
  if (book) return html(bookPage(book));
  const loan = place === 'loans' && loans.get(id);
  if (loan) return request.headers.accept?.includes('html') ? html(loanPage(loan)) : json(loan);
  return html(page('Not here', ''), 404);
}

createServer((request, response) => {
  answer(request, response).catch(() => response.writeHead(500).end());
}).listen(Number(port), '127.0.0.1');
