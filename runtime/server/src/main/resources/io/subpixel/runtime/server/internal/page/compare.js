/** The dialog that shows an image before and after, with a line to drag, zoom and panning. */

import { byId } from './dom.js';

const dialog = byId('compare');
const stage = byId('stage');
const before = byId('before');
const after = byId('after');
const split = byId('split');
const line = byId('line');

const MAX_ZOOM = 32;
const STEP = 40;
/** How close to the line, in pixels of the page, a pointer takes it. */
const NEAR = 24;
const pointers = new Map();
let dragsLine = false;
let zoom = 1;
let x = 0;
let y = 0;

export async function compare(name, beforeUrl, afterUrl) {
  byId('compare-title').textContent = name;
  before.src = beforeUrl;
  after.src = afterUrl;
  dialog.showModal();
  await Promise.all([before.decode(), after.decode()]).catch(() => {});
  // Both in the pixels of the result.
  before.style.width = `${after.naturalWidth}px`;
  before.style.height = `${after.naturalHeight}px`;
  split.value = 50;
  fit();
  stage.focus();
}

const wholeZoom = () => Math.min(stage.clientWidth / after.naturalWidth, stage.clientHeight / after.naturalHeight);

function fit() {
  zoom = wholeZoom();
  x = (stage.clientWidth - after.naturalWidth * zoom) / 2;
  y = (stage.clientHeight - after.naturalHeight * zoom) / 2;
  show();
}

/** Zooms around a point of the stage, by default its centre. */
function zoomTo(next, atX = stage.clientWidth / 2, atY = stage.clientHeight / 2) {
  const bounded = Math.min(MAX_ZOOM, Math.max(Math.min(1, wholeZoom()), next));
  x = atX - (atX - x) * (bounded / zoom);
  y = atY - (atY - y) * (bounded / zoom);
  zoom = bounded;
  show();
}

function move(byX, byY) {
  x += byX;
  y += byY;
  show();
}

function moveLine(percent) {
  split.value = percent;
  show();
}

function show() {
  // Some of the image stays in sight.
  const width = after.naturalWidth * zoom;
  const height = after.naturalHeight * zoom;
  x = Math.min(stage.clientWidth - STEP, Math.max(STEP - width, x));
  y = Math.min(stage.clientHeight - STEP, Math.max(STEP - height, y));
  // Between two pixels of the screen, it would be blurred.
  const transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) scale(${zoom})`;
  before.style.transform = transform;
  after.style.transform = transform;
  const ofScreen = zoom * devicePixelRatio;
  stage.classList.toggle('pixels', ofScreen >= 2);
  const at = stage.clientWidth * split.value / 100;
  line.style.left = `${at}px`;
  // The part of the image left of the line, in the image's own pixels.
  const shown = Math.max(0, Math.min(after.naturalWidth, (at - Math.round(x)) / zoom));
  before.style.clipPath = `inset(0 ${after.naturalWidth - shown}px 0 0)`;
  byId('zoom').value = `${Math.round(ofScreen * 100)} %`;
}

const actions = {
  in: () => zoomTo(zoom * 1.5), out: () => zoomTo(zoom / 1.5), fit, pixels: () => zoomTo(1 / devicePixelRatio),
};
for (const button of dialog.querySelectorAll('[data-zoom]')) {
  button.addEventListener('click', actions[button.dataset.zoom]);
}
split.addEventListener('input', show);
addEventListener('resize', () => dialog.open && show());

function place(event) {
  const box = stage.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

stage.addEventListener('wheel', (event) => {
  event.preventDefault();
  const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
  // What a trackpad's pinch sends is small.
  zoomTo(zoom * Math.exp(-pixels / (event.ctrlKey ? 100 : 400)), ...place(event));
}, { passive: false });

stage.addEventListener('dblclick', (event) =>
  zoom === wholeZoom() ? zoomTo(1 / devicePixelRatio, ...place(event)) : fit());

/** The middle between the pointers, and how far they are from each other. */
function hand() {
  const [a, b = a] = [...pointers.values()];
  return { x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, span: Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1])) };
}

stage.addEventListener('pointerdown', (event) => {
  stage.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, place(event));
  dragsLine = pointers.size === 1 && Math.abs(place(event)[0] - line.offsetLeft) < NEAR;
});
stage.addEventListener('pointermove', (event) => {
  const [atX] = place(event);
  if (!pointers.has(event.pointerId)) {
    stage.classList.toggle('near', Math.abs(atX - line.offsetLeft) < NEAR);
    return;
  }
  const was = hand();
  pointers.set(event.pointerId, place(event));
  const now = hand();
  if (dragsLine) {
    moveLine(100 * atX / stage.clientWidth);
    return;
  }
  move(now.x - was.x, now.y - was.y);
  if (pointers.size > 1) {
    zoomTo(zoom * now.span / was.span, now.x, now.y);
  }
});
for (const ending of ['pointerup', 'pointercancel']) {
  stage.addEventListener(ending, (event) => pointers.delete(event.pointerId));
}

stage.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  const withShift = { ArrowLeft: () => moveLine(split.value - 2), ArrowRight: () => moveLine(Number(split.value) + 2) };
  const keys = {
    '+': actions.in, '=': actions.in, '-': actions.out, 0: fit, 1: actions.pixels,
    ArrowLeft: () => move(STEP, 0), ArrowRight: () => move(-STEP, 0),
    ArrowUp: () => move(0, STEP), ArrowDown: () => move(0, -STEP),
    ...(event.shiftKey ? withShift : {}),
  };
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});
dialog.addEventListener('close', () => {
  pointers.clear();
  // Decoded, they are large.
  before.removeAttribute('src');
  after.removeAttribute('src');
});
