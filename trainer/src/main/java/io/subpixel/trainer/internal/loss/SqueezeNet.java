package io.subpixel.trainer.internal.loss;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * SqueezeNet 1.0 (Iandola et al., arXiv 1602.07360) from {@code compressed_SqueezeNet.net} of
 * songhan/SqueezeNet-Deep-Compression, up to its last fire module. Of each convolution the file has
 * 256 shared values, the biases, which value each weight has and how many zeros lie before it.
 */
public final class SqueezeNet {
  private static final String EXPECTED =
      "SqueezeNet's weights, the file compressed_SqueezeNet.net of SqueezeNet-Deep-Compression";
  private static final long MAX_BYTES = 1 << 24;
  private static final int SHARED = 256;
  private static final int CLASSES = 1000;

  /** Narrow and wide channels of the fire modules. */
  private static final int[][] FIRES = {
    {16, 64}, {16, 64}, {32, 128}, {32, 128}, {48, 192}, {48, 192}, {64, 256}, {64, 256}
  };

  /** Fire modules before which the size is halved, as after the first convolution. */
  private static final List<Integer> POOLED = List.of(0, 3, 7);

  /** Of pictures of 0..255, blue first, on which it was trained. */
  private static final double[] MEANS = {104, 117, 123};

  private static final double LEAST = 1e-6;

  private final List<Convolution> convolutions;
  private final String sha256;

  /** Weights {@code [out,in,k,k]} and biases {@code [out]}. */
  private record Convolution(INDArray weight, INDArray bias) {}

  private SqueezeNet(List<Convolution> convolutions, String sha256) {
    this.convolutions = convolutions;
    this.sha256 = sha256;
  }

  /** SHA-256 of the file. */
  public String sha256() {
    return sha256;
  }

  /**
   * Reads the weights.
   *
   * @throws InvalidInputException if the file is absent or has something else
   */
  public static SqueezeNet read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(file.toString(), EXPECTED, "no such file");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new InvalidInputException(file.toString(), EXPECTED, "a larger file");
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<long[]> shapes = shapes();
    try {
      int[] stored = new int[shapes.size()];
      for (int i = 0; i < stored.length; i++) {
        stored[i] = bytes.getInt();
      }
      List<Convolution> convolutions = new ArrayList<>();
      for (int i = 0; i < stored.length; i++) {
        convolutions.add(convolution(bytes, stored[i], shapes.get(i)));
      }
      if (bytes.hasRemaining()) {
        throw new IllegalArgumentException();
      }
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return new SqueezeNet(convolutions, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new InvalidInputException(file.toString(), EXPECTED, "something else", e);
    }
  }

  private static List<long[]> shapes() {
    List<long[]> shapes = new ArrayList<>();
    shapes.add(new long[] {96, 3, 7, 7});
    int in = 96;
    for (int[] fire : FIRES) {
      shapes.add(new long[] {fire[0], in, 1, 1});
      shapes.add(new long[] {fire[1], fire[0], 1, 1});
      shapes.add(new long[] {fire[1], fire[0], 3, 3});
      in = 2 * fire[1];
    }
    shapes.add(new long[] {CLASSES, in, 1, 1});
    return shapes;
  }

  private static Convolution convolution(ByteBuffer bytes, int stored, long[] shape) {
    int length = (int) (shape[0] * shape[1] * shape[2] * shape[3]);
    if (stored < 1 || stored > length) {
      throw new IllegalArgumentException();
    }
    float[] shared = floats(bytes, SHARED);
    float[] bias = floats(bytes, (int) shape[0]);
    byte[] which = new byte[stored];
    bytes.get(which);
    byte[] zeros = new byte[(stored + 1) / 2];
    bytes.get(zeros);
    float[] weight = new float[length];
    int at = -1;
    for (int i = 0; i < stored; i++) {
      at += 1 + (i % 2 == 0 ? zeros[i / 2] & 15 : zeros[i / 2] >> 4 & 15);
      if (at >= length) {
        throw new IllegalArgumentException();
      }
      weight[at] = shared[which[i] & 255];
    }
    return new Convolution(Nd4j.createFromArray(weight).reshape(shape), Nd4j.createFromArray(bias));
  }

  private static float[] floats(ByteBuffer bytes, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = bytes.getFloat();
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException();
      }
    }
    return values;
  }

  /**
   * Puts it in a graph, for pictures of 0..1 with three channels, red first, or with one.
   *
   * @param height at least 32
   * @param width at least 32
   */
  public Features in(SameDiff sd, int channels, long height, long width) {
    return new Features(sd, convolutions, channels, height, width);
  }

  /** The network in a graph. */
  public static final class Features {
    private final SameDiff sd;
    private final long pictureHeight;
    private final long pictureWidth;
    private final List<SDVariable> weights = new ArrayList<>();
    private final List<SDVariable> biases = new ArrayList<>();

    private Features(
        SameDiff sd,
        List<Convolution> convolutions,
        int channels,
        long pictureHeight,
        long pictureWidth) {
      this.sd = sd;
      this.pictureHeight = pictureHeight;
      this.pictureWidth = pictureWidth;
      for (int i = 0; i < convolutions.size() - 1; i++) {
        Convolution each = i == 0 ? first(convolutions.get(0), channels) : convolutions.get(i);
        INDArray turned = each.weight.permute(2, 3, 1, 0).dup('c');
        weights.add(sd.constant("squeezenet" + i + "_weight", turned));
        biases.add(sd.constant("squeezenet" + i + "_bias", each.bias));
      }
    }

    /** With the means of its pictures, their range and the order of their channels taken in. */
    private static Convolution first(Convolution original, int channels) {
      INDArray weight = Nd4j.create(DataType.FLOAT, 96, channels, 7, 7);
      INDArray bias = original.bias.dup();
      for (int c = 0; c < 3; c++) {
        INDArray taps = original.weight.slice(c, 1);
        weight.slice(channels == 1 ? 0 : 2 - c, 1).addi(taps.mul(255));
        bias.subi(taps.sum(1, 2).mul(MEANS[c]));
      }
      return new Convolution(weight, bias);
    }

    /** Summed over the last features of each size and over the very last. */
    public SDVariable distance(SDVariable hr, SDVariable sr) {
      List<SDVariable> real = features(hr);
      List<SDVariable> ours = features(sr);
      SDVariable sum = distanceOf(real.get(0), ours.get(0));
      for (int i = 1; i < real.size(); i++) {
        sum = sum.add(distanceOf(real.get(i), ours.get(i)));
      }
      return sum;
    }

    private SDVariable distanceOf(SDVariable real, SDVariable ours) {
      SDVariable difference = unit(ours).sub(unit(real));
      return difference.mul(difference).sum(1).mean();
    }

    private SDVariable unit(SDVariable features) {
      SDVariable squares = features.mul(features).sum(true, 1);
      return features.div(sd.math().sqrt(squares.add(LEAST)));
    }

    private List<SDVariable> features(SDVariable pictures) {
      List<SDVariable> taken = new ArrayList<>();
      SDVariable x = relu(Convolutions.within(sd, pictures, weights.get(0), biases.get(0), 7, 2));
      long height = (pictureHeight - 7) / 2 + 1;
      long width = (pictureWidth - 7) / 2 + 1;
      for (int fire = 0; fire < FIRES.length; fire++) {
        if (POOLED.contains(fire)) {
          taken.add(x);
          x = pool(x, height, width);
          height /= 2;
          width /= 2;
        }
        SDVariable narrow = convolve(x, 3 * fire + 1, 1);
        SDVariable wide = convolve(narrow, 3 * fire + 2, 1);
        x = sd.concat(1, wide, convolve(narrow, 3 * fire + 3, 3));
      }
      taken.add(x);
      return taken;
    }

    private SDVariable convolve(SDVariable x, int number, int kernel) {
      return relu(Convolutions.around(sd, x, weights.get(number), biases.get(number), kernel, 1));
    }

    private SDVariable relu(SDVariable x) {
      return sd.nn().relu(x, 0);
    }

    /** The greatest of 3x3, at every second place; the last window may stick out, as Caffe's do. */
    private SDVariable pool(SDVariable x, long height, long width) {
      boolean sticksOut = height % 2 == 0 && width % 2 == 0;
      SDVariable whole = x;
      if (height % 2 != width % 2) {
        // No padding mode is for one way alone; none of what is padded is below zero.
        int[][] ends = {{0, 0}, {0, 0}, {0, (int) (1 - height % 2)}, {0, (int) (1 - width % 2)}};
        whole = sd.nn().pad(x, sd.constant(Nd4j.createFromArray(ends)), 0);
      }
      return sd.cnn()
          .maxPooling2d(
              whole,
              Pooling2DConfig.builder()
                  .kH(3)
                  .kW(3)
                  .sH(2)
                  .sW(2)
                  .pH(0)
                  .pW(0)
                  .dH(1)
                  .dW(1)
                  .paddingMode(sticksOut ? PaddingMode.SAME : PaddingMode.VALID)
                  .build());
    }
  }
}
