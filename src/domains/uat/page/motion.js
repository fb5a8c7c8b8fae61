// Runs in a copy of the page under test: what the browser says goes on moving for more than five seconds.
globalThis.shakedownMotion = () => {
  const longestMs = 5000;
  const shown = (element) =>
    element.checkVisibility?.({ opacityProperty: false, visibilityProperty: true }) !== false &&
    element.getBoundingClientRect().width > 0;
  const moving = new Map();
  for (const animation of document.getAnimations?.() ?? []) {
    const { effect, playState, currentTime, playbackRate } = animation;
    const element = effect?.target;
    if (playState !== 'running' || !element || !shown(element)) continue;
    const { endTime, duration } = effect.getComputedTiming();
    const leftMs = (endTime - (Number(currentTime) || 0)) / Math.abs(playbackRate || 1);
    if (leftMs <= longestMs || Number(duration) === 0) continue;
    if (!moving.has(element)) moving.set(element, animation);
  }
  const names = [
    ...document.querySelectorAll('button, [role="button"], input[type="button"], input[type="checkbox"], a[href]'),
  ].map(
    (each) => `${each.textContent} ${each.getAttribute('aria-label') ?? ''} ${each.title ?? ''} ${each.value ?? ''}`,
  );
  const canBeStopped = names.some((name) =>
    /pause|stop|halt|anhalten|animation|motion|arrêt|detener|pausar|⏸/i.test(name),
  );
  return {
    canBeStopped,
    moving: [...moving.keys()]
      .map((element) => {
        const box = element.getBoundingClientRect();
        const left = Math.max(0, box.left - 8);
        const top = Math.max(0, box.top - 8);
        return {
          selector: element.id
            ? `#${CSS.escape(element.id)}`
            : `${element.localName}${[...element.classList]
                .slice(0, 2)
                .map((name) => `.${CSS.escape(name)}`)
                .join('')}`,
          html: element.outerHTML.slice(0, 160),
          isProgress:
            element.closest(
              '[role="progressbar"], [role="status"], [aria-busy="true"], progress, [class*="spinner" i], [class*="loading" i], [class*="loader" i], [class*="skeleton" i]',
            ) !== null,
          box: {
            x: left,
            y: top,
            width: Math.max(1, Math.min(innerWidth - left, box.width + 16)),
            height: Math.max(1, Math.min(innerHeight - top, box.height + 16)),
          },
        };
      })
      .filter(({ box }) => box.x < innerWidth && box.y < innerHeight),
  };
};
