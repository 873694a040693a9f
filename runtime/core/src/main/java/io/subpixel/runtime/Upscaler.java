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
 * Upscales pictures with one model or, where none is named, with the one that suits each picture
 * ({@link Builder#choosing}). Thread-safe: any number of threads may call {@code upscale} of one
 * instance at once, and they share its weights, its native memory and its workers. Whoever opens it
 * closes it; {@link #close} waits for running calls. The {@code OrtEnvironment} belongs to the
 * application and is never closed here.
 *
 * <pre>{@code
 * try (Upscaler upscaler = Upscaler.builder().open()) {
 *   upscaler.upscale(Path.of("small.png"), Path.of("large.png"));
 * }
 * }</pre>
 *
 * <p>A picture goes through the network in tiles that overlap by its receptive radius, so that the
 * result is that of the whole. Tiles are as large as {@link Builder#memory} allows and computed
 * several at once, on one thread each ({@link Builder#threads}). Pictures that are read and written
 * in rows need never be in memory as a whole.
 *
 * @since 0.1
 */
public final class Upscaler implements AutoCloseable {
  private static final long MAX_SAMPLES = Integer.MAX_VALUE - 8;

  /** While one picture is computed, others are read and written. */
  private static final int PICTURES_AT_ONCE = 3;

  private final OnnxNetwork network;
  private final Optional<String> note;
  private final Workers workers;
  private final MemoryPlan memory;
  private final Settings settings;
  private final @Nullable Siblings siblings;
  private final Calls calls = new Calls(this::release);
  private final Executor pictures = Workers.threads(PICTURES_AT_ONCE);

  /**
   * @param places where its tiles are computed
   * @param networks how many networks share the memory for them
   * @param siblings whom it chooses from besides itself; null if it doesn't choose
   */
  Upscaler(
      Model model,
      Settings settings,
      Workers.Places places,
      IntSupplier networks,
      @Nullable Siblings siblings)
      throws IOException {
    OnnxNetwork.Opened opened = OnnxNetwork.open(model, settings.device(), settings.network());
    network = opened.network();
    note = opened.note();
    workers = new Workers(network, places, settings.executor());
    memory = new MemoryPlan(network, settings, networks);
    this.settings = settings;
    this.siblings = siblings;
  }

  /**
   * Where the time went. Reading, the network and writing overlap, so their sum may exceed the
   * total.
   *
   * @param read the time to read and decode rows
   * @param network the time in which tiles were computed
   * @param write the time to encode and write rows
   * @param total from the first row to the last
   * @param tiles how many there were
   */
  public record Work(Duration read, Duration network, Duration write, Duration total, int tiles) {}

  /**
   * What became of one picture.
   *
   * @param input what was read: a path, or the name of a stream
   * @param output what was written, likewise
   * @param lr the picture in the input
   * @param sr the picture in the output
   * @param work where the time went
   * @param chosen what upscaled it
   */
  public record Upscaled(
      String input, String output, PictureLayout lr, PictureLayout sr, Work work, Chosen chosen) {}

  /**
   * What upscales a picture.
   *
   * @param upscaler has one model; it belongs to the one that chose it, which closes it
   * @param choice what was chosen; empty if the model was named
   */
  public record Chosen(Upscaler upscaler, Optional<Choice> choice) {}

  /**
   * A picture, and what upscales it.
   *
   * @param picture the picture from its first row on; closes the one that was prepared
   * @param chosen what upscales it
   */
  public record Prepared(RowSource picture, Chosen chosen) {}

  /** Starts from the default: {@link Builder#choosing} for scale 2, any device, all cores. */
  public static Builder builder() {
    return new Builder();
  }

  /** Whether it chooses a model for each picture. */
  public boolean isChoosing() {
    return siblings != null;
  }

  /**
   * Says what upscales pictures of a condition best. Where the model was named, that is this.
   *
   * @throws IllegalStateException if this is closed, or the model can't be opened
   */
  public Chosen choose(Condition condition) {
    if (siblings == null) {
      return new Chosen(this, Optional.empty());
    }
    Choice choice = ChoicePolicy.choose(condition, scale());
    boolean isOwn = choice.model().equals(traits().name()) && choice.strength().isEmpty();
    return new Chosen(isOwn ? this : siblings.of(choice), Optional.of(choice));
  }

  /**
   * Looks at a picture's first rows, all of them if it isn't large, and says what upscales it.
   * Where the model was named, nothing is read.
   *
   * @param picture which nobody has read of
   * @param jpegQuality what {@link PictureReader#jpegQuality} says of its file
   * @throws IOException if reading fails
   * @throws IllegalStateException if this is closed, or the model can't be opened
   */
  public Prepared prepare(RowSource picture, OptionalInt jpegQuality) throws IOException {
    if (siblings == null) {
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
      return siblings == null ? upscaled(lr) : choose(Condition.of(lr)).upscaler.upscaled(lr);
    } finally {
      calls.end();
    }
  }

  private Picture upscaled(Picture lr) {
    PictureLayout layout = PictureLayout.of(lr);
    long samples = layout.pixels() * scale() * scale() * lr.channels();
    if (samples > MAX_SAMPLES) {
      throw new IllegalArgumentException(
          "picture: expected at most "
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
   * Upscales a picture while it is read and written, a few bands of rows at a time. Neither end is
   * closed.
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
   * Upscales a picture to any size while it is read and written. Neither end is closed.
   *
   * @param source gives the LR picture
   * @param sink takes the result, of the size that {@code target} makes of the source, of 8 or 16
   *     bits
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
      return upscale(prepare(source, OptionalInt.empty()), sink);
    } finally {
      calls.end();
    }
  }

  /**
   * Upscales a picture that {@link #prepare} looked at, to the size that the sink takes. Neither
   * end is closed.
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
   * The layout of what becomes of a picture: both sides {@link ModelTraits#scale} times larger.
   *
   * @throws ArithmeticException if a side exceeds the range of an int
   */
  public PictureLayout upscaled(PictureLayout lr) {
    return lr.withSize(
        Math.multiplyExact(lr.width(), scale()), Math.multiplyExact(lr.height(), scale()));
  }

  /**
   * Runs the model alone, for those who have planes rather than pictures.
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
   * Upscales a plane of luma as it is, such as a frame of video has: nothing becomes RGB on the
   * way. A model of RGB takes it for a grey picture.
   *
   * @param lr one channel, {@code [H,W]}; every row counts
   * @param sr where the result goes, {@code [sH,sW]}, of the same depth
   * @param range which code values mean black and white
   * @throws IllegalArgumentException if there is another channel, or the result's size is another
   * @throws UnavailableException if memory doesn't suffice
   * @throws ModelException if the model fails on this size
   * @throws IllegalStateException if this is closed
   */
  public void upscale(Rows lr, Rows sr, LumaRange range) {
    calls.begin();
    try {
      run(lr, sr, range);
    } finally {
      calls.end();
    }
  }

  private void run(Rows lr, Rows sr, LumaRange range) {
    PictureLayout layout = new PictureLayout(lr.width(), lr.count(), lr.channels(), lr.depth());
    PixelPath path = new PixelPath(traits().colour(), scale(), layout, range);
    PictureLayout expected = path.result();
    PictureLayout received = new PictureLayout(sr.width(), sr.count(), sr.channels(), sr.depth());
    if (!expected.equals(received)) {
      throw new IllegalArgumentException("luma: expected " + expected + ", received " + received);
    }
    new TiledUpscale(network, workers, layout, path, memory.gridInMemory(layout)).run(lr, sr);
  }

  /**
   * Upscales a picture file, row by row. Either the whole output is there afterwards, or none.
   * Depth, grey, alpha, profile, EXIF, XMP and density stay as far as the output's format has a
   * place for them.
   *
   * @param input a file of any {@link PictureFormat}, whatever its name
   * @param output a name that ends like one of those that are written; its folders are created, a
   *     file that is there is replaced
   * @throws InvalidInputException if the input is no picture, broken or of more than {@link
   *     PictureReader#MAX_PIXELS} pixels, or the output can't be written or can't hold the picture
   * @throws IOException if reading or writing fails
   * @throws UnavailableException if memory doesn't suffice
   */
  public Upscaled upscale(Path input, Path output) throws IOException {
    return upscale(PictureInput.of(input), PictureOutput.of(output), UpscaleOptions.DEFAULTS);
  }

  /**
   * Upscales a picture from anywhere to anywhere, as above and as {@link PictureUpscale#run} says.
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
   * Upscales the bytes of a picture file to those of another, of the same format or, if that isn't
   * written, PNG. Nothing is written to disk.
   *
   * @throws InvalidInputException as above
   * @throws IOException as above
   */
  public byte[] upscale(byte[] picture, UpscaleOptions options) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    upscale(PictureInput.of(picture), PictureOutput.of(out, "result"), options);
    return out.toByteArray();
  }

  /**
   * Upscales an image of the JDK.
   *
   * @param image of any type; grey stays grey, alpha is kept, samples of more than 8 bits stay so
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
   * Opens a picture and reads its header, for those who want to know its sizes before any work is
   * done. Whoever calls this closes it.
   *
   * @throws InvalidInputException if the input is no picture, broken or of more pixels than the
   *     options allow, or the output can't hold it
   * @throws IOException if it can't be read
   */
  public PictureUpscale open(PictureInput input, PictureOutput output, UpscaleOptions options)
      throws IOException {
    return new PictureUpscale(this, input, output, options);
  }

  /**
   * Upscales a picture on another thread, which reads and writes it. Up to three pictures are under
   * way at once; others wait in the order of the calls. {@link #close} waits for all of them.
   *
   * @return completes when the output is whole, or with what {@link PictureUpscale#run} throws; to
   *     cancel it ends the work before the next band of rows, and nothing is written
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
   * What one must know to feed the model, and how it is known. One that chooses has the model for
   * clean pictures itself; all that it chooses from have its scale.
   */
  public ModelTraits traits() {
    return network.traits();
  }

  private int scale() {
    return traits().scale();
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

  /**
   * Refuses new calls, waits until the running ones have ended, and frees the native memory. Where
   * waiting would never end or isn't wanted, it returns at once, and the last running call frees
   * the memory: within a call, such as in its {@link RowSource}, and if the thread is interrupted,
   * which it stays. To close it again does no harm.
   */
  @Override
  public void close() {
    calls.close();
  }

  private void release() {
    if (siblings != null) {
      siblings.close();
    }
    network.close();
    workers.close();
  }

  /** Says what to open. Not thread-safe. */
  public static final class Builder {
    private @Nullable ModelSource model;
    private int scaleOfChoice = 2;
    private OptionalDouble strength = OptionalDouble.empty();
    private Device device = Device.AUTO;
    private int threads = Runtime.getRuntime().availableProcessors();
    private @Nullable Executor executor;
    private long memory = MemoryPlan.DEFAULT_BYTES;
    private int tile;
    // Of a tile each: several at once share the cores better than one would.
    private NetworkOptions options = NetworkOptions.DEFAULT.withThreads(1);

    private Builder() {}

    @FunctionalInterface
    private interface ModelSource {
      Model read() throws IOException;
    }

    /**
     * For each picture the model that suits it, of those that travel with the library: one for
     * clean pictures or, if it is a JPEG, noisy or blurred or shows a codec's blocks, one for
     * photographs as people have them. {@link Chosen#choice} and {@link Upscaler#choose} tell which
     * and why. Planes and frames have no file to look at: they get the first, unless they are given
     * to what {@link Upscaler#choose} says. So it is by default, for scale 2.
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
     * How much the model corrects what was done to pictures, 0 to 1: with 0 its weights are those
     * of a model for clean pictures, with 1 those for spoilt ones, between them a blend. The model
     * must hold both ({@link ModelCard#hasStrength}). Without it, 1, or what suits each picture
     * where the model is chosen.
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
     * pictures tell what the model is like. Its weights may be in other files of its folder, and
     * nowhere else.
     */
    public Builder model(Path onnx) {
      model = () -> Model.read(onnx);
      return this;
    }

    /** The content of a whole ONNX file, as above. Not copied: leave it alone until open. */
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
     * How many tiles are computed at once, on one thread each; as many as there are cores by
     * default. On a GPU one is computed while others are prepared.
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
     * Where tiles are computed besides the threads that call {@code upscale}; by default threads of
     * the upscaler's own, which end when they have nothing to do. It is never shut down here, and
     * may be busy or shut down: then callers compute all themselves.
     */
    public Builder executor(Executor pool) {
      executor = pool;
      return this;
    }

    /**
     * About how much memory the upscaler may use, besides pictures that the caller holds: one half
     * for the network, however many callers share it, the other for the rows of each picture that
     * is read and written meanwhile. 1 GiB by default.
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
     * The longest that loading and probing the model may take, and then each run of it on a tile;
     * whatever takes longer fails. By default 2 minutes (on a GPU 30) to open it, and 10 for a run.
     * Work that can't be ended, such as an endless loop of a model, goes on in a thread that nobody
     * waits for.
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
     * The side of a tile in LR pixels, its halo counted; by default tiles are as large as memory
     * allows. The result doesn't depend on it.
     *
     * @param side more than twice the model's receptive radius; less than that is raised to it
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
     * Runs the network on the threads of the {@code OrtEnvironment}, which the application made
     * with {@code OrtEnvironment.ThreadingOptions} before. {@link #threads} is then how many tiles
     * at once are given to them.
     */
    public Builder environmentThreads() {
      options = options.withEnvironmentThreads();
      return this;
    }

    /**
     * The most of a GPU's memory that CUDA may use; all of it by default.
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

    /**
     * The model's scale, in place of what its card says. A model that upscales otherwise is
     * refused.
     */
    public Builder scale(int scale) {
      options = options.withScale(scale);
      return this;
    }

    /** What the model's channels mean, in place of its card or of what their number tells. */
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
      if (pixels < 0 || pixels > Probe.MAX_RADIUS) {
        throw new IllegalArgumentException(
            "receptive radius: expected 0 to " + Probe.MAX_RADIUS + ", received " + pixels);
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
      Settings settings = new Settings(device, threads, executor, memory, tile, options);
      ModelSource source = model;
      if (source == null && strength.isPresent()) {
        String name = ChoicePolicy.withStrength(scaleOfChoice);
        source = () -> Model.pretrained(name);
      }
      if (source == null) {
        Siblings siblings = new Siblings(settings);
        Model own = Model.pretrained(Pretrained.ofScale(scaleOfChoice));
        return new Upscaler(own, settings, siblings.places(), siblings::networks, siblings);
      }
      Workers.Places places = new Workers.Places(threads);
      return new Upscaler(source.read().at(strength), settings, places, () -> 1, null);
    }
  }
}
