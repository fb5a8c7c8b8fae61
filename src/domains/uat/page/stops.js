// Runs in the page under test: which elements a keyboard should reach, and what has the focus now.
globalThis.shakedownStops = () => {
  const wanted = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex]';
  const isShown = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return (
      box.width > 0 && box.height > 0 && style.visibility === 'visible' && !element.disabled && element.tabIndex >= 0
    );
  };
  const lookOf = (element) => {
    const {
      outlineStyle,
      outlineWidth,
      outlineColor,
      boxShadow,
      borderColor,
      backgroundColor,
      color,
      textDecorationLine,
    } = getComputedStyle(element);
    return JSON.stringify([
      outlineStyle === 'none' ? '' : `${outlineWidth} ${outlineColor}`,
      boxShadow,
      borderColor,
      backgroundColor,
      color,
      textDecorationLine,
    ]);
  };
  const all = [...document.querySelectorAll(wanted)].filter(isShown);
  const looks = new Map(all.map((element) => [element, lookOf(element)]));
  const told = (element) => ({
    index: all.indexOf(element),
    selector: element.id ? `#${element.id}` : `${element.localName}${element.name ? `[name="${element.name}"]` : ''}`,
    html: element.outerHTML.slice(0, 160),
    tabIndex: element.tabIndex,
  });
  globalThis.shakedownFocus = () => {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) return null;
    const box = element.getBoundingClientRect();
    return {
      ...told(element),
      isMarked: !looks.has(element) || looks.get(element) !== lookOf(element),
      isInView: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    };
  };
  return all.map(told);
};
