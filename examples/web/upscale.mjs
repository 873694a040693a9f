import * as ort from "./node_modules/onnxruntime-web/dist/ort.wasm.min.mjs";

const MODEL = "../../models/pretrained/sesr-m11-x2/sesr-m11-x2-rgb8.onnx";

// The network runs in a thread of its own, so that the page stays alive.
ort.env.wasm.proxy = true;
const session = ort.InferenceSession.create(MODEL, { executionProviders: ["wasm"] });
session.catch(() => {}); // whoever upscales is told

/** ImageData in, ImageData out. */
export async function upscale({ data, width, height }) {
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)]);
  const { upscaled: sr } = await (await session).run({ image: new ort.Tensor("uint8", rgb, [1, height, width, 3]) });
  const [, srHeight, srWidth] = sr.dims;
  const result = new ImageData(srWidth, srHeight);
  for (let i = 0, at = 0; i < result.data.length; i++) {
    result.data[i] = i % 4 === 3 ? 255 : sr.data[at++];
  }
  return result;
}
