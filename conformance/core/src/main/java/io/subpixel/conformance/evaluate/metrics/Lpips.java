package io.subpixel.conformance.evaluate.metrics;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.trainer.internal.loss.SqueezeNet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Learned perceptual image patch similarity without its learned weights: how far the features of
 * SqueezeNet 1.0 are apart; 0 for identical pictures. Zhang et al., "The Unreasonable Effectiveness
 * of Deep Features as a Perceptual Metric", arXiv 1801.03924. The trainer's loss {@code squeezenet}
 * is the same, on patches. Published figures have weights and other networks, so they are other
 * figures.
 */
final class Lpips {
  private static final int CHANNELS = 3;
  private static final int MIN_SIDE = 32;

  private final SqueezeNet network;

  private Lpips(SqueezeNet network) {
    this.network = network;
  }

  /**
   * Reads the network.
   *
   * @param file SqueezeNet-Deep-Compression's {@code compressed_SqueezeNet.net}
   * @throws InvalidInputException if it is absent or something else
   */
  static Lpips load(Path file) throws IOException {
    return new Lpips(SqueezeNet.read(file));
  }

  /**
   * Measures two pictures of one size; alpha is ignored.
   *
   * @return NaN if a side is below 32
   */
  double of(Picture reference, Picture picture) {
    if (Math.min(picture.width(), picture.height()) < MIN_SIDE) {
      return Double.NaN;
    }
    long[] shape = {1, CHANNELS, picture.height(), picture.width()};
    SameDiff sd = SameDiff.create();
    SDVariable hr = sd.placeHolder("hr", DataType.FLOAT, shape);
    SDVariable sr = sd.placeHolder("sr", DataType.FLOAT, shape);
    String distance = network.in(sd, CHANNELS, shape[2], shape[3]).distance(hr, sr).name();
    return sd.outputSingle(
            Map.of("hr", tensor(reference, shape), "sr", tensor(picture, shape)), distance)
        .getDouble(0);
  }

  /** Values of 0..1, planes in turn; grey thrice. */
  private static INDArray tensor(Picture picture, long[] shape) {
    byte[] samples = picture.samples();
    int pixels = picture.width() * picture.height();
    float[] values = new float[CHANNELS * pixels];
    for (int i = 0; i < values.length; i++) {
      int channel = picture.isColour() ? i / pixels : 0;
      values[i] = (samples[i % pixels * picture.channels() + channel] & 0xff) / 255f;
    }
    return Nd4j.create(values, shape, 'c');
  }
}
