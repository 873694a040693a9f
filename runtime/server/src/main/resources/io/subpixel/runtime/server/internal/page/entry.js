/** A file of the queue: its row on the page, and its way through the service as a job. */

import * as api from './api.js';
import { compare } from './compare.js';
import { element, save } from './dom.js';
import { isClip, isClipFormat } from './files.js';
import * as watch from './watch.js';

export class Entry {
  /**
   * @param parameters of the request, as URLSearchParams
   * @param queue its changed(), again(file) and remove(entry)
   */
  constructor(file, parameters, queue) {
    this.file = file;
    this.isClip = isClip(file);
    this.parameters = new URLSearchParams(parameters);
    if (this.parameters.has('format') && isClipFormat(this.parameters.get('format')) !== this.isClip) {
      this.parameters.delete('format');
    }
    if (this.isClip) {
      this.parameters.delete('quality');
    }
    this.queue = queue;
    this.abort = new AbortController();
    this.state = 'waiting';
    this.url = URL.createObjectURL(file);
    this.draw();
  }

  get isUnderWay() {
    return this.state === 'waiting' || this.state === 'running';
  }

  draw() {
    this.status = element('p', { className: 'meta', textContent: 'waiting' });
    this.bar = element('progress', { max: 1, value: 0 });
    this.bar.setAttribute('aria-label', `Progress of ${this.file.name}`);
    const text = element('div', { className: 'text' });
    text.append(element('p', { className: 'name', textContent: this.file.name }), this.status, this.bar);
    this.buttons = element('div', { className: 'buttons' });
    this.item = element('li');
    this.item.append(this.drawPreview(), text, this.buttons);
    this.offer(['Cancel', () => this.cancel()]);
  }

  /** Browsers can't show every file that the service reads; its ending stands for it then. */
  drawPreview() {
    const ending = this.file.name.split('.').pop().slice(0, 5);
    const blank = element('div', { className: 'preview blank', textContent: ending, ariaHidden: 'true' });
    this.preview = this.isClip
      ? element('video', { muted: true, preload: 'metadata', className: 'preview', src: `${this.url}#t=0.1` })
      : element('img', { alt: '', decoding: 'async', className: 'preview', src: this.url });
    const own = this.preview;
    own.addEventListener('error', () => own.isConnected && this.show(blank), { once: true });
    own.addEventListener(this.isClip ? 'loadedmetadata' : 'load', () => {
      this.isShown = true;
      const { naturalWidth, naturalHeight, videoWidth, videoHeight } = own;
      if (this.state === 'waiting') {
        this.status.textContent = `waiting, ${naturalWidth ?? videoWidth}×${naturalHeight ?? videoHeight}`;
      }
    }, { once: true });
    return own;
  }

  show(preview) {
    this.preview.replaceWith(preview);
    this.preview = preview;
  }

  /** Replaces the buttons; whoever stands on one of them doesn't lose the place. */
  offer(...actions) {
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(...actions.map(([label, action, className = '']) => {
      const button = element('button', { type: 'button', textContent: label, className });
      button.setAttribute('aria-label', `${label} ${this.file.name}`);
      button.addEventListener('click', action);
      return button;
    }));
    if (hadFocus) {
      this.buttons.querySelector('button')?.focus();
    }
  }

  async run() {
    this.state = 'running';
    const { signal } = this.abort;
    try {
      this.status.textContent = 'sending';
      this.job = await api.createJob(this.file, this.parameters, (part) => this.sent(part), signal);
      const job = await api.follow(this.job.id, (now) => this.progress(now), signal);
      this.result = await api.result(job.id, signal);
      this.done(job);
    } catch (failure) {
      this.end(signal.aborted ? 'cancelled' : 'failed', failure.message);
    } finally {
      this.drop();
    }
  }

  sent(part) {
    this.bar.value = part;
    this.status.textContent = `sending, ${Math.floor(part * 100)} %`;
  }

  progress(job) {
    this.bar.value = job.progress;
    const left = job.secondsLeft === undefined ? '' : `, ${time(job.secondsLeft)} left`;
    const frames = job.frames === undefined ? '' : `, ${job.frames}${
      job.framesTotal === undefined ? '' : ` of ${job.framesTotal}`} frames`;
    this.status.textContent =
      job.state === 'running' ? `${Math.floor(job.progress * 100)} %${frames}${left}` : job.state;
    if (job.state === 'running' && job.previewFrame > (this.frame ?? 0) && !this.isFetching) {
      this.nextFrame(job.previewFrame);
    }
  }

  /** Shows the newest frame of a clip. */
  async nextFrame(number) {
    this.isFetching = true;
    try {
      const blob = await api.preview(this.job.id, this.abort.signal);
      if (!this.isUnderWay) {
        return;
      }
      const last = this.frameUrl;
      this.frame = number;
      this.frameUrl = URL.createObjectURL(blob);
      if (!last) {
        this.show(element('img', { alt: '', className: 'preview' }));
        this.offer(['Watch', () => watch.frames(this)], ['Cancel', () => this.cancel()]);
      }
      this.preview.src = this.frameUrl;
      watch.newFrame(this);
      await this.preview.decode();
      URL.revokeObjectURL(last);
    } catch {
      // The next change of the job brings another try.
    } finally {
      this.isFetching = false;
    }
  }

  done(job) {
    const { width, height } = job.output;
    this.name = `${this.file.name.replace(/\.[^.]*$/, '')}-${width}x${height}.${this.result.ending}`;
    this.resultUrl = URL.createObjectURL(this.result.blob);
    const strength = job.strength === undefined ? '' : ` at strength ${job.strength}`;
    const model = job.model === undefined ? '' : ` by ${job.model}${strength}`;
    this.state = 'done';
    this.bar.hidden = true;
    this.status.textContent =
      `${job.input.width}×${job.input.height} → ${width}×${height}${model}, ${size(this.result.blob.size)}`;
    this.isFilm = this.result.blob.type.startsWith('video/');
    const look = this.isFilm ? ['Watch', () => watch.film(this)]
      : ['Compare', () => compare(this.file.name, this.url, this.resultUrl)];
    const others = [['Download', () => save(this.resultUrl, this.name), 'main'],
      ['Again', () => this.queue.again(this.file), 'quiet'], ['Remove', () => this.queue.remove(this), 'quiet']];
    this.canBeShown().then((can) => {
      this.offer(...(can ? [look] : []), ...others);
      if (!can) {
        this.status.textContent += '. This browser cannot show both, so it cannot compare them.';
      }
    });
    watch.ended(this);
    this.queue.changed();
  }

  async canBeShown() {
    if (this.isFilm || !this.isShown) {
      return this.isFilm;
    }
    const image = element('img', { src: this.resultUrl });
    return image.decode().then(() => true, () => false);
  }

  end(state, message) {
    this.state = state;
    this.bar.hidden = true;
    this.status.textContent = state === 'failed' ? message : state;
    this.status.classList.toggle('error', state === 'failed');
    this.offer(['Again', () => this.queue.again(this.file)], ['Remove', () => this.queue.remove(this), 'quiet']);
    watch.ended(this);
    this.queue.changed();
  }

  cancel() {
    const wasWaiting = this.state === 'waiting';
    this.abort.abort();
    if (wasWaiting) {
      this.end('cancelled');
    }
  }

  /** Ends the job; what it made is here already. */
  drop() {
    if (this.job) {
      api.deleteJob(this.job.id);
      this.job = undefined;
    }
  }

  remove() {
    this.cancel();
    [this.url, this.resultUrl, this.frameUrl].filter(Boolean).forEach((url) => URL.revokeObjectURL(url));
    this.item.remove();
  }
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function time(seconds) {
  return seconds < 100 ? `${seconds} s`
    : seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
