package io.subpixel.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.subpixel.pictures.Plane;
import io.subpixel.zoo.ModelCard;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs small pictures through an unknown model, and accepts results of any size. Not thread-safe.
 */
final class ProbeRuns {
  /** The maximum growth in the number of values; larger results are rejected. */
  private static final long MAX_GROWTH = (long) ModelCard.MAX_SCALE * ModelCard.MAX_SCALE;

  /** The maximum number of values of a result. */
  private static final long MAX_VALUES = 1 << 26;

  private static final ValueRange AS_IT_IS = ValueRange.UNIT;

  /** A run on this few pixels takes no time, even the first one. */
  private static final int FEW_PIXELS = 64;

  private static final long MAX_NANOS_OF_FEW = TimeUnit.SECONDS.toNanos(20);

  private final Session session;
  private final ModelPorts ports;
  private final Bounds bounds;
  private final long end;

  /**
   * @param bounds the limits of all runs together
   */
  ProbeRuns(Session session, ModelPorts ports, Bounds bounds) {
    this.session = session;
    this.ports = ports;
    this.bounds = bounds;
    end = System.nanoTime() + bounds.nanos();
  }

  /** The model can't run on a picture, or its result isn't one; the message says why. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean isHopeless;

    FailedException(String message) {
      this(message, false);
    }

    FailedException(String message, boolean isHopeless) {
      super(message);
      this.isHopeless = isHopeless;
    }

    FailedException(String message, OrtException cause) {
      super(message, cause);
      isHopeless = false;
    }

    /** Returns whether no other picture need be tried, as the model exceeds all limits. */
    boolean isHopeless() {
      return isHopeless;
    }

    /** Returns the reason in one line. */
    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /**
   * Runs the model on a picture.
   *
   * @param layout the layout of the input
   * @param picture planes {@code [H,W]}, in the model's own range
   * @return as many planes of any other size, in the model's range
   */
  Plane[] run(TensorLayout layout, Plane... picture) throws FailedException {
    int width = picture[0].width();
    int height = picture[0].height();
    long[] shape = layout.shape(picture.length, height, width);
    long left = Math.max(0, end - System.nanoTime());
    long most = width * height <= FEW_PIXELS ? Math.min(left, MAX_NANOS_OF_FEW) : left;
    ByteBuffer memory = memory(layout, picture);
    try (OrtSession.Result result =
        session.run(
            new Bounds(most, bounds.bytes()),
            (run, options) -> {
              try (OnnxTensor lr =
                  OnnxTensor.createTensor(
                      OnnxRuntime.environment(), memory, shape, ports.element().onnx())) {
                return run.run(Map.of(ports.input().name(), lr), options);
              }
            })) {
      OnnxTensor sr = (OnnxTensor) result.get(0);
      Optional<Subpixels.Ending> ending = session.ending();
      return ending.isPresent()
          ? joined(ending.get(), picture[0], memory, sr)
          : planes(layout, picture.length, shape, sr);
    } catch (OrtException e) {
      throw new FailedException(
          "a failure on " + Arrays.toString(shape) + ": " + OnnxRuntime.explain(e), e);
    } catch (Session.ExceededException e) {
      throw new FailedException(e.getMessage() + " on " + Arrays.toString(shape), true);
    }
  }

  private ByteBuffer memory(TensorLayout layout, Plane... picture) {
    int pixels = picture[0].width() * picture[0].height();
    ByteBuffer memory =
        ByteBuffer.allocateDirect(picture.length * pixels * ports.element().bytes())
            .order(ByteOrder.nativeOrder());
    Samples samples = Samples.of(ports.element(), AS_IT_IS, memory);
    for (int c = 0; c < picture.length; c++) {
      samples.put(
          start(layout, c, pixels), step(layout, picture.length), picture[c].values(), pixels);
    }
    return memory;
  }

  private Plane[] planes(TensorLayout layout, int channels, long[] lrShape, OnnxTensor sr)
      throws FailedException {
    TensorInfo info = sr.getInfo();
    long[] shape = info.getShape();
    String what = Arrays.toString(shape) + " of " + Arrays.toString(lrShape);
    long values = info.getNumElements();
    long most = Math.min(MAX_VALUES, MAX_GROWTH * lrShape[1] * lrShape[2] * lrShape[3]);
    boolean isTooLarge = values > most;
    if (info.type != ports.element().onnx()
        || shape.length != lrShape.length
        || shape[0] != 1
        || shape[layout.channelAxis()] != channels
        || values < 1
        || isTooLarge) {
      throw new FailedException(what, isTooLarge);
    }
    int height = (int) shape[layout.rowAxis()];
    int width = (int) shape[layout.rowAxis() + 1];
    Samples samples =
        Samples.of(ports.element(), AS_IT_IS, sr.getByteBuffer().order(ByteOrder.nativeOrder()));
    Plane[] planes = new Plane[channels];
    for (int c = 0; c < channels; c++) {
      planes[c] = new Plane(width, height);
      samples.get(
          start(layout, c, width * height),
          step(layout, channels),
          planes[c].values(),
          width * height);
    }
    return planes;
  }

  private static Plane[] joined(Subpixels.Ending ending, Plane lr, ByteBuffer memory, OnnxTensor sr)
      throws FailedException {
    long[] expected = Subpixels.shape(lr.width(), lr.height());
    long[] received = sr.getInfo().getShape();
    if (!Arrays.equals(expected, received)) {
      throw new FailedException(
          Arrays.toString(received) + " instead of " + Arrays.toString(expected));
    }
    Subpixels subpixels =
        new Subpixels(ending, lr.width(), lr.height(), memory.asFloatBuffer(), sr.getFloatBuffer());
    return new Plane[] {subpixels.plane()};
  }

  private static int start(TensorLayout layout, int channel, int pixels) {
    return layout == TensorLayout.NCHW ? channel * pixels : channel;
  }

  private static int step(TensorLayout layout, int channels) {
    return layout == TensorLayout.NCHW ? 1 : channels;
  }
}
