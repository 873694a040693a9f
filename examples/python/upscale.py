"""python upscale.py MODEL-rgb8.onnx IN OUT

Upscales a picture by a pixel model. Needs onnxruntime, numpy and Pillow.
"""

import sys

import numpy as np
import onnxruntime
from PIL import Image

model, source, target = sys.argv[1:]
lr = np.asarray(Image.open(source).convert("RGB"))
session = onnxruntime.InferenceSession(model)
(sr,) = session.run(["upscaled"], {"image": lr[np.newaxis]})
Image.fromarray(sr[0]).save(target)
