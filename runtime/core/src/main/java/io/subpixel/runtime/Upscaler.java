package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.colour.LumaRange;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.internal.codec.Samples;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.internal.PixelPath;
import io.subpixel.zoo.internal.condition.Condition;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Upscales pictures with one model or, if none is named, with one chosen for each picture ({@link
 * Builder#choosing}). Thread-safe: any number of threads may call {@code upscale} of one instance
 * at once; they share its weights, its native memory and its workers. The caller that opens it
 * closes it; {@link #close} waits for running calls. The {@code OrtEnvironment} belongs to the
 * application and is never closed here.
 *
 * <pre>{@code
 * try (Upscaler upscaler = Upscaler.builder().open()) {
 *   upscaler.upscale(Path.of("small.png"), Path.of("large.png"));
 * }
 * }</pre>
 *
 * <p>A picture is processed in tiles that overlap by the network's receptive radius, so the result
 * equals that of the whole picture. Tiles are as large as {@link Builder#memory} allows, and
 * several are computed at once, on one thread each ({@link Builder#threads}). Pictures that are
 * read and written in rows are never in memory as a whole.
 *
 * @since 0.1
 */
public final class Upscaler implements AutoCloseable {
  private static final long MAX_SAMPLES = Integer.MAX_VALUE - 8;

  /** While one picture is computed, others are read and written. */
  private static final int PICTURES_AT_ONCE = 3;

  private final OnnxNetwork network;
  private final Optional<String> note;
  private final OptionalDouble strength;
  private final Workers workers;
  private final MemoryPlan memory;
  private final Settings settings;
  private final @Nullable ChosenUpscalers chosenUpscalers;
  private final Calls calls = new Calls(this::release);
  private final Executor pictures = Workers.threads(PICTURES_AT_ONCE);

  /**
   * @param slots the slots in which its tiles are computed
   * @param networks returns how many networks share the memory for tiles
   * @param chosenUpscalers the upscalers that it chooses from in addition to itself; null if it
   *     doesn't choose
   */
  Upscaler(
      Model model,
      Settings settings,
      Workers.TileSlots slots,
      IntSupplier networks,
      @Nullable ChosenUpscalers chosenUpscalers)
      throws IOException {
    OnnxNetwork.Opened opened = OnnxNetwork.open(model, settings.device(), settings.network());
    network = opened.network();
    note = opened.note();
    strength =
        network.card().hasStrength()
            ? OptionalDouble.of(model.strength().orElse(1))
            : OptionalDouble.empty();
    workers = new Workers(network, slots, settings.executor());
    memory = new MemoryPlan(network, settings, networks);
    this.settings = settings;
    this.chosenUpscalers = chosenUpscalers;
  }

  /**
   * Returns the version of ONNX Runtime, as its native library tells it.
   *
   * @throws io.subpixel.pictures.UnavailableException if it can't be loaded on this machine
   */
  public static String onnxRuntimeVersion() {
    return OnnxRuntime.environment().getVersion();
  }

  /**
   * The time of each stage. Reading, the network and writing overlap, so their sum may exceed the
   * total.
   *
   * @param read the time to read and decode rows
   * @param network the time during which tiles were computed
   * @param write the time to encode and write rows
   * @param total from the first row to the last
   * @param tiles the number of tiles
   */
  public record Work(Duration read, Duration network, Duration write, Duration total, int tiles) {}

  /**
   * The result of upscaling one picture.
   *
   * @param input the input: a path, or the name of a stream
   * @param output the output, likewise
   * @param lr the layout of the input
   * @param sr the layout of the output
   * @param work the time of each stage
   * @param chosen the upscaler that was used
   */
  public record Upscaled(
      String input, String output, PictureLayout lr, PictureLayout sr, Work work, Chosen chosen) {}

  /**
   * The upscaler of a picture.
   *
   * @param upscaler has one model; the upscaler that chose it closes it
   * @param choice the choice; empty if the model was named
   */
  public record Chosen(Upscaler upscaler, Optional<Choice> choice) {}

  /**
   * A picture, and its upscaler.
   *
   * @param picture the picture from its first row on; closing it closes the original
   * @param chosen the upscaler to use
   */
  public record Prepared(RowSource picture, Chosen chosen) {}

  /**
   * Creates a builder with the defaults: {@link Builder#choosing} for scale 2, any device, all
   * cores.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns whether it chooses a model for each picture. */
  public boolean isChoosing() {
    return chosenUpscalers != null;
  }

  /**
   * Returns the upscaler that suits pictures of a condition best; this one if the model was named.
   *
   * @throws IllegalStateException if this is closed, or the model can't be opened
   */
  public Chosen choose(Condition condition) {
    return chosenUpscalers == null
        ? new Chosen(this, Optional.empty())
        : chosen(chosenUpscalers, ChoicePolicy.choose(condition, scale()));
  }

  /**
   * Returns the upscaler that suits a clip of a condition best; this one if the model was named.
   *
   * @param condition that of some of its frames together
   * @throws IllegalStateException if this is closed, or the model can't be opened
   */
  public Chosen chooseForClip(Condition condition) {
    return chosenUpscalers == null
        ? new Chosen(this, Optional.empty())
        : chosen(chosenUpscalers, ChoicePolicy.chooseForClip(condition, scale()));
  }

  private Chosen chosen(ChosenUpscalers others, Choice choice) {
    boolean isOwn = choice.model().equals(traits().name()) && choice.strength().isEmpty();
    return new Chosen(isOwn ? this : others.of(choice), Optional.of(choice));
  }

  /**
   * Analyses a picture's first rows, all of them if it isn't large, and chooses its upscaler. Reads
   * nothing if the model was named.
   *
   * @param picture an unread picture
   * @param jpegQuality {@link PictureReader#jpegQuality} of its file
   * @throws IOException if reading fails
   * @throws IllegalStateException if this is closed, or the model can't be opened
   */
  public Prepared prepare(RowSource picture, OptionalInt jpegQuality) throws IOException {
    if (chosenUpscalers == null) {
      return new Prepared(picture, choose(Condition.CLEAN));
    }
    LookAhead ahead = new LookAhead(picture, settings.memory());
    return new Prepared(ahead, choose(ahead.condition(jpegQuality)));
  }

  /**
   * Upscales a picture. Grey stays grey, alpha is kept.
   *
   * @param lr the picture, {@code [H,W,C]}
   * @return the picture, {@code [sH,sW,C]}
   * @throws IllegalArgumentException if the result would have more samples than an array holds
   * @throws UnavailableException if memory doesn't suffice
   * @throws ModelException if the model fails on a picture of this size
   * @throws IllegalStateException if this is closed
   */
  public Picture upscale(Picture lr) {
    calls.begin();
    try {
      return chosenUpscalers == null
          ? upscaled(lr)
          : choose(Condition.of(lr)).upscaler.upscaled(lr);
    } finally {
      calls.end();
    }
  }

  private Picture upscaled(Picture lr) {
    PictureLayout layout = PictureLayout.of(lr);
    long samples = layout.pixels() * scale() * scale() * lr.channels();
    if (samples > MAX_SAMPLES) {
      throw new IllegalArgumentException(
          "image: expected at most "
              + (MAX_SAMPLES / lr.channels() + " pixels when " + scale())
              + (" times as large, received " + samples / lr.channels() + " of " + lr));
    }
    Picture sr =
        new Picture(
            lr.width() * scale(), lr.height() * scale(), lr.channels(), new byte[(int) samples]);
    TileGrid grid = memory.gridInMemory(layout);
    new TiledUpscale(network, workers, layout, 8, grid).run(Rows.of(lr), Rows.of(sr));
    return sr;
  }

  /**
   * Upscales a picture while it is read and written, a few bands of rows at a time. Doesn't close
   * source or sink.
   *
   * @param source gives the LR picture
   * @param sink takes the result: both sides {@link ModelTraits#scale} times larger, the same
   *     channels, 8 or 16 bits
   * @throws IllegalArgumentException if the sink takes another size or other channels
   * @throws IOException if reading or writing fails
   * @throws UnavailableException if memory doesn't suffice
   * @throws ModelException if the model fails on a picture of this size
   * @throws IllegalStateException if this is closed
   */
  public Work upscale(RowSource source, RowSink sink) throws IOException {
    calls.begin();
    try {
      Prepared prepared = prepare(source, OptionalInt.empty());
      return prepared.chosen.upscaler.run(prepared.picture, sink);
    } finally {
      calls.end();
    }
  }

  /**
   * Upscales a picture to any size while it is read and written. Doesn't close source or sink.
   *
   * @param source gives the LR picture
   * @param sink takes the result, with the size given by {@code target}, of 8 or 16 bits
   * @throws IllegalArgumentException if the sink takes another size or other channels
   * @throws InvalidInputException if the picture is too small or too large for that size
   * @throws IOException if reading or writing fails
   * @throws UnavailableException if memory doesn't suffice
   * @throws ModelException if the model fails on a picture of this size
   * @throws IllegalStateException if this is closed
   */
  public Work upscale(RowSource source, RowSink sink, TargetSize target) throws IOException {
    PictureLayout expected =
        target.of(source.layout(), scale(), "picture").withDepth(sink.layout().depth());
    if (!expected.equals(sink.layout())) {
      throw new IllegalArgumentException(
          "sink: expected " + expected + ", received " + sink.layout());
    }
    calls.begin();
    try {
      PictureLayout whole = target.uncropped(source.layout(), scale(), "picture");
      return upscale(prepare(source, OptionalInt.empty()), CroppingSink.to(sink, whole));
    } finally {
      calls.end();
    }
  }

  /**
   * Upscales a picture from {@link #prepare}, to the size of the sink. Doesn't close source or
   * sink.
   *
   * @param sink takes the result: no side smaller than the picture's, the same channels, 8 or 16
   *     bits
   * @throws InvalidInputException if the picture is too large for that size
   * @throws IOException if reading or writing fails
   * @throws UnavailableException if memory doesn't suffice
   * @throws ModelException if the model fails on a picture of this size
   * @throws IllegalStateException if this is closed
   */
  public Work upscale(Prepared prepared, RowSink sink) throws IOException {
    calls.begin();
    try {
      PictureLayout lr = prepared.picture.layout();
      Scaling scaling = Scaling.to(sink.layout(), lr, scale(), "picture");
      Upscaler further = choose(Condition.CLEAN).upscaler;
      return new Enlargement(prepared.chosen.upscaler, further, scaling)
          .run(prepared.picture, sink);
    } finally {
      calls.end();
    }
  }

  Work run(RowSource source, RowSink sink) throws IOException {
    PictureLayout lr = source.layout();
    PictureLayout sr = sink.layout();
    PictureLayout expected = upscaled(lr).withDepth(sr.depth());
    if (!expected.equals(sr)) {
      throw new IllegalArgumentException("sink: expected " + expected + ", received " + sr);
    }
    TileGrid grid = memory.gridInBands(lr, sr.depth());
    return new TiledUpscale(network, workers, lr, sr.depth(), grid).run(source, sink);
  }

  /**
   * Returns the layout of a picture's result: both sides {@link ModelTraits#scale} times larger.
   *
   * @throws ArithmeticException if a side exceeds the range of an int
   */
  public PictureLayout upscaled(PictureLayout lr) {
    return lr.withSize(
        Math.multiplyExact(lr.width(), scale()), Math.multiplyExact(lr.height(), scale()));
  }

  /**
   * Runs only the model, for callers with planes rather than pictures.
   *
   * @param lr one plane for each channel of the model, {@code [H,W]}, 0..1
   * @return as many planes, {@code [sH,sW]}, neither clipped nor rounded
   * @throws IllegalArgumentException unless there are as many planes of one size as the model has
   *     channels
   * @throws UnavailableException if memory doesn't suffice
   */
  public Plane[] upscale(Plane... lr) {
    calls.begin();
    try {
      return upscaled(lr);
    } finally {
      calls.end();
    }
  }

  private Plane[] upscaled(Plane[] lr) {
    int channels = traits().channels();
    if (lr.length != channels) {
      throw new IllegalArgumentException(
          "planes: expected " + channels + ", received " + lr.length);
    }
    Plane[] sr = new Plane[channels];
    for (int c = 0; c < channels; c++) {
      if (lr[c].width() != lr[0].width() || lr[c].height() != lr[0].height()) {
        throw new IllegalArgumentException("planes: expected one size, received several");
      }
      sr[c] =
          new Plane(
              Math.multiplyExact(lr[c].width(), scale()),
              Math.multiplyExact(lr[c].height(), scale()));
    }
    PictureLayout layout = new PictureLayout(lr[0].width(), lr[0].height(), channels, 8);
    new TiledUpscale(network, workers, layout, 8, memory.gridInMemory(layout)).run(lr, sr);
    return sr;
  }

  /**
   * Upscales a luma plane, such as that of a video frame, without conversion to RGB. An RGB model
   * treats it as a grey picture. Any size is reached as by {@link TargetSize}.
   *
   * @param lr one channel, {@code [H,W]}; all rows are used
   * @param sr receives the result, no side smaller, of the same depth
   * @param range the code values of black and white
   * @throws IllegalArgumentException if there is more than one channel, the depth differs, a side
   *     is smaller, or the model can't reach the size
   * @throws UnavailableException if memory doesn't suffice
   * @throws ModelException if the model fails on this size
   * @throws IllegalStateException if this is closed
   */
  public void upscale(Rows lr, Rows sr, LumaRange range) {
    upscale(choose(Condition.CLEAN), lr, sr, range);
  }

  /**
   * Upscales a luma plane as above, with an upscaler from {@link #choose}.
   *
   * @throws IllegalArgumentException as above
   * @throws UnavailableException as above
   * @throws ModelException as above
   * @throws IllegalStateException if this is closed
   */
  public void upscale(Chosen chosen, Rows lr, Rows sr, LumaRange range) {
    PictureLayout from = layout(lr);
    PictureLayout to = layout(sr);
    if (from.channels() != 1 || to.channels() != 1 || from.depth() != to.depth()) {
      throw new IllegalArgumentException(
          "luma: expected planes of one channel and depth, received " + from + " and " + to);
    }
    if (to.width() < from.width() || to.height() < from.height()) {
      throw new IllegalArgumentException(
          "luma: expected a result of at least " + from + ", received " + to);
    }
    calls.begin();
    try {
      Scaling scaling = Scaling.to(to, from, scale(), "luma");
      Upscaler further = choose(Condition.CLEAN).upscaler;
      new Enlargement(chosen.upscaler, further, scaling).run(lr, sr, range);
    } catch (InvalidInputException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } finally {
      calls.end();
    }
  }

  private static PictureLayout layout(Rows rows) {
    return new PictureLayout(rows.width(), rows.count(), rows.channels(), rows.depth());
  }

  /** Runs the model on a luma plane; the result's size is the model's. */
  void run(Rows lr, LumaRange lrRange, Rows sr, LumaRange srRange) {
    PictureLayout from = layout(lr);
    PixelPath path = new PixelPath(traits().colour(), scale(), from, lrRange, sr.depth(), srRange);
    new TiledUpscale(network, workers, from, path, memory.gridInMemory(from)).run(lr, sr);
  }

  /**
   * Upscales a picture file, row by row. The output appears whole or not at all. Depth, grey,
   * alpha, profile, EXIF, XMP and density are kept as far as the output's format supports them.
   *
   * @param input a file of any {@link PictureFormat}, whatever its name
   * @param output a name with the ending of a format that can be written; its folders are created,
   *     an existing file is replaced
   * @throws InvalidInputException if the input isn't a picture, is broken or has more than {@link
   *     PictureReader#MAX_PIXELS} pixels, or if the output can't be written or can't hold the
   *     picture
   * @throws IOException if reading or writing fails
   * @throws UnavailableException if memory doesn't suffice
   */
  public Upscaled upscale(Path input, Path output) throws IOException {
    return upscale(PictureInput.of(input), PictureOutput.of(output), UpscaleOptions.DEFAULTS);
  }

  /**
   * Upscales a picture from any input to any output. Throws what {@link #open} and {@link
   * PictureUpscale#run} throw.
   */
  public Upscaled upscale(PictureInput input, PictureOutput output, UpscaleOptions options)
      throws IOException {
    calls.begin();
    try (PictureUpscale picture = open(input, output, options)) {
      return picture.run();
    } finally {
      calls.end();
    }
  }

  /**
   * Upscales the bytes of a picture file. The result has the same format, or PNG if that can't be
   * written. Nothing is written to disk.
   *
   * @throws InvalidInputException as above
   * @throws IOException as above
   */
  public byte[] upscale(byte[] picture, UpscaleOptions options) throws IOException {
    ByteArrayOutputStream out = new ResultBytes();
    upscale(PictureInput.of(picture), PictureOutput.of(out, "result"), options);
    return out.toByteArray();
  }

  /** Takes a whole file in one piece, and so gives its own array away rather than a copy. */
  private static final class ResultBytes extends ByteArrayOutputStream {
    ResultBytes() {
      super(0);
    }

    @Override
    public synchronized byte[] toByteArray() {
      return count == buf.length ? buf : super.toByteArray();
    }
  }

  /**
   * Upscales an image of the JDK.
   *
   * @param image of any type; grey stays grey, alpha is kept, and so is a depth of more than 8 bits
   * @param target how large it becomes
   * @return in sRGB or grey, of 8 or 16 bits
   * @throws InvalidInputException if it is too small or too large for that size
   * @throws UnavailableException if memory doesn't suffice
   * @throws ModelException if the model fails on a picture of this size
   * @throws IllegalStateException if this is closed
   */
  public BufferedImage upscale(BufferedImage image, TargetSize target) throws IOException {
    Rows rows = Images.rows(image);
    PictureLayout lr = new PictureLayout(rows.width(), rows.count(), rows.channels(), rows.depth());
    PictureLayout sr = target.of(lr, scale(), "image");
    Rows enlarged = new Rows(sr.height(), sr);
    upscale(RowSource.of(rows, lr), RowSink.of(enlarged, sr), target);
    return Samples.of(enlarged, sr);
  }

  /**
   * Opens a picture and reads its header, so that its sizes are known before any work is done. The
   * caller closes it.
   *
   * @throws InvalidInputException if the input isn't a picture, is broken or has more pixels than
   *     the options allow, or if the output can't hold it
   * @throws IOException if it can't be read
   */
  public PictureUpscale open(PictureInput input, PictureOutput output, UpscaleOptions options)
      throws IOException {
    return new PictureUpscale(this, input, output, options);
  }

  /**
   * Upscales a picture on another thread, which reads and writes it. Up to three pictures are
   * processed at once; others wait in the order of the calls. {@link #close} waits for all of them.
   *
   * @return completes when the output is complete, or with what {@link PictureUpscale#run} throws;
   *     cancelling it ends the work before the next band of rows, and nothing is written
   * @throws IllegalStateException if this is closed
   */
  public CompletableFuture<Upscaled> upscaleAsync(
      PictureInput input, PictureOutput output, UpscaleOptions options) {
    CompletableFuture<Upscaled> done = new CompletableFuture<>();
    BooleanSupplier cancelled = options.cancelled();
    UpscaleOptions watched =
        options.withCancelled(() -> done.isCancelled() || cancelled.getAsBoolean());
    calls.promise();
    pictures.execute(
        () -> {
          calls.beginPromised();
          try (PictureUpscale picture = open(input, output, watched)) {
            done.complete(picture.run());
          } catch (IOException | RuntimeException | Error e) {
            done.completeExceptionally(e);
          } finally {
            calls.end();
          }
        });
    return done;
  }

  /**
   * Returns the traits of the model, and their sources. An upscaler that chooses has the model for
   * clean pictures itself; all that it chooses from have the same scale.
   */
  public ModelTraits traits() {
    return network.traits();
  }

  /**
   * Returns how much the model corrects, 0 to 1; empty if it has no strength. An upscaler that
   * chooses has the model for clean pictures itself: see {@link Chosen#upscaler}.
   */
  public OptionalDouble strength() {
    return strength;
  }

  private int scale() {
    return traits().scale();
  }

  /** Returns the model's card, or one with the probed traits if it has none. */
  public ModelCard card() {
    return network.card();
  }

  /** Returns the device of the network: never {@link Device#AUTO}, but the one it resolved to. */
  public Device device() {
    return network.device();
  }

  /** Returns a note for the user, such as why {@link Device#AUTO} became the CPU. */
  public Optional<String> note() {
    return note;
  }

  /**
   * Rejects new calls, waits until the running ones have ended, and frees the native memory. Within
   * a call, such as in its {@link RowSource}, or if the thread is interrupted, it returns at once
   * and the last running call frees the memory; the interrupt status stays set. May be called
   * again.
   */
  @Override
  public void close() {
    calls.close();
  }

  private void release() {
    if (chosenUpscalers != null) {
      chosenUpscalers.close();
    }
    network.close();
    workers.close();
  }

  /** Configures an upscaler. Not thread-safe. */
  public static final class Builder {
    private @Nullable ModelSource model;
    private int scaleOfChoice = 2;
    private OptionalDouble strength = OptionalDouble.empty();
    private Device device = Device.AUTO;
    private int threads = Runtime.getRuntime().availableProcessors();
    private @Nullable Executor executor;
    private long memory = MemoryPlan.DEFAULT_BYTES;
    private int tile;
    // Threads of one tile: several tiles at once use the cores better.
    private NetworkOptions options = NetworkOptions.DEFAULT.withThreads(1);

    private Builder() {}

    @FunctionalInterface
    private interface ModelSource {
      Model read() throws IOException;
    }

    /**
     * Chooses a model of the library for each picture: one for clean pictures or, if it is a JPEG,
     * noisy, blurred or shows a codec's blocks, one for degraded photographs. {@link Chosen#choice}
     * and {@link Upscaler#choose} tell which and why. Planes and frames have no file to analyse:
     * they get the model for clean pictures, unless the caller uses {@link Upscaler#choose}. This
     * is the default, for scale 2.
     *
     * @param scale 2, 3 or 4; there are models for photographs of some scales only
     * @throws IllegalArgumentException if it is another
     */
    public Builder choosing(int scale) {
      Pretrained.ofScale(scale);
      model = null;
      scaleOfChoice = scale;
      return this;
    }

    /**
     * Returns how much the model corrects, 0 to 1: 0 uses its weights for clean pictures, 1 those
     * for degraded ones, values in between a blend. The model must hold both ({@link
     * ModelCard#hasStrength}). By default 1, or chosen for each picture with its model.
     *
     * @throws IllegalArgumentException if it isn't 0 to 1
     */
    public Builder strength(double part) {
      if (!(part >= 0 && part <= 1)) {
        throw new IllegalArgumentException("strength: expected 0 to 1, received " + part);
      }
      strength = OptionalDouble.of(part);
      return this;
    }

    /**
     * Uses a model of the library.
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
     * Uses an ONNX file. Its card may be in it or next to it as {@code card.json}; without one, the
     * model is probed with small pictures. Its weights may be in other files of its folder only.
     */
    public Builder model(Path onnx) {
      model = () -> Model.read(onnx);
      return this;
    }

    /**
     * Uses the content of a whole ONNX file, as above. It isn't copied, so don't change it before
     * {@link #open}.
     */
    public Builder model(byte[] onnx) {
      model = () -> new Model("model", onnx, null);
      return this;
    }

    /** Sets the device; {@link Device#AUTO} by default. */
    public Builder device(Device where) {
      device = where;
      return this;
    }

    /**
     * Sets how many tiles are computed at once, on one thread each; by default the number of cores.
     * On a GPU, one tile is computed while others are prepared.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder threads(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("threads: expected 1 or more, received " + count);
      }
      threads = count;
      return this;
    }

    /**
     * Sets an executor for tiles, in addition to the threads that call {@code upscale}. By default
     * the upscaler has its own threads, which end when idle. The executor is never shut down here.
     * If it is busy or shut down, callers compute all tiles themselves.
     */
    public Builder executor(Executor pool) {
      executor = pool;
      return this;
    }

    /**
     * Sets the approximate memory limit, without pictures that the caller holds: one half for the
     * network, shared by all callers, the other for the rows of each picture that is read and
     * written. 1 GiB by default.
     *
     * @param bytes at least {@value MemoryPlan#MIN_BYTES}
     * @throws IllegalArgumentException if it is less
     */
    public Builder memory(long bytes) {
      if (bytes < MemoryPlan.MIN_BYTES) {
        throw new IllegalArgumentException(
            "memory: expected at least " + MemoryPlan.MIN_BYTES + " bytes, received " + bytes);
      }
      memory = bytes;
      options = options.withMemory(bytes);
      return this;
    }

    /**
     * Sets the time limit for loading and probing the model, and for each run of it on a tile. By
     * default 2 minutes to open it (30 on a GPU), and 10 for a run. Work that can't be stopped,
     * such as an endless loop in a model, continues on an abandoned thread.
     *
     * @throws IllegalArgumentException if it is less than a millisecond
     */
    public Builder timeout(Duration longest) {
      if (longest.toMillis() < 1) {
        throw new IllegalArgumentException(
            "timeout: expected a millisecond or more, received " + longest.toNanos() + " ns");
      }
      options = options.withTimeout(longest);
      return this;
    }

    /**
     * Sets the side of a tile in LR pixels, including its halo; by default tiles are as large as
     * memory allows. The result doesn't depend on it.
     *
     * @param side more than twice the model's receptive radius; smaller values are raised
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder tile(int side) {
      if (side < 1) {
        throw new IllegalArgumentException("tile: expected 1 or more, received " + side);
      }
      tile = side;
      return this;
    }

    /**
     * Runs the network on the threads of the {@code OrtEnvironment}, which the application created
     * with {@code OrtEnvironment.ThreadingOptions} before. {@link #threads} then sets how many
     * tiles are submitted at once.
     */
    public Builder environmentThreads() {
      options = options.withEnvironmentThreads();
      return this;
    }

    /**
     * Limits the GPU memory that CUDA may use; unlimited by default.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder deviceMemory(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("device memory: expected 1 or more, received " + bytes);
      }
      options = options.withDeviceMemory(bytes);
      return this;
    }

    /** Overrides the scale of the model's card. A model with another scale is rejected. */
    public Builder scale(int scale) {
      options = options.withScale(scale);
      return this;
    }

    /** Overrides the meaning of the model's channels, which its card or their number gives. */
    public Builder colour(Colour colour) {
      options = options.withColour(colour);
      return this;
    }

    /**
     * Overrides the model's values for black and white, which its card or probing gives. Whether
     * its results are similar to its inputs isn't checked then.
     */
    public Builder valueRange(ValueRange range) {
      options = options.withValueRange(range);
      return this;
    }

    /**
     * Overrides the model's receptive radius in LR pixels, which its card or probing gives. One
     * that is too small causes seams.
     *
     * @throws IllegalArgumentException if it isn't 0 to 1024
     */
    public Builder receptiveRadius(int pixels) {
      if (pixels < 0 || pixels > Probe.MAX_RADIUS) {
        throw new IllegalArgumentException(
            "receptive radius: expected 0 to " + Probe.MAX_RADIUS + ", received " + pixels);
      }
      options = options.withReceptiveRadius(pixels);
      return this;
    }

    /**
     * Loads the model and runs it on a few pixels, or probes it if it has no card.
     *
     * @throws InvalidInputException if the model is missing, broken, not a super-resolution model,
     *     or doesn't match its card
     * @throws IOException if it can't be read
     * @throws UnavailableException if the device can't be used; {@link Device#AUTO} falls back to
     *     the CPU instead
     */
    public Upscaler open() throws IOException {
      Settings settings = new Settings(device, threads, executor, memory, tile, options);
      ModelSource source = model;
      if (source == null && strength.isPresent()) {
        String name = ChoicePolicy.withStrength(scaleOfChoice);
        source = () -> Model.pretrained(name);
      }
      if (source == null) {
        ChosenUpscalers chosenUpscalers = new ChosenUpscalers(settings);
        Model own = Model.pretrained(Pretrained.ofScale(scaleOfChoice));
        return new Upscaler(
            own, settings, chosenUpscalers.slots(), chosenUpscalers::networks, chosenUpscalers);
      }
      Workers.TileSlots slots = new Workers.TileSlots(threads);
      return new Upscaler(source.read().at(strength), settings, slots, () -> 1, null);
    }
  }
}
