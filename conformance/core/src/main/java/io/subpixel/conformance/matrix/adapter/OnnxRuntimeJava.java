package io.subpixel.conformance.matrix.adapter;

import io.subpixel.conformance.bare.BareNetwork;
import io.subpixel.conformance.matrix.Adapter;
import io.subpixel.conformance.matrix.Subject;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** ONNX Runtime as {@link Upscaler} uses it, on the CPU: the path of {@code bin/runtime}. */
final class OnnxRuntimeJava implements Adapter {
  /** Beyond any picture that the matrix is for. */
  private static final int WHOLE = 1 << 14;

  private static final int SMALL = 48;

  private final String tiles;
  private final int tile;

  private OnnxRuntimeJava(String tiles, int tile) {
    this.tiles = tiles;
    this.tile = tile;
  }

  /** A picture in one tile. */
  static OnnxRuntimeJava whole() {
    return new OnnxRuntimeJava("whole pictures", WHOLE);
  }

  /** A picture in many small tiles, several at once. */
  static OnnxRuntimeJava tiled() {
    return new OnnxRuntimeJava(
        "tiles of " + SMALL + " pixels, more where the halo needs it", SMALL);
  }

  @Override
  public String version() {
    return BareNetwork.version() + ", " + tiles;
  }

  @Override
  public Loaded<Plane[]> plain(Subject subject) throws IOException {
    return loaded(subject.plain(), upscaler -> upscaler::upscale);
  }

  @Override
  public Loaded<Picture> pixels(Subject subject) throws IOException {
    return loaded(subject.pixels(), upscaler -> upscaler::upscale);
  }

  /** Which of the upscaler's methods is wanted. */
  @FunctionalInterface
  private interface Call<T> {
    UnaryOperator<T> of(Upscaler upscaler);
  }

  private <T> Loaded<T> loaded(byte[] onnx, Call<T> call) throws IOException {
    Upscaler upscaler = Upscaler.builder().model(onnx).device(Device.CPU).tile(tile).open();
    UnaryOperator<T> method = call.of(upscaler);
    return new Loaded<>() {
      @Override
      public Timed<T> upscale(T lr) {
        return Stopwatch.time(() -> method.apply(lr));
      }

      @Override
      public void close() {
        upscaler.close();
      }
    };
  }
}
