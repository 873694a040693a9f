package io.subpixel.runtime;

import io.subpixel.models.Colour;
import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import io.subpixel.models.PixelPath;
import io.subpixel.models.Pretrained;
import io.subpixel.models.UnavailableException;
import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.PictureFiles;
import io.subpixel.models.picture.Plane;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Upscales pictures with one model. Thread-safe: any number of threads may call {@code upscale} of
 * one instance at once, and they share its weights. Whoever opens it closes it; closing waits for
 * running calls. The {@code OrtEnvironment} belongs to the application and is never closed here.
 *
 * <pre>{@code
 * try (Upscaler upscaler = Upscaler.builder().open()) {
 *   upscaler.upscale(Path.of("small.png"), Path.of("large.png"));
 * }
 * }</pre>
 *
 * <p>For one picture after another, leave the threads alone: the network then uses every core. For
 * many callers at once, {@code threads(1)} and a thread for each core give more throughput.
 *
 * <p>A picture goes through the network whole, and native memory grows with it: ESPCN, 64 channels
 * at its widest, takes 1.1 KB for each LR pixel, that is 2.3 GB for 1920x1080. Most of it is kept
 * until {@link #close} for the next picture.
 */
public final class Upscaler implements AutoCloseable {
  private final OnnxNetwork network;
  private final Optional<String> note;

  private Upscaler(OnnxNetwork.Opened opened) {
    network = opened.network();
    note = opened.note();
  }

  /**
   * What became of one file.
   *
   * @param input the file that was read
   * @param output the file that was written
   * @param width columns of the input
   * @param height rows of the input
   * @param outputWidth columns of the output
   * @param outputHeight rows of the output
   * @param read the time to read and decode the input
   * @param upscale the time to upscale it
   * @param write the time to encode and write the output
   */
  public record Upscaled(
      Path input,
      Path output,
      int width,
      int height,
      int outputWidth,
      int outputHeight,
      Duration read,
      Duration upscale,
      Duration write) {}

  /** Starts from the default: {@link Pretrained#DEFAULT}, any device, all cores. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Upscales a picture. Grey stays grey, alpha is kept.
   *
   * @param lr the picture, {@code [H,W,C]}
   * @return the picture, {@code [sH,sW,C]}
   * @throws IllegalArgumentException if the result would have more samples than an array holds
   * @throws UnavailableException if native memory doesn't suffice
   * @throws IllegalStateException if this is closed, or if the model fails on a picture of this
   *     size
   */
  public Picture upscale(Picture lr) {
    if (!fits(lr)) {
      throw new IllegalArgumentException(
          "picture: expected " + limit(lr) + ", received " + tooLarge(lr));
    }
    ModelCard card = card().colour() == traits().colour() ? card() : Probe.card(traits());
    return PixelPath.upscale(lr, card, this::run);
  }

  /**
   * Runs the model alone, for those who have planes rather than pictures.
   *
   * @param lr one plane for each channel of the model, {@code [H,W]}, 0..1
   * @return as many planes, {@code [sH,sW]}, neither clipped nor rounded
   * @throws IllegalArgumentException unless there are as many planes of one size as the model has
   *     channels
   * @throws UnavailableException if native memory doesn't suffice
   */
  public Plane[] upscale(Plane... lr) {
    if (lr.length != traits().channels()) {
      throw new IllegalArgumentException(
          "planes: expected " + traits().channels() + ", received " + lr.length);
    }
    for (Plane plane : lr) {
      if (plane.width() != lr[0].width() || plane.height() != lr[0].height()) {
        throw new IllegalArgumentException("planes: expected one size, received several");
      }
    }
    return run(lr);
  }

  /**
   * Upscales a picture file. Either the whole output is there afterwards, or none.
   *
   * @param input a PNG, JPEG, BMP, TIFF or WebP file, whatever its name
   * @param output a name that ends in .png, .jpg or .bmp; its folders are created, a file that is
   *     there is replaced
   * @throws InvalidInputException if the input is no picture, broken or too large, or the output
   *     can't be written or can't hold the picture
   * @throws IOException if reading or writing fails
   * @throws UnavailableException if native memory doesn't suffice
   */
  public Upscaled upscale(Path input, Path output) throws IOException {
    long start = System.nanoTime();
    Picture lr = PictureFiles.read(input);
    if (!fits(lr)) {
      throw new InvalidInputException(input.toString(), limit(lr), tooLarge(lr));
    }
    long read = System.nanoTime();
    Picture sr = upscale(lr);
    long upscaled = System.nanoTime();
    PictureFiles.write(output, sr);
    long written = System.nanoTime();
    return new Upscaled(
        input,
        output,
        lr.width(),
        lr.height(),
        sr.width(),
        sr.height(),
        Duration.ofNanos(read - start),
        Duration.ofNanos(upscaled - read),
        Duration.ofNanos(written - upscaled));
  }

  /** What the model is like, and how that is known. */
  public ModelTraits traits() {
    return network.traits();
  }

  /** The model's card; one of what probing found if it has none. */
  public ModelCard card() {
    return network.card();
  }

  /** Where the network runs: never {@link Device#AUTO}, but what became of it. */
  public Device device() {
    return network.device();
  }

  /** What the user should be told, such as why {@link Device#AUTO} became the CPU. */
  public Optional<String> note() {
    return note;
  }

  /** Frees the native memory. Waits for running calls; later ones throw. */
  @Override
  public void close() {
    network.close();
  }

  private Plane[] run(Plane[] lr) {
    int width = lr[0].width();
    int height = lr[0].height();
    int scale = card().scale();
    try (Tile tile = network.tile(width * height)) {
      tile.resize(width, height);
      float[] row = new float[width * scale];
      for (int c = 0; c < lr.length; c++) {
        for (int y = 0; y < height; y++) {
          System.arraycopy(lr[c].values(), y * width, row, 0, width);
          tile.setRow(y, c, row, width);
        }
      }
      network.run(tile);
      Plane[] sr = new Plane[lr.length];
      for (int c = 0; c < sr.length; c++) {
        sr[c] = new Plane(width * scale, height * scale);
        for (int y = 0; y < sr[c].height(); y++) {
          tile.getRow(y, 0, row.length, c, row);
          System.arraycopy(row, 0, sr[c].values(), y * row.length, row.length);
        }
      }
      return sr;
    }
  }

  private boolean fits(Picture lr) {
    return pixels(lr) <= mostPixels(lr);
  }

  private long pixels(Picture lr) {
    return (long) lr.width() * lr.height() * card().scale() * card().scale();
  }

  /** Bounded by the bytes of a float buffer, and by the samples of a picture. */
  private long mostPixels(Picture lr) {
    return Math.min(
        Integer.MAX_VALUE / Float.BYTES / card().channels(),
        (Integer.MAX_VALUE - 8) / lr.channels());
  }

  private String limit(Picture lr) {
    return "at most " + mostPixels(lr) + " pixels when " + card().scale() + " times as large";
  }

  private String tooLarge(Picture lr) {
    return pixels(lr) + " of " + lr.width() + "x" + lr.height();
  }

  /** Says what to open. Not thread-safe. */
  public static final class Builder {
    private ModelSource model = () -> Model.pretrained(Pretrained.DEFAULT);
    private Device device = Device.AUTO;
    private NetworkOptions options = NetworkOptions.DEFAULT;

    private Builder() {}

    @FunctionalInterface
    private interface ModelSource {
      Model read() throws IOException;
    }

    /**
     * A model that travels with the library.
     *
     * @param name one of {@link Pretrained#names()}
     * @throws IllegalArgumentException if there is none of that name
     */
    public Builder model(String name) {
      if (!Pretrained.names().contains(name)) {
        throw new IllegalArgumentException(
            "model: expected one of " + Pretrained.names() + ", received " + name);
      }
      model = () -> Model.pretrained(name);
      return this;
    }

    /**
     * An ONNX file. Its card may be in it or lie beside it as {@code card.json}; without one, small
     * pictures tell what the model is like.
     */
    public Builder model(Path onnx) {
      model = () -> Model.read(onnx);
      return this;
    }

    /** The content of an ONNX file, as above. Not copied: leave it alone until open. */
    public Builder model(byte[] onnx) {
      model = () -> new Model("model", onnx, null);
      return this;
    }

    /** Where to run; {@link Device#AUTO} by default. */
    public Builder device(Device where) {
      device = where;
      return this;
    }

    /**
     * How many threads share one run of the network; as many as there are cores by default.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder threads(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("threads: expected 1 or more, received " + count);
      }
      options = options.withThreads(count);
      return this;
    }

    /**
     * Runs the network on the threads of the {@code OrtEnvironment}, which the application made
     * with {@code OrtEnvironment.ThreadingOptions} before; {@link #threads} then means nothing.
     */
    public Builder environmentThreads() {
      options = options.withEnvironmentThreads();
      return this;
    }

    /**
     * The most of a GPU's memory that CUDA may use.
     *
     * @param bytes more than 0
     */
    public Builder deviceMemory(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("device memory: expected 1 or more, received " + bytes);
      }
      options = options.withDeviceMemory(bytes);
      return this;
    }

    /**
     * The model's scale, in place of what its card says. A model that upscales otherwise is
     * refused.
     */
    public Builder scale(int scale) {
      options = options.withScale(scale);
      return this;
    }

    /** What the model's channels mean, in place of its card or of what the number tells. */
    public Builder colour(Colour colour) {
      options = options.withColour(colour);
      return this;
    }

    /**
     * What the model takes and makes for black and white, in place of its card or of what probing
     * finds. Whether its results are like its inputs is then not asked.
     */
    public Builder valueRange(ValueRange range) {
      options = options.withValueRange(range);
      return this;
    }

    /**
     * The model's receptive radius in LR pixels, in place of its card or of what probing finds. One
     * that is too small shows as seams.
     *
     * @throws IllegalArgumentException if it isn't 0 to 1024
     */
    public Builder receptiveRadius(int pixels) {
      if (pixels < 0 || pixels > 1024) {
        throw new IllegalArgumentException(
            "receptive radius: expected 0 to 1024, received " + pixels);
      }
      options = options.withReceptiveRadius(pixels);
      return this;
    }

    /**
     * Loads the model and runs a few pixels through it, and more if it has no card.
     *
     * @throws InvalidInputException if the model is absent, broken, no super-resolution model, or
     *     other than its card says
     * @throws IOException if it can't be read
     * @throws UnavailableException if the device can't be used, which {@link Device#AUTO} answers
     *     by the CPU instead
     */
    public Upscaler open() throws IOException {
      return new Upscaler(OnnxNetwork.open(model.read(), device, options));
    }
  }
}
