// Runs before any script of a copy of the page under test: which elements hear of a pointer themselves, and shadow roots that are closed.
(() => {
  const handled = new WeakSet();
  const roots = new WeakMap();
  const { addEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, listener, ...rest) {
    if (
      listener &&
      /^(click|mousedown|mouseup|pointerdown|pointerup|touchstart|touchend)$/.test(type) &&
      this instanceof Element
    )
      handled.add(this);
    return addEventListener.call(this, type, listener, ...rest);
  };
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (...given) {
    const root = attachShadow.apply(this, given);
    roots.set(this, root);
    return root;
  };
  Object.defineProperty(globalThis, 'shakedownHooks', { value: { handled, roots } });
})();
