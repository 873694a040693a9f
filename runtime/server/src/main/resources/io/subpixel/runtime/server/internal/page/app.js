/** The page: files become entries of a queue, each of them a job of the service. */

import * as api from './api.js';
import { compare } from './compare.js';
import { zip } from './zip.js';

const AT_ONCE = 2;
const SHOWN = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/bmp', 'image/gif', 'image/avif']);
const ENDINGS = { jpeg: 'jpg', tiff: 'tif' };

const options = document.getElementById('options');
const list = document.getElementById('queue');
const message = document.getElementById('message');
const all = document.getElementById('all');
const entries = [];

class Entry {
  constructor(file, parameters) {
    this.file = file;
    this.parameters = parameters;
    this.abort = new AbortController();
    this.state = 'waiting';
    this.url = URL.createObjectURL(file);
    this.draw();
  }

  draw() {
    this.item = document.createElement('li');
    const preview = element(SHOWN.has(this.file.type) ? 'img' : 'div', { className: 'blank', alt: '' });
    if (preview.tagName === 'IMG') {
      preview.src = this.url;
    }
    this.status = element('p', { className: 'meta', textContent: 'waiting' });
    this.bar = element('progress', { max: 1, value: 0 });
    this.bar.setAttribute('aria-label', `Progress of ${this.file.name}`);
    const text = element('div');
    text.append(element('p', { className: 'name', textContent: this.file.name }), this.status, this.bar);
    this.buttons = element('div', { className: 'buttons' });
    this.button('Cancel', () => this.cancel());
    this.item.append(preview, text, this.buttons);
    list.append(this.item);
  }

  button(label, action) {
    const button = element('button', { type: 'button', textContent: label });
    button.setAttribute('aria-label', `${label} ${this.file.name}`);
    button.addEventListener('click', action);
    this.buttons.append(button);
  }

  async run() {
    this.state = 'running';
    const { signal } = this.abort;
    try {
      this.status.textContent = 'sending';
      this.job = await api.createJob(this.file, this.parameters, signal);
      const job = await api.follow(this.job.id, (now) => this.show(now), signal);
      if (job?.state !== 'done') {
        throw new Error(job?.problem?.detail ?? 'The job is gone.');
      }
      this.blob = await api.result(job.id, signal);
      this.done(job);
    } catch (failure) {
      this.state = this.abort.signal.aborted ? 'cancelled' : 'failed';
      this.bar.hidden = true;
      this.buttons.replaceChildren();
      this.status.textContent = this.state === 'failed' ? failure.message : 'cancelled';
      this.status.classList.toggle('error', this.state === 'failed');
    } finally {
      if (this.job) {
        api.deleteJob(this.job.id);
      }
    }
  }

  show(job) {
    this.bar.value = job.progress;
    const left = job.secondsLeft === undefined ? '' : `, ${job.secondsLeft} s left`;
    this.status.textContent =
      job.state === 'running' ? `${Math.round(job.progress * 100)} %${left}` : job.state;
  }

  done(job) {
    this.state = 'done';
    this.name = this.file.name.replace(/\.[^.]*$/, '') + `-${job.output.width}x${job.output.height}.`
      + (ENDINGS[job.format] ?? job.format);
    this.resultUrl = URL.createObjectURL(this.blob);
    this.bar.hidden = true;
    const strength = job.strength === undefined ? '' : ` at strength ${job.strength}`;
    this.status.textContent = `${job.input.width}×${job.input.height} → ${job.output.width}×${job.output.height}, `
      + `${job.model}${strength}, ${size(job.bytes)}`;
    this.buttons.replaceChildren();
    if (SHOWN.has(this.blob.type) && SHOWN.has(this.file.type)) {
      this.button('Compare', () => compare(this.file.name, this.url, this.resultUrl));
    }
    this.button('Download', () => save(this.resultUrl, this.name));
  }

  cancel() {
    this.abort.abort();
    if (this.state === 'waiting') {
      this.state = 'cancelled';
      this.status.textContent = 'cancelled';
      this.bar.hidden = true;
      this.buttons.replaceChildren();
    }
  }

  remove() {
    this.cancel();
    URL.revokeObjectURL(this.url);
    if (this.resultUrl) {
      URL.revokeObjectURL(this.resultUrl);
    }
    this.item.remove();
  }
}

function element(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function save(url, name) {
  element('a', { href: url, download: name }).click();
}

function parameters() {
  const chosen = new URLSearchParams();
  for (const [name, value] of new FormData(options)) {
    if (value !== '' && !options.elements[name].disabled) {
      chosen.set(name, value);
    }
  }
  if (chosen.has('width')) {
    chosen.delete('scale');
  }
  return chosen.toString();
}

function add(files) {
  say('');
  if (!options.reportValidity()) {
    return;
  }
  for (const file of files) {
    entries.push(new Entry(file, parameters()));
  }
  update();
  work();
}

let working = 0;

async function work() {
  const next = entries.find((entry) => entry.state === 'waiting');
  if (!next || working >= AT_ONCE) {
    return;
  }
  working++;
  const ended = next.run();
  work();
  await ended;
  working--;
  update();
  work();
}

function update() {
  document.getElementById('actions').hidden = entries.length === 0;
  all.disabled = !entries.some((entry) => entry.state === 'done');
}

function say(text) {
  message.textContent = text;
  message.hidden = text === '';
}

all.addEventListener('click', async () => {
  const names = new Set();
  const files = entries.filter((entry) => entry.state === 'done').map((entry) => {
    let { name } = entry;
    for (let n = 2; names.has(name); n++) {
      name = entry.name.replace(/(\.[^.]*)$/, ` (${n})$1`);
    }
    names.add(name);
    return { name, blob: entry.blob };
  });
  const url = URL.createObjectURL(await zip(files));
  save(url, 'subpixel.zip');
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
});

document.getElementById('clear').addEventListener('click', () => {
  entries.splice(0).forEach((entry) => entry.remove());
  update();
});

const input = document.getElementById('files');
input.addEventListener('change', () => {
  add([...input.files]);
  input.value = '';
});

const drop = document.getElementById('drop');
addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
addEventListener('dragleave', (event) => event.relatedTarget ?? drop.classList.remove('over'));
addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  add([...event.dataTransfer.files]);
});
addEventListener('paste', (event) => {
  if (event.clipboardData.files.length > 0) {
    add([...event.clipboardData.files]);
  }
});

/** Only some models have strength; which of those that are chosen from, the scale tells. */
let cards = [];
function offerStrength() {
  const { scale, width, model, strength } = options.elements;
  const named = cards.find((card) => card.name === model.value);
  const chosen = width.value === '' ? scale.value : '2';
  const candidates = named ? [named] : cards.filter((card) => card.name === `photo-x${chosen}`);
  strength.disabled = !candidates.some((card) => card.strength);
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
offerModels();
