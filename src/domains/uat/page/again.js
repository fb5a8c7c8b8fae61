// Runs in the page under test: looks once more, in another way, at what a rule of axe-core says of these elements.
globalThis.shakedownAgain = (asked) => {
  const texts = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (node.textContent.trim() !== '') found.push(node);
    return found;
  };
  const boxesOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()];
  };
  const rules = {
    // Spacing that a user's style cannot change matters where text has it, and less of it than https://www.w3.org/TR/WCAG22/#text-spacing asks for.
    'avoid-inline-spacing': (element) =>
      texts(element).some(({ parentElement }) => {
        const style = getComputedStyle(parentElement);
        const size = Number.parseFloat(style.fontSize);
        const least = { letterSpacing: 0.12, wordSpacing: 0.16, lineHeight: 1.5 };
        return Object.entries(least).some(([name, ems]) => {
          const css = name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
          const isSet = element.style.getPropertyPriority(css) === 'important';
          return isSet && (Number.parseFloat(style[name]) || 0) < ems * size - 0.01;
        });
      }),
    // What is scrolled to must be something.
    'scrollable-region-focusable': (element) => {
      const box = element.getBoundingClientRect();
      const [right, bottom] = [
        box.left + element.clientLeft + element.clientWidth,
        box.top + element.clientTop + element.clientHeight,
      ];
      const inner = [
        ...texts(element).flatMap(boxesOf),
        ...[...element.querySelectorAll('img, svg, canvas, video, input, button')].map((each) =>
          each.getBoundingClientRect(),
        ),
      ];
      return inner.some(
        (each) =>
          each.right > right + 1 || each.bottom > bottom + 1 || each.left < box.left - 1 || each.top < box.top - 1,
      );
    },
    // Behind a modal dialog nothing takes the focus.
    'frame-focusable-content': () => document.querySelector('dialog:modal') === null,
  };
  return asked.map(({ rule, selector }) => {
    try {
      const element = document.querySelector(selector);
      return element === null || rules[rule](element);
    } catch {
      return true;
    }
  });
};
