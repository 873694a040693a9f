/** The dialog that shows a clip: its frames while they are made, then the result. */

import { byId } from './dom.js';

const dialog = byId('watch');
const frame = byId('frame');
const film = byId('film');
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
  film.hidden = true;
  frame.hidden = false;
  frame.src = entry.frameUrl;
  open(entry, 'The newest frame. The clip follows when all are made.');
}

function play(entry) {
  frame.hidden = true;
  film.hidden = false;
  film.src = entry.resultUrl;
  open(entry, '');
}
export { play as film };

export function newFrame(entry) {
  if (watched === entry) {
    frame.src = entry.frameUrl;
  }
}

/** Goes on with the result for whoever looked at the frames. */
export function ended(entry) {
  if (watched === entry && entry.state === 'done') {
    play(entry);
  } else if (watched === entry) {
    note.textContent = entry.status.textContent;
  }
}

film.addEventListener('error', () => {
  if (film.getAttribute('src')) {
    note.textContent = 'This browser cannot play the clip. Download it to watch it.';
  }
});
dialog.addEventListener('close', () => {
  watched = undefined;
  film.removeAttribute('src');
  film.load();
});
