// node node_upscaling.js NODE_MODULES MODEL.onnx IN OUT
// Luma of a picture through a x2 model, chroma by bicubic, as PNG: what bin/runtime upscale does.
const { createRequire } = require("node:module");

const [modules, model, from, to] = process.argv.slice(2);
const load = createRequire(modules + "/");
const ort = load("onnxruntime-node");
const sharp = load("sharp");

const luma = (rgb, at) => 0.299 * rgb[at] + 0.587 * rgb[at + 1] + 0.114 * rgb[at + 2];

async function main() {
  const opening = ort.InferenceSession.create(model);
  const { data, info } = await sharp(from).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const y = new Float32Array(width * height);
  for (let i = 0; i < y.length; i++) {
    y[i] = luma(data, 3 * i) / 255;
  }
  const session = await opening;
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
  await sharp(rgb, { raw: { ...size, channels: 3 } }).png().toFile(to);
}

main();
