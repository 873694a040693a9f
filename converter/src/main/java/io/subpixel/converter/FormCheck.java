package io.subpixel.converter;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.internal.PixelPath;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Compares a model in another form with its plain one, on drawn pictures of several sizes. */
final class FormCheck {
  private static final int[][] SIZES = {{1, 1}, {7, 1}, {1, 9}, {13, 17}, {64, 48}};
  private static final long SEED = 7;

  private final Io io;
  private final ModelCard card;
  private final OnnxRun plain;
  private final OnnxRun shaped;

  private FormCheck(Io io, ModelCard card, OnnxRun plain, OnnxRun shaped) {
    this.io = io;
    this.card = card;
    this.plain = plain;
    this.shaped = shaped;
  }

  /**
   * Runs both.
   *
   * @param plain the file of the plain model
   * @param shaped the file of the same network in form {@code io}
   * @param lr the shape of the plain model's input
   * @return what differs; empty if every byte is the same
   */
  static Optional<String> check(Io io, Path plain, Path shaped, ModelCard card, Shape lr) {
    try (OnnxRun inner = OnnxRun.of(plain);
        OnnxRun outer = OnnxRun.of(shaped)) {
      FormCheck check = new FormCheck(io, card, inner, outer);
      for (int[] size : sizes(lr)) {
        Picture drawn = TestCard.draw(size[0], size[1], SEED);
        byte[] should = check.expected(drawn);
        byte[] is = check.received(drawn);
        int at = Arrays.mismatch(should, is);
        if (at >= 0) {
          return Optional.of(
              "%s form, %dx%d: expected the bytes of the plain model, received others from %d on"
                  .formatted(io, size[0], size[1], at));
        }
      }
    }
    return Optional.empty();
  }

  /** Those that the model takes. */
  private static int[][] sizes(Shape lr) {
    if (!lr.dim(2).isFixed() && !lr.dim(3).isFixed()) {
      return SIZES;
    }
    int[] only = SIZES[SIZES.length - 1].clone();
    only[0] = lr.dim(3).isFixed() ? Math.toIntExact(lr.dim(3).size()) : only[0];
    only[1] = lr.dim(2).isFixed() ? Math.toIntExact(lr.dim(2).size()) : only[1];
    return new int[][] {only};
  }

  private byte[] expected(Picture lr) {
    return switch (io) {
      case RGB8 -> PixelPath.upscale(lr, card, planes -> PlainModel.run(plain, planes)).samples();
      case NHWC, PLAIN -> bytes(PlainModel.run(plain, card.colour().planes(lr)));
    };
  }

  private byte[] received(Picture lr) {
    Plane[] planes = card.colour().planes(lr);
    return switch (io) {
      case RGB8 -> {
        long[] sizes = {1, lr.height(), lr.width(), 3};
        Elements samples = new Elements(ElementType.UINT8, ByteBuffer.wrap(lr.samples()));
        yield bytes(PlainModel.only(shaped, new Tensor(sizes, samples)).elements());
      }
      case NHWC, PLAIN -> {
        long[] sizes = {1, lr.height(), lr.width(), planes.length};
        Tensor sr = PlainModel.only(shaped, new Tensor(sizes, interleaved(planes)));
        yield bytes(planar(sr, planes.length));
      }
    };
  }

  private static Elements interleaved(Plane[] planes) {
    int pixels = planes[0].values().length;
    double[] values = new double[pixels * planes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = planes[i % planes.length].values()[i / planes.length];
    }
    return Elements.of(ElementType.FLOAT, values);
  }

  private static Plane[] planar(Tensor sr, int channels) {
    double[] values = sr.values();
    int width = (int) sr.sizes()[2];
    int height = (int) sr.sizes()[1];
    Plane[] planes = new Plane[channels];
    for (int c = 0; c < channels; c++) {
      float[] plane = new float[width * height];
      for (int i = 0; i < plane.length; i++) {
        plane[i] = (float) values[i * channels + c];
      }
      planes[c] = new Plane(width, height, plane);
    }
    return planes;
  }

  private static byte[] bytes(Plane[] planes) {
    int pixels = planes[0].values().length;
    ByteBuffer bytes = ByteBuffer.allocate(planes.length * pixels * Float.BYTES);
    for (Plane plane : planes) {
      bytes.asFloatBuffer().put(plane.values());
      bytes.position(bytes.position() + pixels * Float.BYTES);
    }
    return bytes.array();
  }

  private static byte[] bytes(Elements elements) {
    byte[] bytes = new byte[elements.bytes().remaining()];
    elements.bytes().get(bytes);
    return bytes;
  }
}
