/** What the modules of the page share. */

export const byId = (id) => document.getElementById(id);

export const element = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);

export const save = (url, name) => element('a', { href: url, download: name }).click();

for (const button of document.querySelectorAll('[data-close]')) {
  button.addEventListener('click', () => button.closest('dialog').close());
}
