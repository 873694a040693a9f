// node upscale.mjs MODEL-rgb8.onnx IN OUT
import ort from "onnxruntime-node";
import sharp from "sharp";

const [model, source, target] = process.argv.slice(2);
const picture = await sharp(source).removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
const { width, height } = picture.info;
const session = await ort.InferenceSession.create(model);
const { upscaled: sr } = await session.run({ image: new ort.Tensor("uint8", picture.data, [1, height, width, 3]) });
const [, srHeight, srWidth] = sr.dims;
await sharp(sr.data, { raw: { width: srWidth, height: srHeight, channels: 3 } }).toFile(target);
