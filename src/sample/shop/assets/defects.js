// Planted defects: only loaded where one was asked for.
const has = (name) => document.body.classList.contains(`defect-${name}`);
if (has('console-error') && location.pathname.startsWith('/products/')) {
  // biome-ignore lint/suspicious/noConsole: that is the defect
  console.error('TypeError: recommendations is undefined');
}
if (has('layout-shift')) {
  setTimeout(() => {
    const banner = document.createElement('p');
    banner.className = 'defect-banner';
    banner.textContent = 'Free delivery today.';
    document.querySelector('main')?.prepend(banner);
  }, 150);
}
