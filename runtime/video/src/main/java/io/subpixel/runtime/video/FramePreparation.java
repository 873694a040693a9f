package io.subpixel.runtime.video;

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
 * Makes of decoded frames what is upscaled: of a layout that is read, progressive and upright where
 * that is asked for, and all as the first, whatever a stream changes midway. Frames that are such
 * already stay as they are. For one thread at a time.
 */
final class FramePreparation implements AutoCloseable {
  /** A frame of each; where nothing is interlaced, nothing changes. */
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

  /** What filters are made for. */
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
   * Makes ready.
   *
   * @param file what messages call the clip
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
   * @param seconds when it is shown, for messages
   * @throws InvalidInputException if it can't become what is upscaled
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

  /** Lets go of what filters hold; others may follow. */
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

  /** The next frame that is ready, which the caller frees; null if more must be put in. */
  @Nullable AVFrame take() {
    return ready.poll();
  }

  /** What was done to frames that weren't as the first, in words. */
  List<String> notes() {
    return List.copyOf(notes.values());
  }

  /** What was done to frames so that they are upright. */
  Orientation orientation() {
    return orientation;
  }

  /** The filters that such frames need; null if none. */
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
      // HD's matrix and studio range are what players take silence for, too.
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

  /** How frames come out, but for where their chroma lies, which stays as it was in the first. */
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

  /** Where encoders take chroma for lying: where it is turned it lay among other samples. */
  private static int usual(AVFrame frame) {
    boolean centred = PixelFormat.placement(frame.chroma_location()).x() > 0;
    return centred ? AVCHROMA_LOC_CENTER : AVCHROMA_LOC_LEFT;
  }

  /**
   * Turns frames upright; where chroma has fewer samples than luma, by way of as many.
   *
   * @return the layout in which they are then
   */
  private int turn(List<String> chain, AVFrame frame, int pixels) throws IOException {
    if (treatment.turn() == Treatment.Turn.NEVER) {
      return pixels;
    }
    Orientation stored = Orientation.of(frame);
    if (stored == null) {
      throw invalid("frames that lie at a right angle", "others; MP4 and MKV tell how they lie");
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

  /** From one layout of YUV to another, chroma where it is said to lie. */
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

  /** Forgets the frames under way, as those of another place follow. */
  void reset() {
    ready.forEach(each -> av_frame_free(each));
    ready.clear();
    notes.clear();
    format = null;
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
