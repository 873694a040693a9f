package io.subpixel.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.subpixel.models.ModelCard;
import io.subpixel.models.picture.Plane;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs small pictures through a model of which little is known, and takes back whatever comes out.
 * Not thread-safe.
 */
final class Trials {
  /** How many values each may become, of any model; a result of more is not looked at. */
  private static final long MOST_TIMES = (long) ModelCard.MAX_SCALE * ModelCard.MAX_SCALE;

  /** Nor is one of more than this. */
  private static final long MOST_VALUES = 1 << 26;

  private static final ValueRange AS_IT_IS = ValueRange.UNIT;

  /** After this the runs of one model end: it may loop for ever. */
  private static final long MOST_NANOS = 120_000_000_000L;

  private final OrtSession session;
  private final Ports ports;
  private final long start = System.nanoTime();

  Trials(OrtSession session, Ports ports) {
    this.session = session;
    this.ports = ports;
  }

  /** Ends a run that takes too long, between two of its nodes. */
  private static final class Alarm implements AutoCloseable {
    private final OrtSession.RunOptions options = new OrtSession.RunOptions();
    private boolean isOver;

    Alarm(long nanos) throws OrtException {
      CompletableFuture.delayedExecutor(Math.max(0, nanos), TimeUnit.NANOSECONDS)
          .execute(this::ring);
    }

    OrtSession.RunOptions options() {
      return options;
    }

    private synchronized void ring() {
      if (!isOver) {
        try {
          options.setTerminate(true);
        } catch (OrtException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public synchronized void close() {
      isOver = true;
      options.close();
    }
  }

  /** A model that can't be run on a picture, or makes of it what is none; the message says why. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean isTooLarge;

    FailedException(String message) {
      this(message, false);
    }

    FailedException(String message, boolean isTooLarge) {
      super(message);
      this.isTooLarge = isTooLarge;
    }

    FailedException(String message, OrtException cause) {
      super(message, cause);
      isTooLarge = false;
    }

    /** Whether the result was larger than that of any super-resolution model. */
    boolean isTooLarge() {
      return isTooLarge;
    }

    /** Why, in one line. */
    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /**
   * Runs a picture through.
   *
   * @param layout how the model wants it
   * @param picture planes {@code [H,W]}, in the model's own range
   * @return as many planes of any other size, in the model's range
   */
  Plane[] run(TensorLayout layout, Plane... picture) throws FailedException {
    int width = picture[0].width();
    int height = picture[0].height();
    int channels = picture.length;
    ByteBuffer memory =
        ByteBuffer.allocateDirect(channels * width * height * ports.element().bytes())
            .order(ByteOrder.nativeOrder());
    Samples samples = Samples.of(ports.element(), AS_IT_IS, memory);
    for (int c = 0; c < channels; c++) {
      samples.put(
          start(layout, c, width * height),
          step(layout, channels),
          picture[c].values(),
          width * height);
    }
    long[] shape = layout.shape(channels, height, width);
    try (OnnxTensor lr =
            OnnxTensor.createTensor(
                OnnxRuntime.environment(), memory, shape, ports.element().onnx());
        Alarm alarm = new Alarm(MOST_NANOS - (System.nanoTime() - start));
        OrtSession.Result result = session.run(Map.of(ports.input().name(), lr), alarm.options())) {
      return planes(layout, channels, shape, (OnnxTensor) result.get(0));
    } catch (OrtException e) {
      throw new FailedException(
          "a failure on " + Arrays.toString(shape) + ": " + OnnxRuntime.explain(e), e);
    }
  }

  private Plane[] planes(TensorLayout layout, int channels, long[] lrShape, OnnxTensor sr)
      throws FailedException {
    TensorInfo info = sr.getInfo();
    long[] shape = info.getShape();
    String what = Arrays.toString(shape) + " of " + Arrays.toString(lrShape);
    long values = info.getNumElements();
    long most = Math.min(MOST_VALUES, MOST_TIMES * lrShape[1] * lrShape[2] * lrShape[3]);
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

  private static int start(TensorLayout layout, int channel, int pixels) {
    return layout == TensorLayout.NCHW ? channel * pixels : channel;
  }

  private static int step(TensorLayout layout, int channels) {
    return layout == TensorLayout.NCHW ? 1 : channels;
  }
}
