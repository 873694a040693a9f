/** The page: files become entries of a queue, of which some are under way at once. */

import * as api from './api.js';
import { byId, element, save } from './dom.js';
import { Entry } from './entry.js';
import { listen } from './files.js';
import { zip } from './zip.js';

/** So that one is sent while another one is upscaled. */
const AT_ONCE = 2;

const options = byId('options');
const entries = [];
let working = 0;

/** Those of fields that are enabled. */
function parameters() {
  const chosen = new URLSearchParams();
  for (const [name, value] of new FormData(options)) {
    if (value !== '') {
      chosen.set(name, value);
    }
  }
  return chosen;
}

const queue = {
  changed: update,
  again: (file) => add([file]),
  remove(entry) {
    const next = entry.item.nextElementSibling ?? entry.item.previousElementSibling;
    entries.splice(entries.indexOf(entry), 1);
    entry.remove();
    (next?.querySelector('button') ?? byId('files')).focus();
    update();
  },
};

function add(files) {
  say('');
  if (!options.reportValidity()) {
    return;
  }
  for (const file of files) {
    const entry = new Entry(file, parameters(), queue);
    entries.push(entry);
    byId('queue').append(entry.item);
  }
  update();
  work();
}

async function work() {
  const next = entries.find((entry) => entry.state === 'waiting');
  if (!next || working >= AT_ONCE) {
    return;
  }
  working++;
  const ended = next.run();
  update();
  work();
  await ended;
  working--;
  work();
}

function update() {
  const count = (state) => entries.filter((entry) => entry.state === state).length;
  const underWay = entries.filter((entry) => entry.isUnderWay).length;
  byId('work').hidden = entries.length === 0;
  byId('all').disabled = count('done') === 0;
  byId('cancel').disabled = underWay === 0;
  byId('clear').disabled = underWay === entries.length;
  byId('summary').textContent = [`${count('done')} of ${entries.length} done`, ...['failed', 'cancelled']
    .filter((state) => count(state) > 0).map((state) => `${count(state)} ${state}`)].join(', ');
}

function say(text) {
  byId('message').textContent = text;
  byId('message').hidden = text === '';
}

byId('all').addEventListener('click', async () => {
  const names = new Set();
  const files = entries.filter((entry) => entry.state === 'done').map((entry) => {
    let { name } = entry;
    for (let n = 2; names.has(name); n++) {
      name = entry.name.replace(/(\.[^.]*)$/, ` (${n})$1`);
    }
    names.add(name);
    return { name, blob: entry.result.blob };
  });
  try {
    const url = URL.createObjectURL(await zip(files));
    save(url, 'subpixel.zip');
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (failure) {
    say(failure.message);
  }
});

byId('cancel').addEventListener('click', () => entries.forEach((entry) => entry.isUnderWay && entry.cancel()));

byId('clear').addEventListener('click', () => {
  entries.filter((entry) => !entry.isUnderWay).forEach((entry) => {
    entries.splice(entries.indexOf(entry), 1);
    entry.remove();
  });
  update();
  byId('files').focus();
});

addEventListener('beforeunload', (event) => {
  if (entries.some((entry) => entry.isUnderWay)) {
    event.preventDefault();
  }
});
// Nobody will ask for these results.
addEventListener('pagehide', () => entries.forEach((entry) => entry.drop()));

/** Only some models have strength; which of those that are chosen from, the scale tells. */
let cards = [];
function offerStrength() {
  const { scale, width, height, model, strength } = options.elements;
  const named = cards.find((card) => card.name === model.value);
  const chosen = width.value === '' && height.value === '' ? scale.value : '2';
  const candidates = named ? [named] : cards.filter((card) => card.name === `photo-x${chosen}`);
  strength.disabled = !candidates.some((card) => card.strength);
  scale.disabled = width.value !== '' || height.value !== '';
}

async function offerModels() {
  try {
    cards = await api.models();
    for (const card of cards) {
      options.elements.model.append(element('option', { value: card.name, textContent: `${card.name} (×${card.scale})` }));
    }
    offerStrength();
  } catch (failure) {
    if (failure.status === 503) {
      setTimeout(offerModels, 500);
    } else {
      say(failure.message);
    }
  }
}

options.addEventListener('input', offerStrength);
options.addEventListener('submit', (event) => event.preventDefault());
listen(add);
offerModels();
