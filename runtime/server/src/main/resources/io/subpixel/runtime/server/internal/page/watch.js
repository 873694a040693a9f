/** The dialog that shows a clip: its frames while they are made, then the result. */

import { byId } from './dom.js';

const dialog = byId('watch');
const frame = byId('frame');
const video = byId('film');
const note = byId('watch-note');
let watched;

function open(entry, text) {
  watched = entry;
  byId('watch-title').textContent = entry.file.name;
  note.textContent = text;
  if (!dialog.open) {
    dialog.showModal();
  }
}

export function frames(entry) {
  video.hidden = true;
  frame.hidden = false;
  frame.src = entry.frameUrl;
  open(entry, 'The newest frame. The clip follows when all are made.');
}

export function film(entry) {
  frame.hidden = true;
  video.hidden = false;
  video.src = entry.resultUrl;
  open(entry, '');
}

export function newFrame(entry) {
  if (watched === entry) {
    frame.src = entry.frameUrl;
  }
}

/** Goes on with the result for whoever looked at the frames. */
export function ended(entry) {
  if (watched === entry && entry.isFilm) {
    film(entry);
  } else if (watched === entry) {
    note.textContent = entry.status.textContent;
  }
}

video.addEventListener('error', () => {
  if (video.getAttribute('src')) {
    note.textContent = 'This browser cannot play the clip. Download it to watch it.';
  }
});
dialog.addEventListener('close', () => {
  watched = undefined;
  video.removeAttribute('src');
  video.load();
});
