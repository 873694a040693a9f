/** Where files come from: the button, a drop (of folders too), the clipboard. */

import { byId } from './dom.js';

const CLIPS = /\.(mp4|m4v|mov|mkv|webm|avi|ts|m2ts|mts|mpe?g|y4m|ogv|flv|wmv)$/i;
const IMAGES = /\.(png|jpe?g|webp|bmp|gif|tiff?|avif|hei[cf]|jp2|exr|p[bgnp]m|pam)$/i;

const CLIP_FORMATS = new Set(['mp4', 'webm', 'mkv', 'mov']);

export const isClipFormat = (format) => CLIP_FORMATS.has(format);

export const isClip = (file) => file.type.startsWith('video/') || CLIPS.test(file.name);

const isImage = (file) => file.type.startsWith('image/') || IMAGES.test(file.name);

async function below(folder) {
  const reader = folder.createReader();
  const found = [];
  for (;;) {
    // A hundred at a time.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) {
      return found;
    }
    for (const entry of some) {
      if (entry.isDirectory) {
        found.push(...await below(entry));
      } else {
        const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
        if (isImage(file) || isClip(file)) {
          found.push(file);
        }
      }
    }
  }
}

async function dropped(transfer) {
  // The items are gone once this waits.
  const items = [...transfer.items].filter((item) => item.kind === 'file')
    .map((item) => ({ file: item.getAsFile(), entry: item.webkitGetAsEntry?.() }));
  const files = [];
  for (const { file, entry } of items) {
    if (entry?.isDirectory) {
      files.push(...await below(entry));
    } else if (file) {
      files.push(file);
    }
  }
  return files;
}

/** @param add takes an array of files */
export function listen(add) {
  const input = byId('files');
  input.addEventListener('change', () => {
    add([...input.files]);
    input.value = '';
  });
  const target = byId('drop');
  addEventListener('dragover', (event) => {
    event.preventDefault();
    target.classList.toggle('over', event.dataTransfer.types.includes('Files'));
  });
  addEventListener('dragleave', (event) => event.relatedTarget ?? target.classList.remove('over'));
  addEventListener('drop', async (event) => {
    event.preventDefault();
    target.classList.remove('over');
    add(await dropped(event.dataTransfer));
  });
  addEventListener('paste', (event) => {
    if (event.clipboardData.files.length > 0) {
      add([...event.clipboardData.files]);
    }
  });
}
