(() => {
  const byId = (id) => document.getElementById(id);
  const fields = new Map();
  for (const place of document.querySelectorAll('[data-field]')) fields.set(place.dataset.field, place);
  const shapes = new Map();
  for (const shape of document.querySelectorAll('template[data-state]')) shapes.set(shape.dataset.state, shape);
  const candidate = byId('candidate').textContent;
  const narrow = matchMedia('(max-width: 560px)');
  const medium = matchMedia('(max-width: 900px)');
  let last = null;
  let drawn = '';
  let isDrawing = false;
  let hasEnded = false;
  let lastAt = '';
  let shownText = '';

  const put = (place, text) => {
    if (place !== undefined && place.textContent !== text) place.textContent = text;
  };
  const say = (text) => {
    if (text === shownText) return;
    shownText = text;
    byId('said').textContent = text;
  };
  const line = (text, isLost) => {
    put(byId('line'), text);
    byId('line').classList.toggle('lost', isLost);
  };
  const shape = (place, state) => {
    if (place.dataset.shape === state) return;
    place.dataset.shape = state;
    const found = shapes.get(state);
    place.replaceChildren(...(found === undefined ? [] : [found.content.cloneNode(true)]));
  };

  const showEvents = (events) => {
    const list = byId('happened');
    byId('no-events').hidden = events.length > 0;
    list.hidden = events.length === 0;
    const key = JSON.stringify(events);
    if (list.dataset.key === key) return;
    list.dataset.key = key;
    list.replaceChildren(
      ...events.map((event) => {
        const row = document.createElement('li');
        for (const [name, text] of [
          ['time', event.time],
          ['at', event.at],
          ['lane', event.lane],
          ['what', event.label],
        ]) {
          const cell = document.createElement(name === 'time' ? 'time' : 'span');
          cell.className = name;
          cell.textContent = text;
          row.append(cell);
        }
        return row;
      }),
    );
  };

  const show = (message) => {
    last = message;
    for (const [name, text] of Object.entries(message.fields)) put(fields.get(name), text);
    byId('so-far').className = `verdict ${message.state}`;
    shape(byId('word-mark'), message.state);
    for (const tile of document.querySelectorAll('[data-tile]')) {
      const state = message.tiles[tile.dataset.tile] ?? 'none';
      shape(tile.querySelector('.place'), state);
      tile.querySelector('.figure').classList.toggle('missed', message.missed.includes(tile.dataset.tile));
    }
    byId('progress').value = message.progress;
    const alarm = byId('alarm');
    alarm.hidden = message.alarm === null;
    put(alarm.querySelector('span'), message.alarm ?? '');
    byId('report').hidden = message.report === null;
    byId('later').hidden = message.report !== null;
    put(byId('report').querySelector('code'), message.report ?? '');
    showEvents(message.events);
    document.title = `${message.fields.word} · ${candidate} · shakedown`;
    const icon = shapes.get(message.state)?.dataset.icon;
    if (icon !== undefined && byId('icon').getAttribute('href') !== icon) byId('icon').href = icon;
    say(message.alarm ?? message.fields.word);
    lastAt = new Date().toISOString().slice(11, 19);
    draw();
  };

  // Drawn by the server, for this width, and only where it is seen.
  const draw = async () => {
    if (last === null || isDrawing || document.hidden) return;
    const layout = narrow.matches ? 'n' : medium.matches ? 'm' : 'w';
    const wanted = `${layout}${last.revision}`;
    if (wanted === drawn || last.revision === 0) return;
    isDrawing = true;
    try {
      const answer = await fetch(`drawing?layout=${layout}`);
      const markup = answer.ok ? await answer.text() : '';
      const drawing = new DOMParser().parseFromString(markup, 'text/html').querySelector('svg');
      if (drawing !== null) {
        byId('drawing').replaceChildren(drawing);
        drawn = wanted;
      }
    } catch {
      // The next message asks again.
    }
    isDrawing = false;
  };
  narrow.addEventListener('change', draw);
  medium.addEventListener('change', draw);
  document.addEventListener('visibilitychange', draw);

  let source;
  const listen = () => {
    source = new EventSource('events');
    source.addEventListener('open', () => line('live', false));
    source.addEventListener('state', (event) => {
      line('live', false);
      show(JSON.parse(event.data));
    });
    source.addEventListener('end', async (event) => {
      hasEnded = true;
      line('ended', false);
      show(JSON.parse(event.data));
      while (isDrawing) await new Promise((resolve) => setTimeout(resolve, 20));
      await draw();
      source.close();
    });
    source.addEventListener('error', () => {
      if (hasEnded) return;
      line(lastAt === '' ? 'no connection' : `connection lost, figures of ${lastAt} UTC`, true);
      say('Connection lost.');
      // A browser gives up on an answer that is not an event stream: so ask again.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    });
  };
  listen();
})();
