package io.subpixel.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import io.subpixel.models.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A super-resolution model in ONNX Runtime. Any number of threads may run it at once, each with a
 * {@link Tile} of its own; closing waits for them.
 */
final class OnnxNetwork implements AutoCloseable {
  private final Model model;
  private final Device device;
  private final NetworkOptions options;
  private final OrtSession session;
  private final ModelCard card;
  private final ModelTraits traits;
  // Closing a session that another thread runs would crash the JVM: runs share, closing excludes.
  private final ReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;
  private long bytesPerLrPixel;

  /** A network, and what to tell the user of how it came to run where it does. */
  record Opened(OnnxNetwork network, Optional<String> note) {}

  /**
   * Opens a model where it is wanted.
   *
   * @throws InvalidInputException if the model is broken, no super-resolution model or other than
   *     its card says
   * @throws UnavailableException if the device can't be used; never for {@link Device#AUTO}
   */
  static Opened open(Model model, Device wanted, NetworkOptions options) throws IOException {
    OptionalLong fatal = FatalAttributes.find(model.onnx());
    if (fatal.isPresent()) {
      throw new InvalidInputException(
          model.where(), "an ONNX model", "one with an attribute of " + fatal.getAsLong());
    }
    return switch (wanted.kind()) {
      case CPU -> new Opened(onCpu(model, options), Optional.empty());
      case CUDA, TENSORRT, COREML, DIRECTML -> {
        Optional<String> missing = wanted.missing();
        if (missing.isPresent()) {
          throw new UnavailableException(wanted + ": " + missing.get());
        }
        try {
          yield new Opened(new OnnxNetwork(model, wanted, options), Optional.empty());
        } catch (OrtException | InvalidInputException e) {
          // A model that is at fault fails on the CPU too, and the failure there says why.
          onCpu(model, options).close();
          throw new UnavailableException(wanted + ": " + OnnxRuntime.explain(e), e);
        }
      }
      case AUTO -> {
        if (!OnnxRuntime.hasCuda()) {
          yield new Opened(onCpu(model, options), Optional.empty());
        }
        try {
          yield new Opened(new OnnxNetwork(model, Device.cuda(0), options), Optional.empty());
        } catch (OrtException | InvalidInputException e) {
          OnnxNetwork network = onCpu(model, options);
          String note = "CUDA can't be used (" + OnnxRuntime.explain(e) + "): running on the CPU";
          yield new Opened(network, Optional.of(note));
        }
      }
    };
  }

  private static OnnxNetwork onCpu(Model model, NetworkOptions options) throws IOException {
    try {
      return new OnnxNetwork(model, Device.CPU, options);
    } catch (OrtException e) {
      if (options.environmentThreads() && OnnxRuntime.lacksEnvironmentThreads(e)) {
        throw new UnavailableException(
            "threads: expected an OrtEnvironment that was made with ThreadingOptions, received one"
                + " without",
            e);
      }
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

  private OnnxNetwork(Model model, Device device, NetworkOptions options)
      throws OrtException, IOException {
    this.model = model;
    this.device = device;
    this.options = options;
    try (OrtSession.SessionOptions sessionOptions = OnnxRuntime.options(device, options)) {
      session = OnnxRuntime.environment().createSession(model.onnx(), sessionOptions);
    }
    try {
      Optional<ModelCard> stated =
          model.card(session.getMetadata().getCustomMetadata().get(ModelCard.METADATA_KEY));
      traits =
          stated.isPresent()
              ? Contract.traits(model.where(), session, stated.get(), options)
              : probed(model, session);
      card = stated.orElseGet(() -> Probe.card(traits));
    } catch (OrtException | IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /**
   * Probes on the CPU, where the same input always gives the same result, and then tries whether
   * the model runs here.
   */
  private ModelTraits probed(Model model, OrtSession here)
      throws OrtException, InvalidInputException {
    if (device.kind() == Device.Kind.CPU) {
      return Probe.traits(model, here, options);
    }
    ModelTraits found;
    try (OrtSession.SessionOptions onCpu = OnnxRuntime.options(Device.CPU, options);
        OrtSession cpu = OnnxRuntime.environment().createSession(model.onnx(), onCpu)) {
      found = Probe.traits(model, cpu, options);
    }
    int width = found.fixedWidth().orElse(found.multiple());
    int height = found.fixedHeight().orElse(found.multiple());
    try (Tile tile = new Tile(found, width * height)) {
      tile.resize(width, height);
      here.run(tile.inputs(), tile.outputs()).close();
    }
    return found;
  }

  /** What one must know to feed it. */
  ModelTraits traits() {
    return traits;
  }

  /** The model's card. */
  ModelCard card() {
    return card;
  }

  /** Where it runs: never {@link Device#AUTO}. */
  Device device() {
    return device;
  }

  /**
   * The native memory of one worker for each LR pixel of its largest input: that of a run and of
   * its {@link Tile}. Measured by a run the first time that this is asked for.
   */
  synchronized long bytesPerLrPixel() {
    if (bytesPerLrPixel == 0) {
      bytesPerLrPixel = Tile.bytesPerLrPixel(traits) + measuredBytesPerLrPixel();
    }
    return bytesPerLrPixel;
  }

  /** No less than that, without a run. */
  long mostBytesPerLrPixel() {
    return model.isPretrained()
        ? Tile.bytesPerLrPixel(traits) + Footprint.ofPlain(card)
        : Footprint.GREEDIEST;
  }

  /** What a run takes, measured. */
  long measuredBytesPerLrPixel() {
    try (OrtSession.SessionOptions profiled = OnnxRuntime.options(device, options)) {
      return Footprint.bytesPerLrPixel(model.onnx(), traits, profiled);
    } catch (OrtException e) {
      throw new IllegalStateException(card.name() + ": " + OnnxRuntime.explain(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The most LR pixels of one run, by the size that a buffer can have. */
  int mostPixels() {
    return Tile.mostPixels(traits);
  }

  /**
   * Native memory for runs of one worker.
   *
   * @param mostPixels the most LR pixels of a run
   * @throws IllegalArgumentException if that is not 1..{@link #mostPixels()}
   * @throws UnavailableException if memory doesn't suffice
   */
  Tile tile(int mostPixels) {
    if (mostPixels < 1 || mostPixels > mostPixels()) {
      throw new IllegalArgumentException(
          "LR pixels of a tile: expected 1 to " + mostPixels() + ", received " + mostPixels);
    }
    try {
      return new Tile(traits, mostPixels);
    } catch (OutOfMemoryError e) {
      throw new UnavailableException(
          card.name() + " on " + mostPixels + " pixels: not enough memory: " + e.getMessage(), e);
    }
  }

  /**
   * Runs the model on what was set in the tile.
   *
   * @throws IllegalStateException if it is closed, or if the model fails on this size
   * @throws UnavailableException if memory doesn't suffice
   */
  void run(Tile tile) {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the upscaler is closed");
      }
      session.run(tile.inputs(), tile.outputs()).close();
    } catch (OrtException e) {
      throw failed(e, tile.width(), tile.height());
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
        session.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException(OnnxRuntime.explain(e), e);
    } finally {
      use.writeLock().unlock();
    }
  }

  private RuntimeException failed(OrtException failure, int width, int height) {
    String reason = OnnxRuntime.explain(failure);
    String what = card.name() + " on " + width + "x" + height + " pixels (" + device + "): ";
    return reason.contains("bad_alloc") || reason.contains("allocate memory")
        ? new UnavailableException(what + "not enough memory: " + reason, failure)
        : new IllegalStateException(what + reason, failure);
  }
}
