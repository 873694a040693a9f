package io.subpixel.conformance.bare;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * A model's {@code OrtSession.run} alone: all cores inside the session, input and output in direct
 * memory that is allocated beforehand, whole pictures. For one thread.
 */
public final class BareNetwork implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final ModelCard card;
  private final OrtSession session;
  private FloatBuffer lr = allocate(0);
  private FloatBuffer sr = allocate(0);
  private long[] shape = {};

  /**
   * Opens a shipped model.
   *
   * @throws IllegalArgumentException if there is none of that name
   * @throws IllegalStateException if ONNX Runtime refuses it
   */
  public BareNetwork(String model) {
    card = Pretrained.card(model);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      // By default ONNX Runtime uses one thread for each physical core: half as many as we do where
      // a core runs two threads.
      options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
      // Otherwise its threads spin while they wait, in the turn of another party.
      options.addConfigEntry("session.force_spinning_stop", "1");
      session = environment.createSession(Pretrained.onnx(model), options);
    } catch (OrtException e) {
      throw new IllegalStateException(model + ": " + e.getMessage(), e);
    }
  }

  /** ONNX Runtime's version, as its native library reports it. */
  public static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
  }

  /** Copies the network's input of a picture to where {@link #run} reads it. */
  public void load(Picture picture) {
    Plane[] planes = card.colour().planes(picture);
    int pixels = picture.width() * picture.height();
    int scale = card.scale();
    shape = new long[] {1, planes.length, picture.height(), picture.width()};
    if (lr.capacity() < planes.length * pixels) {
      lr = allocate(planes.length * pixels);
      sr = allocate(planes.length * pixels * scale * scale);
    }
    lr.clear();
    for (Plane plane : planes) {
      lr.put(plane.values());
    }
    lr.flip();
    sr.clear().limit(planes.length * pixels * scale * scale);
  }

  /**
   * Runs the network on what is loaded.
   *
   * @throws IllegalStateException if ONNX Runtime fails
   */
  public void run() {
    int scale = card.scale();
    long[] larger = {1, shape[1], scale * shape[2], scale * shape[3]};
    try (OnnxTensor input = OnnxTensor.createTensor(environment, lr, shape);
        OnnxTensor output = OnnxTensor.createTensor(environment, sr, larger)) {
      session.run(Map.of("lr", input), Map.of("sr", output)).close();
    } catch (OrtException e) {
      throw new IllegalStateException(card.name() + ": " + e.getMessage(), e);
    }
  }

  /** The output of the last run, {@code [C,sH,sW]}: a view that the next run overwrites. */
  public FloatBuffer result() {
    return sr.duplicate();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(card.name() + ": " + e.getMessage(), e);
    }
  }

  private static FloatBuffer allocate(int values) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(values, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
