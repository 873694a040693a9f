package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_CENTER;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_LEFT;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_move_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_remove_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/**
 * Prepares decoded frames for upscaling: converts them to a supported layout, deinterlaces and
 * rotates them on request, and converts later frames to the format of the first. Frames that need
 * no conversion stay unchanged. For one thread at a time.
 */
final class FramePreparation implements AutoCloseable {
  /** One frame per frame; progressive frames stay unchanged. */
  private static final String DEINTERLACER = "bwdif=mode=send_frame:parity=auto:deint=interlaced";

  private final Path file;
  private final Treatment treatment;
  private final AVRational timeBase;
  private final Deque<AVFrame> ready = new ArrayDeque<>();
  private final Map<FrameFormat, String> notes = new LinkedHashMap<>();
  private @Nullable Shape shape;
  private @Nullable FilterGraph filters;
  private @Nullable FrameFormat format;
  private int siting;
  private Orientation orientation = Orientation.UPRIGHT;

  /** The properties that filters depend on. */
  private record Shape(int width, int height, int pixels, int matrix, int range, int siting) {
    static Shape of(AVFrame frame) {
      return new Shape(
          frame.width(),
          frame.height(),
          frame.format(),
          frame.colorspace(),
          frame.color_range(),
          frame.chroma_location());
    }
  }

  /**
   * Creates a preparation.
   *
   * @param file the clip's name in messages
   * @param timeBase the unit of the frames' timestamps
   */
  FramePreparation(Path file, Treatment treatment, AVRational timeBase) {
    this.file = file;
    this.treatment = treatment;
    this.timeBase = timeBase;
  }

  /**
   * Takes a decoded frame, which is empty afterwards.
   *
   * @param seconds its time, for messages
   * @throws InvalidInputException if it can't be prepared
   */
  void put(AVFrame frame, double seconds) throws IOException {
    Shape own = Shape.of(frame);
    if (!own.equals(shape)) {
      finish();
      shape = own;
      filters = filters(frame, seconds);
    }
    if (filters == null) {
      AVFrame same = av_frame_alloc();
      av_frame_move_ref(same, frame);
      ready.add(same.chroma_location(siting));
    } else {
      filters.put(frame);
      drain();
    }
  }

  /** Flushes the filters; more frames may follow. */
  void finish() throws IOException {
    if (filters != null) {
      filters.put(null);
      drain();
      closeFilters();
    }
  }

  private void drain() throws IOException {
    FilterGraph graph = Objects.requireNonNull(filters);
    AVRational unit = Natives.rational(graph.timeBase());
    for (AVFrame each = graph.take(); each != null; each = graph.take()) {
      each.pts(av_rescale_q(each.pts(), unit, timeBase));
      each.duration(av_rescale_q(each.duration(), unit, timeBase));
      if (orientation != Orientation.UPRIGHT) {
        av_frame_remove_side_data(each, AV_FRAME_DATA_DISPLAYMATRIX);
      }
      ready.add(each.chroma_location(siting));
    }
  }

  /** Returns the next prepared frame, which the caller frees; null if more input is needed. */
  @Nullable AVFrame take() {
    return ready.poll();
  }

  /** Describes conversions of frames that differ from the first. */
  List<String> notes() {
    return List.copyOf(notes.values());
  }

  /** Returns the rotation that was applied to make frames upright. */
  Orientation orientation() {
    return orientation;
  }

  /** Returns the filters that a frame needs; null if none. */
  private @Nullable FilterGraph filters(AVFrame frame, double seconds) throws IOException {
    int pixels =
        PixelFormat.of(frame.format()) == null
            ? PixelFormat.nearest(frame.format())
            : frame.format();
    PixelFormat layout = PixelFormat.of(pixels);
    if (layout == null) {
      throw invalid("frames of " + PixelFormat.EXPECTED, PixelFormat.name(frame.format()));
    }
    List<String> chain = new ArrayList<>();
    if (treatment.deinterlace()) {
      chain.add(DEINTERLACER);
    }
    if (PixelFormat.isRgb(frame.format())) {
      // HD's matrix and studio range, as players assume without a label.
      chain.add(
          FilterGraph.SCALER + ":out_color_matrix=bt709:out_range=tv,format=" + layout.name());
    } else if (pixels != frame.format()) {
      chain.add(scaler(frame.format(), pixels, frame.chroma_location()));
    }
    pixels = turn(chain, frame, pixels);
    FrameFormat received = received(frame, Objects.requireNonNull(PixelFormat.of(pixels)));
    if (format == null) {
      format = received;
      siting = orientation == Orientation.UPRIGHT ? frame.chroma_location() : usual(frame);
    } else if (!received.equals(format)) {
      chain.add(
          "%s:w=%d:h=%d:out_range=%s,format=%s"
              .formatted(
                  FilterGraph.SCALER,
                  format.width(),
                  format.height(),
                  format.studio() ? "tv" : "pc",
                  PixelFormat.name(PixelFormat.planar(format))));
      notes.putIfAbsent(
          received,
          String.format(
              Locale.ROOT,
              "from %.3f s on frames of %s are made %s",
              seconds,
              PixelFormat.describe(received, format),
              PixelFormat.describe(format, received)));
    }
    return chain.isEmpty() ? null : graph(chain, frame);
  }

  private FilterGraph graph(List<String> chain, AVFrame frame) throws IOException {
    return FilterGraph.of(String.join(",", chain), frame, timeBase);
  }

  /** Returns the format of prepared frames, with the chroma siting of the first. */
  private FrameFormat received(AVFrame frame, PixelFormat layout) {
    boolean turned = orientation.isTransposing();
    return new FrameFormat(
        turned ? frame.height() : frame.width(),
        turned ? frame.width() : frame.height(),
        layout.depth(),
        layout.components().size(),
        layout.log2ChromaWidth(),
        layout.log2ChromaHeight(),
        PixelFormat.isRgb(frame.format()) || layout.isStudio(frame),
        new FrameFormat.Siting(0, 0));
  }

  /** Returns the siting that encoders assume, as rotation changes the original one. */
  private static int usual(AVFrame frame) {
    boolean centred = PixelFormat.placement(frame.chroma_location()).x() > 0;
    return centred ? AVCHROMA_LOC_CENTER : AVCHROMA_LOC_LEFT;
  }

  /**
   * Rotates frames upright; subsampled chroma is enlarged for that.
   *
   * @return the resulting layout
   */
  private int turn(List<String> chain, AVFrame frame, int pixels) throws IOException {
    if (treatment.turn() == Treatment.Turn.NEVER) {
      return pixels;
    }
    Orientation stored = Orientation.of(frame);
    if (stored == null) {
      throw invalid(
          "frames rotated by multiples of 90 degrees", "another angle; MP4 and MKV can store it");
    }
    orientation = stored;
    if (stored == Orientation.UPRIGHT) {
      return pixels;
    }
    int full = PixelFormat.withFullChroma(pixels);
    if (full != pixels) {
      chain.add(scaler(pixels, full, frame.chroma_location()));
    }
    chain.add(stored.filters());
    if (full == pixels || treatment.turn() == Treatment.Turn.WITH_FULL_CHROMA) {
      return full;
    }
    chain.add(scaler(full, pixels, usual(frame)));
    return pixels;
  }

  /** Returns a filter from one YUV layout to another that respects chroma siting. */
  private static String scaler(int from, int to, int location) {
    FrameFormat.Siting siting = PixelFormat.placement(location);
    return FilterGraph.SCALER
        + PixelFormat.chromaPositions("in", from, siting)
        + PixelFormat.chromaPositions("out", to, siting)
        + ",format="
        + PixelFormat.name(to);
  }

  private InvalidInputException invalid(String expected, String received) {
    return new InvalidInputException(file.toString(), expected, received);
  }

  /** Drops frames in progress before those of another position, the first of which decides. */
  void reset() {
    restart();
    format = null;
  }

  /** Drops frames in progress before those of another position, which become like the first. */
  void restart() {
    ready.forEach(each -> av_frame_free(each));
    ready.clear();
    notes.clear();
    closeFilters();
  }

  private void closeFilters() {
    if (filters != null) {
      filters.close();
      filters = null;
    }
    shape = null;
  }

  @Override
  public void close() {
    reset();
  }
}
