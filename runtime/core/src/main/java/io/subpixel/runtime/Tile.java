package io.subpixel.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.subpixel.zoo.internal.PixelPath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Native memory for the input and output of a run, reused for the next. Nothing is allocated while
 * the size is unchanged. Values are 0..1, whatever the model's range; input values are those of
 * {@link ModelTraits#colour}. Not thread-safe: each worker has its own and closes it.
 */
final class Tile implements PixelPath.Input, PixelPath.Output, AutoCloseable {
  private final ModelTraits traits;
  private final Optional<Subpixels.Ending> ending;
  private final int maxPixels;
  private final ByteBuffer lr;
  private final Samples lrSamples;
  private ByteBuffer sr;
  private Samples srSamples;
  private Optional<Subpixels> subpixels = Optional.empty();
  private int width;
  private int height;
  private Map<String, OnnxTensor> inputs = Map.of();
  private Map<String, OnnxTensor> outputs = Map.of();

  /**
   * @param ending what the model's session leaves to do
   * @param maxPixels the maximum LR pixels of an input
   */
  Tile(ModelTraits traits, Optional<Subpixels.Ending> ending, int maxPixels) {
    this.traits = traits;
    this.ending = ending;
    this.maxPixels = maxPixels;
    int lrBytes = maxPixels * bytes(traits);
    lr = allocate(lrBytes);
    sr = allocate(lrBytes * traits.scale() * traits.scale());
    lrSamples = Samples.of(traits.element(), traits.valueRange(), lr);
    srSamples = Samples.of(traits.element(), traits.valueRange(), sr);
  }

  /** Returns the maximum LR pixels whose results fit into one tile. */
  static int maxPixels(ModelTraits traits) {
    return (Integer.MAX_VALUE - 8) / (bytes(traits) * traits.scale() * traits.scale());
  }

  /** Returns the bytes per LR pixel, including its result. */
  static long bytesPerLrPixel(ModelTraits traits) {
    return bytes(traits) * (1L + (long) traits.scale() * traits.scale());
  }

  private static int bytes(ModelTraits traits) {
    return traits.channels() * traits.element().bytes();
  }

  /**
   * Sets the size of the next runs. Input is lost if the size changes.
   *
   * @param columns of the input
   * @param rows of the input
   * @throws IllegalArgumentException if there are more pixels than this has room for
   */
  void resize(int columns, int rows) {
    if (columns < 1 || rows < 1 || (long) columns * rows > maxPixels) {
      throw new IllegalArgumentException(
          "tile: expected 1 to " + maxPixels + " LR pixels, received " + columns + "x" + rows);
    }
    if (columns != width || rows != height) {
      close();
      width = columns;
      height = rows;
      int needed = bytes(srShape());
      if (needed > sr.capacity()) {
        // The planes of odd sides have a row or column more.
        sr = allocate(needed);
        srSamples = Samples.of(traits.element(), traits.valueRange(), sr);
      }
      subpixels =
          ending.map(e -> new Subpixels(e, width, height, lr.asFloatBuffer(), sr.asFloatBuffer()));
    }
  }

  /** Returns the maximum LR pixels of an input. */
  int maxPixels() {
    return maxPixels;
  }

  /** Columns of the input. */
  int width() {
    return width;
  }

  /** Rows of the input. */
  int height() {
    return height;
  }

  /**
   * Sets one channel of an input row.
   *
   * @param y the row
   * @param c the channel
   * @param values01 the values from the left, 0..1
   * @param n how many
   */
  @Override
  public void setRow(int y, int c, float[] values01, int n) {
    switch (traits.layout()) {
      case NCHW -> lrSamples.put((c * height + y) * width, 1, values01, n);
      case NHWC -> lrSamples.put(y * width * channels() + c, channels(), values01, n);
    }
  }

  /**
   * Gets a part of one channel of an output row.
   *
   * @param y the row
   * @param x the first column
   * @param n how many columns
   * @param c the channel
   * @param values01 filled from its start with values of 0..1, neither clipped nor rounded
   */
  @Override
  public void getRow(int y, int x, int n, int c, float[] values01) {
    if (subpixels.isPresent()) {
      subpixels.get().getRow(y, x, n, values01);
      traits.valueRange().toUnit(values01, n);
      return;
    }
    int columns = width * traits.scale();
    switch (traits.layout()) {
      case NCHW -> srSamples.get((c * height * traits.scale() + y) * columns + x, 1, values01, n);
      case NHWC -> srSamples.get((y * columns + x) * channels() + c, channels(), values01, n);
    }
  }

  /** Frees the tensors; the memory itself is freed with this object. */
  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
    inputs = Map.of();
    outputs = Map.of();
    width = 0;
    height = 0;
  }

  /** Returns the input by its name. */
  private Map<String, OnnxTensor> inputs() throws OrtException {
    if (inputs.isEmpty()) {
      inputs = Map.of(traits.input(), tensor(lr, shape(1)));
    }
    return inputs;
  }

  /**
   * Returns the output by its name. A result of another size than the model's scale gives fails the
   * run.
   */
  private Map<String, OnnxTensor> outputs() throws OrtException {
    if (outputs.isEmpty()) {
      outputs = Map.of(traits.output(), tensor(sr, srShape()));
    }
    return outputs;
  }

  /** Runs a model on the input. */
  OrtSession.Result run(OrtSession session, OrtSession.RunOptions options) throws OrtException {
    return session.run(inputs(), Set.of(), outputs(), options);
  }

  private long[] shape(int scale) {
    return traits.layout().shape(channels(), (long) height * scale, (long) width * scale);
  }

  private long[] srShape() {
    return ending.isPresent() ? Subpixels.shape(width, height) : shape(traits.scale());
  }

  private int bytes(long[] shape) {
    return Math.toIntExact(shape[1] * shape[2] * shape[3] * traits.element().bytes());
  }

  private OnnxTensor tensor(ByteBuffer memory, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(
        OnnxRuntime.environment(),
        memory.slice(0, bytes(shape)).order(ByteOrder.nativeOrder()),
        shape,
        traits.element().onnx());
  }

  private int channels() {
    return traits.channels();
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
