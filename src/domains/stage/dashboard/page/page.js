(() => {
  const everyMs = 2000;
  const mostMs = 15000;
  const byId = (id) => document.getElementById(id);
  const icons = new Map();
  for (const one of document.querySelectorAll('template[data-state]')) icons.set(one.dataset.state, one.dataset.icon);
  let revision = '';
  let waitMs = everyMs;

  const line = (text, isLost) => {
    byId('line').textContent = text;
    byId('line').classList.toggle('lost', isLost);
  };

  // A part is put in its place whole; what a reader has opened stays open, and where the keyboard is stays.
  const put = (place, html) => {
    if (place.dataset.html === html) return;
    place.dataset.html = html;
    const isOpen = [...place.querySelectorAll('details')].map((one) => one.open);
    const focused = [...place.querySelectorAll('[tabindex], summary')].indexOf(document.activeElement);
    const made = new DOMParser().parseFromString(html, 'text/html');
    place.replaceChildren(...made.body.childNodes);
    for (const [index, one] of [...place.querySelectorAll('details')].entries()) one.open = isOpen[index] === true;
    if (focused >= 0) [...place.querySelectorAll('[tabindex], summary')][focused]?.focus();
  };

  const show = (message) => {
    revision = message.revision;
    for (const place of document.querySelectorAll('[data-part]')) put(place, message.parts[place.dataset.part] ?? '');
    byId('so-far').className = `verdict ${message.state}`;
    document.title = `${message.title} · shakedown`;
    const icon = icons.get(message.state);
    if (icon !== undefined) byId('icon').href = icon;
    const word = byId('word')?.textContent ?? '';
    if (byId('said').textContent !== word) byId('said').textContent = word;
  };

  // Asked for again and again, not listened to: a browser keeps six connections to a server, and each tab that listens would hold one.
  const ask = async () => {
    try {
      const answer = await fetch(`parts?since=${encodeURIComponent(revision)}`);
      if (!answer.ok && answer.status !== 204) throw new Error(String(answer.status));
      if (answer.status === 200) show(await answer.json());
      line('live', false);
      waitMs = everyMs;
    } catch {
      line('connection lost', true);
      waitMs = Math.min(mostMs, waitMs * 2);
    }
    setTimeout(ask, document.hidden ? mostMs : waitMs);
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) waitMs = everyMs;
  });
  ask();
})();
