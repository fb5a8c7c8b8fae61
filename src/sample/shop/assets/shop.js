// The shop works without this: it only keeps a form from being sent twice by an impatient second click.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent === 'yes') event.preventDefault();
    form.dataset.sent = 'yes';
  });
}
// A page restored by the back button starts afresh.
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});
