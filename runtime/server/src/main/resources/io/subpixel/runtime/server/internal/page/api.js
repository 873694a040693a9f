/** Calls the service. Failures become errors with the service's own line. */

let token = sessionStorage.getItem('token');

export class Failure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(path, options = {}) {
  const headers = { ...options.headers };
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Failure(0, 'The service does not answer.');
  }
  if (response.status === 401) {
    token = await askForToken();
    sessionStorage.setItem('token', token);
    return call(path, options);
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    const failure = new Failure(response.status, problem.detail ?? `The service answered ${response.status}.`);
    failure.retryAfter = Number(response.headers.get('Retry-After'));
    throw failure;
  }
  return response;
}

let asking;

/** Asks once, however many calls need it. */
function askForToken() {
  asking ??= new Promise((resolve) => {
    const dialog = document.getElementById('ask');
    dialog.showModal();
    dialog.addEventListener('close', () => {
      asking = undefined;
      resolve(document.getElementById('token').value.trim());
    }, { once: true });
  });
  return asking;
}

export const models = async () => (await call('/v1/models')).json();

/** Sends a picture; waits and tries again while the service is busy. */
export async function createJob(file, parameters, signal) {
  for (;;) {
    try {
      const response = await call(`/v1/jobs?${parameters}`, { method: 'POST', body: file, signal });
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

/** Tells every change of a job until it has ended, and returns it then. */
export async function follow(id, onChange, signal) {
  const response = await call(`/v1/jobs/${id}`, { headers: { Accept: 'text/event-stream' }, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let job;
  for (;;) {
    const { value, done } = await reader.read();
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
      }
    }
  }
}

export const result = async (id, signal) => (await call(`/v1/jobs/${id}/result`, { signal })).blob();

export const deleteJob = (id) => call(`/v1/jobs/${id}`, { method: 'DELETE' }).catch(() => {});
