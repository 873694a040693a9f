package io.subpixel.runtime.video.internal.still;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.codec.WholeDecoder;
import io.subpixel.runtime.video.internal.still.Heif.Coded;
import io.subpixel.runtime.video.internal.still.Heif.Nclx;
import io.subpixel.runtime.video.internal.still.Heif.Step;
import java.io.IOException;
import java.util.Set;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/** An HEIF picture that is decoded as a whole when its first row is asked for. */
final class HeifDecoder {
  /** Of H.273, those that FFmpeg's scaler knows. */
  private static final Set<Integer> MATRICES = Set.of(0, 1, 2, 4, 5, 6, 7, 9);

  /** FFmpeg's planes, as decoded, assembled and converted. */
  private static final int FRAMES = 3;

  private final PictureSource source;
  private final Heif heif;

  /** Opens a picture; its first row decodes it. */
  static PictureDecoder open(PictureSource source, Heif heif) throws InvalidInputException {
    HeifDecoder decoder = new HeifDecoder(source, heif);
    return new WholeDecoder(heif.shown(), heif.metadata(), () -> decoder.decoded()::copyTo);
  }

  private HeifDecoder(PictureSource source, Heif heif) throws InvalidInputException {
    this.source = source;
    this.heif = heif;
    Nclx matrix = heif.matrix();
    if (matrix != null) {
      requireKnown(matrix.matrix());
    }
    PictureLayout decoded = heif.layout();
    DecodeErrors.requireMemory(
        (1 + FRAMES) * decoded.pixels() * decoded.channels() * decoded.depth() / 8, source.where());
  }

  private void requireKnown(int matrix) throws InvalidInputException {
    if (!MATRICES.contains(matrix)) {
      throw new InvalidInputException(
          source.where(),
          "R, G, B or the matrix of BT.601, BT.709, BT.2020, FCC or SMPTE 240M",
          "matrix coefficients " + matrix);
    }
  }

  private Rows decoded() throws IOException {
    PictureLayout stored = heif.layout();
    Coded alpha = heif.alpha();
    Rows rows;
    try (GuardedInput in = new GuardedInput(source)) {
      int channels = stored.isColour() ? 3 : 1;
      rows =
          samples(
              in,
              heif.colour(),
              heif.matrix(),
              false,
              new PictureLayout(stored.width(), stored.height(), channels, stored.depth()));
      if (alpha != null) {
        Rows opacity =
            samples(
                in,
                alpha,
                null,
                true,
                new PictureLayout(stored.width(), stored.height(), 1, stored.depth()));
        rows = withAlpha(rows, opacity, stored);
      }
    }
    PictureLayout shown = stored;
    for (Step step : heif.steps()) {
      rows = step.applied(rows, shown);
      shown = step.layout(shown);
    }
    return rows;
  }

  private Rows samples(
      GuardedInput in, Coded coded, @Nullable Nclx matrix, boolean isAlpha, PictureLayout layout)
      throws IOException {
    AVFrame frame = assembled(in, coded);
    try {
      if (matrix != null) {
        // The container's word is above the stream's (ISO/IEC 23000-22, 7.3.6.4).
        frame.color_range(matrix.isFull() ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG);
        frame.colorspace(matrix.matrix());
      }
      if (frame.colorspace() == AVCOL_SPC_UNSPECIFIED) {
        frame.colorspace(AVCOL_SPC_SMPTE170M);
      }
      if (layout.isColour()) {
        requireKnown(frame.colorspace());
      } else if (isAlpha && !coded.kind().isAv1()) {
        // HEVC without a word on it would be of studio range, which alpha never is.
        frame.color_range(AVCOL_RANGE_JPEG);
      }
      return StillFrames.rows(frame, layout);
    } finally {
      av_frame_free(frame);
    }
  }

  private static AVFrame assembled(GuardedInput in, Coded coded) throws IOException {
    AVFrame first = tile(in, coded, 0);
    boolean isWhole =
        coded.tiles().size() == 1
            && first.width() == coded.width()
            && first.height() == coded.height();
    if (isWhole) {
      return first;
    }
    AVFrame canvas = null;
    boolean assembled = false;
    try {
      canvas = StillFrames.like(first, coded.width(), coded.height());
      for (int i = 0; i < coded.tiles().size(); i++) {
        AVFrame tile = i == 0 ? first : tile(in, coded, i);
        try {
          StillFrames.copy(
              tile,
              coded.tileWidth(),
              coded.tileHeight(),
              canvas,
              i % coded.columns() * coded.tileWidth(),
              i / coded.columns() * coded.tileHeight());
        } finally {
          if (i > 0) {
            av_frame_free(tile);
          }
        }
      }
      assembled = true;
      return canvas;
    } finally {
      av_frame_free(first);
      if (canvas != null && !assembled) {
        av_frame_free(canvas);
      }
    }
  }

  private static AVFrame tile(GuardedInput in, Coded coded, int index) throws IOException {
    boolean isAv1 = coded.kind().isAv1();
    return StillFrames.decode(
        isAv1 ? AV_CODEC_ID_AV1 : AV_CODEC_ID_HEVC,
        isAv1 ? "libaom-av1" : null,
        coded.kind().configuration(),
        HeifFile.read(in, coded.tiles().get(index)),
        coded.tileWidth(),
        coded.tileHeight());
  }

  private Rows withAlpha(Rows colours, Rows opacity, PictureLayout stored) {
    Rows rows = new Rows(stored.height(), stored);
    int greatest = rows.greatest();
    for (int y = 0; y < stored.height(); y++) {
      for (int x = 0; x < stored.width(); x++) {
        int alpha = opacity.at(y, x, 0);
        for (int c = 0; c < colours.channels(); c++) {
          int colour = colours.at(y, x, c);
          if (heif.isPremultiplied() && alpha > 0) {
            colour = (int) Math.min(greatest, ((long) colour * greatest + alpha / 2) / alpha);
          }
          rows.put(y, x, c, colour);
        }
        rows.put(y, x, colours.channels(), alpha);
      }
    }
    return rows;
  }
}
