package io.subpixel.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A super-resolution model in ONNX Runtime. Any number of threads may run it at once, each with its
 * own {@link Tile}. Wait for them before closing it.
 */
final class OnnxNetwork implements AutoCloseable {
  /** Weights exist as a file, in the form used for computing, and once more while loading. */
  static final int MAX_TIMES_THE_FILE = 4;

  private final Model model;
  private final Device device;
  private final NetworkOptions options;
  private final Session session;
  private final ModelCard card;
  private final ModelTraits traits;
  private long bytesPerLrPixel;

  /** A network, and a note for the user on the choice of its device. */
  record Opened(OnnxNetwork network, Optional<String> note) {}

  /**
   * Opens a model on a device.
   *
   * @throws InvalidInputException if the model is broken, no super-resolution model or other than
   *     its card says
   * @throws UnavailableException if the device can't be used; never for {@link Device#AUTO}
   */
  static Opened open(Model model, Device wanted, NetworkOptions options) throws IOException {
    model.check();
    return switch (wanted.kind()) {
      case CPU -> new Opened(onCpu(model, options), Optional.empty());
      case CUDA, TENSORRT, COREML, DIRECTML -> {
        Optional<String> missing = wanted.missing();
        if (missing.isPresent()) {
          throw new UnavailableException(wanted + ": " + missing.get());
        }
        try {
          yield new Opened(new OnnxNetwork(model, wanted, options), Optional.empty());
        } catch (OrtException | Session.ExceededException | InvalidInputException e) {
          // A broken model fails on the CPU too, and that failure tells why.
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
        } catch (OrtException | Session.ExceededException | InvalidInputException e) {
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
    } catch (Session.ExceededException e) {
      throw unloaded(model, e);
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

  private static InvalidInputException unloaded(Model model, Session.ExceededException failure) {
    return new InvalidInputException(
        model.where(), "an ONNX model that can be loaded", failure.getMessage(), failure);
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
      throws OrtException, Session.ExceededException, IOException {
    this.model = model;
    this.device = device;
    this.options = options;
    session = session(device);
    try {
      Optional<ModelCard> stated =
          model.card(session.info().getMetadata().getCustomMetadata().get(ModelCard.METADATA_KEY));
      traits =
          stated.isPresent()
              ? CardCheck.traits(
                  model.where(), session, options.opening(device), stated.get(), options)
              : probed();
      card = stated.orElseGet(() -> Probe.card(traits));
    } catch (OrtException | Session.ExceededException | IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private Session session(Device where) throws OrtException, Session.ExceededException {
    return Session.open(
        options.opening(where).withMore(MAX_TIMES_THE_FILE * model.bytes()),
        () -> {
          try (OrtSession.SessionOptions sessionOptions = OnnxRuntime.options(where, options)) {
            return model.session(sessionOptions, where);
          }
        });
  }

  /**
   * Probes on the CPU, where results are deterministic, and then checks that the model runs on this
   * device.
   */
  private ModelTraits probed()
      throws OrtException, Session.ExceededException, InvalidInputException {
    if (device.kind() == Device.Kind.CPU) {
      return Probe.traits(model, session, options.opening(device), options);
    }
    ModelTraits found;
    try (Session cpu = session(Device.CPU)) {
      found = Probe.traits(model, cpu, options.opening(Device.CPU), options);
    }
    int width = found.fixedWidth().orElse(found.multiple());
    int height = found.fixedHeight().orElse(found.multiple());
    // Closed only after the run, as an abandoned one continues to use it.
    Tile tile = new Tile(found, session.ending(), width * height);
    tile.resize(width, height);
    session.run(options.opening(device), tile::run).close();
    tile.close();
    return found;
  }

  /** Returns the model's traits. */
  ModelTraits traits() {
    return traits;
  }

  /** The model's card. */
  ModelCard card() {
    return card;
  }

  /** Returns the device: never {@link Device#AUTO}. */
  Device device() {
    return device;
  }

  /**
   * Returns the native memory of one worker per LR pixel of its largest input: that of a run and of
   * its {@link Tile}. Measured with a run on the first call.
   */
  synchronized long bytesPerLrPixel() {
    if (bytesPerLrPixel == 0) {
      bytesPerLrPixel = Tile.bytesPerLrPixel(traits) + measuredBytesPerLrPixel();
    }
    return bytesPerLrPixel;
  }

  /** Returns an upper bound of that, without a run. */
  long maxBytesPerLrPixel() {
    return model.isPretrained()
        ? Tile.bytesPerLrPixel(traits) + Footprint.ofPlain(card)
        : Footprint.GREEDIEST;
  }

  /** Returns the measured memory of a run. */
  long measuredBytesPerLrPixel() {
    try {
      return Footprint.bytesPerLrPixel(model, traits, device, options);
    } catch (OrtException e) {
      throw new ModelException(card.name() + ": " + OnnxRuntime.explain(e), e);
    } catch (Session.ExceededException e) {
      throw new ModelException(card.name() + ": expected a result, received " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the maximum LR pixels of one run, as limited by buffer sizes. */
  int maxPixels() {
    return Tile.maxPixels(traits);
  }

  /**
   * Allocates native memory for runs of one worker.
   *
   * @param maxPixels the maximum LR pixels of a run
   * @throws IllegalArgumentException if that is not 1..{@link #maxPixels()}
   * @throws UnavailableException if memory doesn't suffice
   */
  Tile tile(int maxPixels) {
    if (maxPixels < 1 || maxPixels > maxPixels()) {
      throw new IllegalArgumentException(
          "LR pixels of a tile: expected 1 to " + maxPixels() + ", received " + maxPixels);
    }
    try {
      return new Tile(traits, session.ending(), maxPixels);
    } catch (OutOfMemoryError e) {
      throw new UnavailableException(
          card.name() + " on " + maxPixels + " pixels: not enough memory", e);
    }
  }

  /**
   * Runs the model on the tile's input.
   *
   * @throws ModelException if the model fails on this size, or takes too long
   * @throws UnavailableException if memory doesn't suffice
   */
  void run(Tile tile) {
    try {
      session.run(options.running(), tile::run).close();
    } catch (OrtException e) {
      throw failed(e, tile.width(), tile.height());
    } catch (Session.ExceededException e) {
      throw new ModelException(
          what(tile.width(), tile.height()) + "expected a result, received " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    session.close();
  }

  private String what(int width, int height) {
    return card.name() + " on " + width + "x" + height + " pixels (" + device + "): ";
  }

  private RuntimeException failed(OrtException failure, int width, int height) {
    String reason = OnnxRuntime.explain(failure);
    String what = what(width, height);
    return reason.contains("bad_alloc") || reason.contains("allocate memory")
        ? new UnavailableException(what + "not enough memory: " + reason, failure)
        : new ModelException(what + reason, failure);
  }
}
