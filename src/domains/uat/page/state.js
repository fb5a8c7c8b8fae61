// Runs in the page under test, as an expression; what it gives is plain data: what the page is now, and whether it can be looked at.
globalThis.shakedownState = () => {
  // The browser's own page for what could not be loaded, under the address of what was asked for.
  if (!/^https?:/.test(document.documentURI) || !/^https?:/.test(location.protocol)) return { isPage: false };
  // JSON, a text or a picture has no language and no title.
  if (!/^(text\/html|application\/xhtml\+xml)$/.test(document.contentType)) return { isPage: false };
  // Under a policy of `sandbox` no script is called back, ours neither.
  let allowsScripts = false;
  const asked = new EventTarget();
  asked.addEventListener('asked', () => {
    allowsScripts = true;
  });
  asked.dispatchEvent(new Event('asked'));
  if (!allowsScripts) return { isPage: true, allowsScripts };
  const hash = (text) => {
    let value = 5381;
    for (let index = 0; index < text.length; index++) value = ((value << 5) + value + text.charCodeAt(index)) | 0;
    return (value >>> 0).toString(36);
  };
  const skipped = new Set(['script', 'style', 'link', 'template', 'noscript', 'br']);
  // What a rule may judge by: which attributes there are, and the values of a few; texts only as there or not there.
  const telling = new Set(['class', 'role', 'type', 'scope', 'autocomplete', 'lang', 'dir']);
  const ignored = new Set(['id', 'value', 'checked', 'selected', 'nonce', 'src', 'srcset', 'd', 'points', 'transform']);
  const shape = new Set();
  const add = (root) => {
    for (const element of root.querySelectorAll('*')) {
      const name = element.localName;
      if (skipped.has(name)) continue;
      let text = name;
      for (const attribute of element.attributes) {
        const { name: key, value } = attribute;
        if (ignored.has(key)) continue;
        if (key === 'style') {
          // Sizes and places change by themselves; colours and what is shown do not.
          for (const [, property, given] of value.matchAll(/([\w-]+)\s*:\s*([^;]+)/g)) {
            text += ` ${property}${/color|display|visib|background/.test(property) ? given : ''}`;
          }
        } else
          text += ` ${key}${telling.has(key) || (key.startsWith('aria-') && value.length < 12) ? `=${value}` : value === '' ? '=' : ''}`;
      }
      if (element.firstElementChild === null && element.textContent.trim() === '') text += ' empty';
      shape.add(text);
      if (element.shadowRoot) add(element.shadowRoot);
    }
  };
  const page = document.documentElement;
  shape.add(`html ${page.lang} ${page.className} ${document.title === ''}`);
  if (document.body) add(document.body.parentNode === null ? document : document.body);
  shape.add(`body ${document.body?.className} ${document.body?.getAttribute('style')}`);
  const isStyled =
    document.readyState !== 'loading' &&
    [...document.querySelectorAll('link[rel~="stylesheet"][href]')].every(
      (link) => link.sheet !== null || link.disabled || !matchMedia(link.media || 'all').matches,
    );
  return {
    isPage: true,
    isStyled,
    isLoaded: document.readyState === 'complete',
    // A list of more or fewer of the same is the same page.
    signature: hash([...shape].join('\n')),
    vitals: globalThis.shakedownVitalsKnown?.() ?? null,
  };
};

// Movements that end come to their end first: half-way through a fade, a text has a colour that nobody reads it in.
globalThis.shakedownStill = (limitMs) => {
  const ending = document.getAnimations?.().filter(({ playState, effect }) => {
    return playState === 'running' && Number.isFinite(effect?.getComputedTiming().endTime ?? Infinity);
  });
  if (ending === undefined || ending.length === 0) return Promise.resolve(false);
  const all = Promise.all(ending.map(({ finished }) => finished.catch(() => {})));
  return Promise.race([all, new Promise((done) => setTimeout(done, limitMs))]).then(() => true);
};
