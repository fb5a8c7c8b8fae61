// Runs in a copy of the page under test: brings an element into sight and draws a frame around it, or takes that away again.
globalThis.shakedownMark = (selector) => {
  globalThis.shakedownFrame?.remove();
  if (selector === null) return null;
  let element = null;
  try {
    element = document.querySelector(selector);
  } catch {}
  if (element === null || element === document.documentElement || element === document.body) return null;
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const box = element.getBoundingClientRect();
  if (box.width < 1 || box.height < 1 || getComputedStyle(element).visibility !== 'visible') return null;
  const frame = document.createElement('div');
  const edge = 3;
  frame.style.cssText = `all:initial;position:fixed;box-sizing:border-box;pointer-events:none;z-index:2147483647;border:${edge}px solid #c2185b;box-shadow:0 0 0 1px #fff;left:${box.left - edge - 1}px;top:${box.top - edge - 1}px;width:${box.width + 2 * edge + 2}px;height:${box.height + 2 * edge + 2}px`;
  document.documentElement.append(frame);
  globalThis.shakedownFrame = frame;
  // What lies around it says where it is.
  const around = 32;
  const left = Math.max(0, box.left - around);
  const top = Math.max(0, box.top - around);
  const right = Math.min(innerWidth, box.right + around);
  const bottom = Math.min(innerHeight, box.bottom + around);
  return right - left < 2 || bottom - top < 2 ? null : { x: left, y: top, width: right - left, height: bottom - top };
};
