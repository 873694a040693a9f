package io.subpixel.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import io.subpixel.models.PixelPath;
import io.subpixel.models.UnavailableException;
import io.subpixel.models.picture.Plane;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A session of ONNX Runtime that is known to keep to the model contract. Thread-safe. */
final class OnnxNetwork implements PixelPath.Network, AutoCloseable {
  private static final String INPUT = "lr";
  private static final String OUTPUT = "sr";
  private static final int PROBE_WIDTH = 8;
  private static final int PROBE_HEIGHT = 6;

  private final OrtEnvironment environment = OnnxRuntime.environment();
  private final Device device;
  private final OrtSession session;
  private final ModelCard card;
  private final Queue<Buffers> idle = new ConcurrentLinkedQueue<>();
  // Closing a session that another thread runs would crash the JVM: runs share, closing excludes.
  private final ReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;

  /** Memory for one run, native and kept for the next. */
  private record Buffers(FloatBuffer lr, FloatBuffer sr) {
    boolean holds(int lrValues, int srValues) {
      return lr.capacity() >= lrValues && sr.capacity() >= srValues;
    }

    static Buffers of(int lrValues, int srValues) {
      return new Buffers(allocate(lrValues), allocate(srValues));
    }

    private static FloatBuffer allocate(int values) {
      return ByteBuffer.allocateDirect(Math.multiplyExact(values, Float.BYTES))
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
    }
  }

  /** A network, and what to tell the user of how it came to run where it does. */
  record Opened(OnnxNetwork network, Optional<String> note) {}

  /**
   * Opens a model where it is wanted.
   *
   * @throws InvalidInputException if the model is broken or doesn't keep to the contract
   * @throws UnavailableException if the device can't be used; never for {@link Device#AUTO}
   */
  static Opened open(Model model, Device wanted, int threads) throws IOException {
    return switch (wanted.kind()) {
      case CPU -> new Opened(onCpu(model, threads), Optional.empty());
      case CUDA -> {
        Optional<String> missing = wanted.missing();
        if (missing.isPresent()) {
          throw new UnavailableException(wanted + ": " + missing.get());
        }
        try {
          yield new Opened(new OnnxNetwork(model, wanted, threads), Optional.empty());
        } catch (OrtException e) {
          // A model that is at fault fails on the CPU too, and the failure there says why.
          onCpu(model, threads).close();
          throw new UnavailableException(wanted + ": " + OnnxRuntime.explain(e), e);
        }
      }
      case AUTO -> {
        if (!OnnxRuntime.hasCuda()) {
          yield new Opened(onCpu(model, threads), Optional.empty());
        }
        try {
          yield new Opened(new OnnxNetwork(model, Device.cuda(0), threads), Optional.empty());
        } catch (OrtException e) {
          String note = "CUDA can't be used (" + OnnxRuntime.explain(e) + "): running on the CPU";
          yield new Opened(onCpu(model, threads), Optional.of(note));
        }
      }
    };
  }

  private static OnnxNetwork onCpu(Model model, int threads) throws IOException {
    try {
      return new OnnxNetwork(model, Device.CPU, threads);
    } catch (OrtException e) {
      throw new InvalidInputException(model.where(), "an ONNX model", describe(model, e), e);
    }
  }

  private static String describe(Model model, OrtException failure) {
    if (model.onnx().length == 0) {
      return "an empty file";
    }
    return failure.getCode() == OrtException.OrtErrorCode.ORT_INVALID_PROTOBUF
        ? "something else, or one that is cut short (" + model.onnx().length + " bytes)"
        : OnnxRuntime.explain(failure);
  }

  private OnnxNetwork(Model model, Device device, int threads) throws OrtException, IOException {
    this.device = device;
    try (OrtSession.SessionOptions options = OnnxRuntime.options(device, threads)) {
      session = environment.createSession(model.onnx(), options);
    }
    try {
      card = model.card(session.getMetadata().getCustomMetadata().get(ModelCard.METADATA_KEY));
      requireLr(model.where(), only(model.where(), "input", INPUT, session.getInputInfo()));
      requireSr(model.where(), only(model.where(), "output", OUTPUT, session.getOutputInfo()));
      probe(model.where());
    } catch (OrtException | IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  ModelCard card() {
    return card;
  }

  Device device() {
    return device;
  }

  /**
   * Runs the network on planes of any size.
   *
   * @throws IllegalStateException if it is closed, or if the model fails on this size
   * @throws UnavailableException if memory doesn't suffice
   */
  @Override
  public Plane[] apply(Plane[] lr) {
    int width = lr[0].width();
    int height = lr[0].height();
    int scale = card.scale();
    long[] lrShape = {1, card.channels(), height, width};
    long[] srShape = {1, card.channels(), (long) height * scale, (long) width * scale};
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the upscaler is closed");
      }
      Buffers buffers = borrow(values(lrShape), values(srShape));
      fill(buffers.lr(), lr);
      FloatBuffer result = buffers.sr().clear().limit(values(srShape));
      try (OnnxTensor input = OnnxTensor.createTensor(environment, buffers.lr(), lrShape);
          OnnxTensor output = OnnxTensor.createTensor(environment, result, srShape)) {
        // Into memory of the size that the card promises: any other size is an error here.
        session.run(Map.of(INPUT, input), Map.of(OUTPUT, output)).close();
      }
      Plane[] sr = split(result, width * scale, height * scale);
      idle.add(buffers);
      return sr;
    } catch (OrtException e) {
      throw failed(e, width, height);
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        idle.clear();
        session.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException(OnnxRuntime.explain(e), e);
    } finally {
      use.writeLock().unlock();
    }
  }

  private Buffers borrow(int lrValues, int srValues) {
    Buffers buffers = idle.poll();
    // One that is too small is dropped, so that no more stay than threads ran at once.
    return buffers != null && buffers.holds(lrValues, srValues)
        ? buffers
        : Buffers.of(lrValues, srValues);
  }

  private static int values(long[] shape) {
    return Math.toIntExact(shape[1] * shape[2] * shape[3]);
  }

  private static void fill(FloatBuffer buffer, Plane[] planes) {
    buffer.clear();
    for (Plane plane : planes) {
      buffer.put(plane.values());
    }
    buffer.flip();
  }

  private Plane[] split(FloatBuffer buffer, int width, int height) {
    Plane[] planes = new Plane[card.channels()];
    for (int c = 0; c < planes.length; c++) {
      planes[c] = new Plane(width, height);
      buffer.get(planes[c].values());
    }
    return planes;
  }

  private RuntimeException failed(OrtException failure, int width, int height) {
    String reason = OnnxRuntime.explain(failure);
    String what = card.name() + " on " + width + "x" + height + " pixels (" + device + "): ";
    return reason.contains("bad_alloc") || reason.contains("allocate memory")
        ? new UnavailableException(what + "not enough memory: " + reason, failure)
        : new IllegalStateException(what + reason, failure);
  }

  private static TensorInfo only(
      String where, String role, String name, Map<String, NodeInfo> received)
      throws InvalidInputException {
    NodeInfo info = received.get(name);
    if (info == null || received.size() != 1) {
      throw new InvalidInputException(where, "one " + role + ", " + name, received.keySet() + "");
    }
    if (info.getInfo() instanceof TensorInfo tensor) {
      return tensor;
    }
    throw new InvalidInputException(where + ": " + name, "a tensor", info.getInfo().toString());
  }

  private void requireLr(String where, TensorInfo lr) throws InvalidInputException {
    requireTensor(where, INPUT, lr);
    long[] shape = lr.getShape();
    if (shape[2] != -1 || shape[3] != -1) {
      throw new InvalidInputException(
          where + ": " + INPUT, "any height and width", describe(lr.type, shape));
    }
  }

  private void requireSr(String where, TensorInfo sr) throws InvalidInputException {
    requireTensor(where, OUTPUT, sr);
  }

  private void requireTensor(String where, String name, TensorInfo info)
      throws InvalidInputException {
    long[] shape = info.getShape();
    boolean right =
        info.type == OnnxJavaType.FLOAT
            && shape.length == 4
            && (shape[0] == -1 || shape[0] == 1)
            && (shape[1] == -1 || shape[1] == card.channels());
    if (!right) {
      throw new InvalidInputException(
          where + ": " + name,
          "FLOAT [N, " + card.channels() + ", H, W] as the card has it",
          describe(info.type, shape));
    }
  }

  /** Runs a few pixels through, for what only a run shows: the scale, and that it runs at all. */
  private void probe(String where) throws OrtException, InvalidInputException {
    int channels = card.channels();
    FloatBuffer zeros = Buffers.of(channels * PROBE_HEIGHT * PROBE_WIDTH, 1).lr();
    long[] shape = {1, channels, PROBE_HEIGHT, PROBE_WIDTH};
    long[] expected = {
      1, channels, (long) PROBE_HEIGHT * card.scale(), (long) PROBE_WIDTH * card.scale()
    };
    try (OnnxTensor lr = OnnxTensor.createTensor(environment, zeros, shape);
        OrtSession.Result result = session.run(Map.of(INPUT, lr))) {
      long[] received = ((TensorInfo) result.get(0).getInfo()).getShape();
      if (!Arrays.equals(expected, received)) {
        throw new InvalidInputException(
            where + ": " + OUTPUT + " of " + Arrays.toString(shape),
            Arrays.toString(expected) + " by the card's scale " + card.scale(),
            Arrays.toString(received));
      }
    }
  }

  private static String describe(@Nullable OnnxJavaType type, long[] shape) {
    return type + " " + Arrays.toString(shape).replace("-1", "any");
  }
}
