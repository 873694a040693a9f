// node service.mjs NODE_MODULES MODEL.onnx
// Answers POST /v1/upscale with the picture through a x2 model of luma, as PNG. Prints its address.
import { createRequire } from "node:module";

const [modules, model] = process.argv.slice(2);
const load = createRequire(modules + "/");
const fastify = load("fastify");
const ort = load("onnxruntime-node");
const sharp = load("sharp");

const luma = (rgb, at) => 0.299 * rgb[at] + 0.587 * rgb[at + 1] + 0.114 * rgb[at + 2];

const session = await ort.InferenceSession.create(model);

async function upscale(picture) {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const y = new Float32Array(width * height);
  for (let i = 0; i < y.length; i++) {
    y[i] = luma(data, 3 * i) / 255;
  }
  const { sr } = await session.run({ lr: new ort.Tensor("float32", y, [1, 1, height, width]) });
  const size = { width: sr.dims[3], height: sr.dims[2] };
  const rgb = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(size.width, size.height, { kernel: "cubic" })
    .raw()
    .toBuffer();
  // Moving R, G and B alike changes luma alone.
  for (let i = 0; i < sr.data.length; i++) {
    const difference = 255 * sr.data[i] - luma(rgb, 3 * i);
    for (let at = 3 * i; at < 3 * i + 3; at++) {
      rgb[at] = Math.min(255, Math.max(0, Math.round(rgb[at] + difference)));
    }
  }
  return sharp(rgb, { raw: { ...size, channels: 3 } }).png().toBuffer();
}

const app = fastify({ bodyLimit: 64 << 20 });
app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => done(null, body));
app.post("/v1/upscale", async (request, reply) => reply.type("image/png").send(await upscale(request.body)));
console.log(await app.listen({ host: "127.0.0.1", port: 0 }) + "/");
