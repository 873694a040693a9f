// node node.mjs NODE_MODULES SERVER
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

const [modules, server] = process.argv.slice(-2);
const ort = createRequire(modules + "/")("onnxruntime-node");
const { version } = JSON.parse(await readFile(modules + "/onnxruntime-node/package.json", "utf8"));
// Node imports no module from a server, but from text.
const worker = await (await fetch(server + "worker.mjs")).text();
const { work } = await import("data:text/javascript," + encodeURIComponent(worker));
await fetch(server + "hello", { method: "POST", body: `${version}, Node.js ${process.versions.node}` });
await work(ort, server, { logSeverityLevel: 3 });
