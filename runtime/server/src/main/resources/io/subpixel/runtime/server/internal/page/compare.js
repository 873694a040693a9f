/** The dialog that shows a picture before and after, with a slider, zoom and panning. */

const dialog = document.getElementById('compare');
const stage = document.getElementById('stage');
const before = document.getElementById('before');
const after = document.getElementById('after');
const split = document.getElementById('split');
const line = document.getElementById('line');
const zoomShown = document.getElementById('zoom');

const MAX_ZOOM = 32;
const pointers = new Map();
let zoom = 1;
let x = 0;
let y = 0;

export async function compare(name, beforeUrl, afterUrl) {
  document.getElementById('compare-title').textContent = name;
  before.src = beforeUrl;
  after.src = afterUrl;
  dialog.showModal();
  await Promise.all([before.decode(), after.decode()]).catch(() => {});
  // Both in the pixels of the result.
  before.style.width = `${after.naturalWidth}px`;
  before.style.height = `${after.naturalHeight}px`;
  fit();
  stage.focus();
}

function fit() {
  zoom = Math.min(stage.clientWidth / after.naturalWidth, stage.clientHeight / after.naturalHeight);
  x = (stage.clientWidth - after.naturalWidth * zoom) / 2;
  y = (stage.clientHeight - after.naturalHeight * zoom) / 2;
  show();
}

/** Zooms around a point of the stage, by default its centre. */
function zoomTo(next, atX = stage.clientWidth / 2, atY = stage.clientHeight / 2) {
  const least = Math.min(1, stage.clientWidth / after.naturalWidth, stage.clientHeight / after.naturalHeight);
  const bounded = Math.min(MAX_ZOOM, Math.max(least, next));
  x = atX - (atX - x) * (bounded / zoom);
  y = atY - (atY - y) * (bounded / zoom);
  zoom = bounded;
  show();
}

function show() {
  const transform = `translate(${x}px, ${y}px) scale(${zoom})`;
  before.style.transform = transform;
  after.style.transform = transform;
  stage.classList.toggle('pixels', zoom >= 2);
  const at = stage.clientWidth * split.value / 100;
  line.style.left = `${at - 1}px`;
  // The part of the picture left of the line, in the picture's own pixels.
  const shown = Math.max(0, Math.min(after.naturalWidth, (at - x) / zoom));
  before.style.clipPath = `inset(0 ${after.naturalWidth - shown}px 0 0)`;
  zoomShown.value = `${Math.round(zoom * 100)} %`;
}

const actions = { in: () => zoomTo(zoom * 1.5), out: () => zoomTo(zoom / 1.5), fit, pixels: () => zoomTo(1) };
for (const button of dialog.querySelectorAll('[data-zoom]')) {
  button.addEventListener('click', actions[button.dataset.zoom]);
}
document.getElementById('close').addEventListener('click', () => dialog.close());
split.addEventListener('input', show);
addEventListener('resize', () => dialog.open && show());

stage.addEventListener('wheel', (event) => {
  event.preventDefault();
  const box = stage.getBoundingClientRect();
  zoomTo(zoom * Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
}, { passive: false });

const distance = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);

stage.addEventListener('pointerdown', (event) => {
  stage.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, event);
});
stage.addEventListener('pointermove', (event) => {
  const last = pointers.get(event.pointerId);
  if (!last) {
    return;
  }
  if (pointers.size === 2) {
    const was = distance([...pointers.values()]);
    pointers.set(event.pointerId, event);
    const [a, b] = [...pointers.values()];
    const box = stage.getBoundingClientRect();
    zoomTo(zoom * distance([a, b]) / Math.max(1, was),
      (a.clientX + b.clientX) / 2 - box.left, (a.clientY + b.clientY) / 2 - box.top);
  } else {
    pointers.set(event.pointerId, event);
    x += event.clientX - last.clientX;
    y += event.clientY - last.clientY;
    show();
  }
});
for (const ending of ['pointerup', 'pointercancel']) {
  stage.addEventListener(ending, (event) => pointers.delete(event.pointerId));
}

stage.addEventListener('keydown', (event) => {
  const step = event.shiftKey ? 10 : 2;
  const keys = {
    '+': actions.in, '=': actions.in, '-': actions.out, 0: fit, 1: actions.pixels,
    ArrowLeft: () => { split.value = Number(split.value) - step; show(); },
    ArrowRight: () => { split.value = Number(split.value) + step; show(); },
    ArrowUp: () => { y += 40; show(); },
    ArrowDown: () => { y -= 40; show(); },
  };
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});
