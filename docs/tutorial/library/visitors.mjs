// Writes five minutes of an access log: made-up visitors who search and look at books. node visitors.mjs > access.log
const words = ['lighthouse', 'history', 'garden', 'atlas', 'river', 'letters', 'winter', 'guide', 'The'];
let state = 7;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const bytes = (path) => (path === '/' ? 700 : path.startsWith('/search') ? 8000 : 1400);
const oneOf = (list) => list[Math.floor(random() * list.length)];

/** Seconds to the next visitor, where so many come in a second. */
const wait = (perSecond) => -Math.log(1 - random()) / perSecond;

const lines = [];
for (let at = -40; at < 300; at += wait(6)) {
  const address = `10.0.${Math.floor(random() * 16)}.${Math.floor(random() * 250)}`;
  const paths = ['/', `/search?q=${oneOf(words)}`, `/books/${1 + Math.floor(random() * 60)}`];
  while (random() < 0.6)
    paths.push(random() < 0.5 ? `/search?q=${oneOf(words)}` : `/books/${1 + Math.floor(random() * 60)}`);
  let moment = at;
  for (const path of paths) {
    if (moment >= 0 && moment < 300) lines.push({ moment, address, path });
    moment += 1 + random() * 8;
  }
}
lines.sort((a, b) => a.moment - b.moment);
for (const { moment, address, path } of lines) {
  const time = new Date(Date.UTC(2026, 9, 5, 10) + moment * 1000).toISOString();
  const stamp = `05/Oct/2026:${time.slice(11, 19)} +0000`;
  process.stdout.write(
    `${address} - - [${stamp}] "GET ${path} HTTP/1.1" 200 ${bytes(path)} "-" "Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0"\n`,
  );
}
