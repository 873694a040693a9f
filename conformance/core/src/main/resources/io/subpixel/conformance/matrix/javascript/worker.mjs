// Runs models for the conformance matrix, in Node and in a page alike: asks the server for a job, runs it and
// posts what came out, until its process is ended.

/** The server says where a model's bytes and its input's are; the clock runs around the network alone. */
export async function work(ort, server, options) {
  const get = async (name) => new Uint8Array(await (await fetch(server + name)).arrayBuffer());
  const post = (name, body) => fetch(server + name, { method: "POST", body });
  let session;
  let loaded;
  for (;;) {
    const answer = await fetch(server + "job");
    if (answer.status === 204) {
      continue; // nothing to do yet
    }
    const job = await answer.json();
    try {
      if (job.model !== loaded) {
        const former = session;
        session = loaded = undefined; // a model that is refused must not leave one that is released
        await former?.release();
        session = await ort.InferenceSession.create(await get("model"), options);
        loaded = job.model;
      }
      const bytes = await get("input");
      const data = job.type === "uint8" ? bytes : new Float32Array(bytes.buffer);
      const feeds = { [session.inputNames[0]]: new ort.Tensor(job.type, data, job.shape) };
      const start = performance.now();
      const results = await session.run(feeds);
      const milliseconds = performance.now() - start;
      const output = results[session.outputNames[0]];
      await post(`result?job=${job.id}&milliseconds=${milliseconds}&shape=${output.dims.join("x")}`, output.data);
    } catch (error) {
      await post(`failure?job=${job.id}`, String(error?.message ?? error));
    }
  }
}
