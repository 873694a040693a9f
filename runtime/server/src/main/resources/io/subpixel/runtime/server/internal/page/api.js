/** Calls the service. Failures become errors with the service's own line. */

import { byId } from './dom.js';

/** How often, a second apart, a service that doesn't answer is asked again for a job. */
const TRIES = 30;

let token = sessionStorage.getItem('token');

export class Failure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const silence = (cause) => Object.assign(new Failure(0, 'The service does not answer.'), { cause });

async function call(path, options = {}) {
  const headers = { ...options.headers };
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  let response;
  try {
    response = await (options.onSent ? post : fetch)(path, { ...options, headers });
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw silence(failure);
  }
  if (response.status === 401) {
    const given = await askForToken();
    if (given) {
      token = given;
      sessionStorage.setItem('token', token);
      return call(path, options);
    }
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    const failure = new Failure(response.status, problem.detail ?? `The service answered ${response.status}.`);
    failure.retryAfter = Number(response.headers.get('Retry-After'));
    throw failure;
  }
  return response;
}

/** As fetch, which doesn't tell how much of the body is sent. */
function post(path, { headers, body, signal, onSent }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('POST', path);
    Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.addEventListener('progress', ({ loaded, total }) => onSent(loaded / total));
    request.addEventListener('load', () => resolve(new Response(request.responseText, {
      status: request.status,
      headers: { 'Retry-After': request.getResponseHeader('Retry-After') ?? '' },
    })));
    request.addEventListener('error', () => reject(new TypeError('no answer')));
    request.addEventListener('abort', () => reject(signal.reason));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body);
  });
}

let asking;

/** Asks once, however many calls need it. */
function askForToken() {
  asking ??= new Promise((resolve) => {
    const dialog = byId('ask');
    byId('token').value = '';
    dialog.showModal();
    dialog.addEventListener('close', () => {
      asking = undefined;
      resolve(byId('token').value.trim());
    }, { once: true });
  });
  return asking;
}

export const models = async () => (await call('/v1/models')).json();

let limits;

async function maxBytes() {
  limits ??= await (await call('/v1/limits')).json();
  return limits.maxBytes;
}

/** Sends a file, and tells which part of it is sent; waits and tries again while the service is busy. */
export async function createJob(file, parameters, onSent, signal) {
  const most = await maxBytes();
  if (file.size > most) {
    // The service would say the same after a part of it, and close the connection.
    throw new Failure(413, `body: expected at most ${most} bytes, received ${file.size}`);
  }
  for (;;) {
    try {
      const response = await call(`/v1/jobs?${parameters}`, { method: 'POST', body: file, onSent, signal });
      return await response.json();
    } catch (failure) {
      if (failure.status !== 429) {
        throw failure;
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 * (failure.retryAfter || 1)));
      signal.throwIfAborted();
    }
  }
}

/** Tells every change of a job until it has ended, and returns it if it is done. */
export async function follow(id, onChange, signal) {
  for (let tries = 0; ; tries++) {
    try {
      const job = await events(id, (now) => {
        tries = 0;
        onChange(now);
      }, signal);
      if (job?.state === 'done') {
        return job;
      } else if (job?.state === 'failed') {
        throw new Failure(500, job.problem.detail);
      }
    } catch (failure) {
      if (failure.status === 404) {
        throw new Failure(404, 'The service no longer has this job.');
      }
      // A service that was started again may still have it.
      if (failure.status !== 0 && failure.status !== 503 || tries === TRIES) {
        throw failure;
      }
    }
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function events(id, onChange, signal) {
  const response = await call(`/v1/jobs/${id}`, { headers: { Accept: 'text/event-stream' }, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let job;
  for (;;) {
    const { value, done } = await reader.read().catch((failure) => {
      signal.throwIfAborted();
      throw silence(failure);
    });
    if (done) {
      return job;
    }
    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      if (data && event.startsWith('event: job')) {
        job = JSON.parse(data.slice(6));
        onChange(job);
      } else if (event.startsWith('event: deleted')) {
        throw new Failure(404, 'The job was deleted.');
      }
    }
  }
}

/** The result, and the ending of its file's name. */
export async function result(id, signal) {
  const response = await call(`/v1/jobs/${id}/result`, { signal });
  const [, ending] = /filename="[^"]*\.(\w+)"/.exec(response.headers.get('Content-Disposition') ?? '') ?? [];
  return { blob: await response.blob(), ending: ending ?? 'bin' };
}

export const preview = async (id, signal) => (await call(`/v1/jobs/${id}/preview`, { signal })).blob();

export const deleteJob = (id) => call(`/v1/jobs/${id}`, { method: 'DELETE', keepalive: true }).catch(() => {});
