package io.subpixel.runtime.server.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.file.PictureWriter;
import io.subpixel.pictures.resampling.internal.ResizingSink;
import io.subpixel.runtime.Background;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.server.Limit;
import io.subpixel.zoo.internal.condition.Condition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Makes regions of images. A region that grows goes through the network with as much around it as
 * the network sees, and so has the pixels that it has in the whole enlargement. Thread-safe.
 */
final class IiifImages {
  /** The formats of results, by their endings. */
  static final Map<String, PictureFormat> FORMATS =
      new TreeMap<>(
          Map.of(
              "jpg", PictureFormat.JPEG,
              "png", PictureFormat.PNG,
              "tif", PictureFormat.TIFF,
              "webp", PictureFormat.WEBP));

  /** WebP holds no longer sides. */
  private static final int MAX_SIDE = 16_383;

  /** Beyond what the network sees: chroma and alpha by bicubic, and colours hidden by alpha. */
  private static final int MARGIN = 8;

  private static final int MAX_CONDITIONS = 1000;
  private static final int ROWS_AT_ONCE = 32;
  private static final Background PAPER = Background.parse("white");
  private static final WriteOptions WRITE = WriteOptions.DEFAULTS.withQuality(90);

  private final Settings settings;
  private final Upscalers upscalers;

  /** What images have been through, by their versions: the one not asked for longest goes. */
  private final Map<String, Condition> conditions =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Condition> eldest) {
          return size() > MAX_CONDITIONS;
        }
      };

  IiifImages(Settings settings, Upscalers upscalers) {
    this.settings = settings;
    this.upscalers = upscalers;
  }

  /**
   * Reads an image's header.
   *
   * @throws Problem 404 if the file is no image
   */
  PictureLayout layout(IiifFolder.Item item) throws IOException, Problem {
    try (PictureReader reader = open(item)) {
      return reader.layout();
    }
  }

  private PictureReader open(IiifFolder.Item item) throws IOException, Problem {
    try {
      return PictureReader.open(
          PictureSource.of(item.path(), Problem.PICTURE), settings.limit(Limit.PIXELS));
    } catch (InvalidInputException e) {
      throw IiifFolder.none();
    }
  }

  /** Returns how large results of an image may be. */
  IiifRequest.Bounds bounds(PictureLayout image) {
    return new IiifRequest.Bounds(
        side(image.width()), side(image.height()), settings.limit(Limit.IIIF_PIXELS));
  }

  private static int side(int pixels) {
    return (int) Math.min(MAX_SIDE, (long) TargetSize.MAX_SCALE * pixels);
  }

  /**
   * Returns the multiply-accumulates of a region; 0 if it doesn't grow.
   *
   * @throws Problem 501 if it would grow more than the library enlarges
   */
  long macs(IiifRequest.Cut cut) throws Problem {
    if (cut.scale() <= 1) {
      return 0;
    } else if (cut.scale() > TargetSize.MAX_SCALE) {
      throw new Problem(
          501,
          "size",
          "at most " + TargetSize.MAX_SCALE + " times the region",
          cut.outWidth() + "x" + cut.outHeight() + " for " + cut.width() + "x" + cut.height());
    }
    Upscalers.Key key = key(cut);
    PictureLayout lr = new PictureLayout(cut.width() + 2 * MARGIN, cut.height() + 2 * MARGIN, 3, 8);
    PictureLayout sr = lr.withSize(cut.outWidth(), cut.outHeight());
    double macs = Upscaling.macs(lr, sr, key.scale(), key.macsPerLrPixel());
    if (macs > settings.limit(Limit.REQUEST_MACS)) {
      throw Problem.tooLarge(
          "size",
          "at most %,d multiply-accumulates".formatted(settings.limit(Limit.REQUEST_MACS)),
          "%,.0f".formatted(macs));
    }
    return (long) macs;
  }

  private static Upscalers.Key key(IiifRequest.Cut cut) {
    return new Upscalers.Key(
        Optional.empty(), TargetSize.times(cut.scale()).bestModelScale(), OptionalDouble.empty());
  }

  /** Makes a region, as a file of the wanted format. */
  byte[] make(
      IiifFolder.Item item, IiifRequest request, IiifRequest.Cut cut, Cancellation cancellation)
      throws IOException, Problem {
    PictureFormat format = FORMATS.getOrDefault(request.format(), PictureFormat.JPEG);
    Picture picture;
    byte[] profile;
    if (cut.scale() > 1) {
      try (Upscalers.Lease lease = upscalers.lease(key(cut))) {
        Condition condition = condition(item, lease.upscaler());
        try (PictureReader reader = open(item)) {
          profile = reader.metadata().iccProfile();
          picture = enlarged(shown(reader, format), cut, lease.upscaler(), condition, cancellation);
        }
      }
    } else {
      try (PictureReader reader = open(item)) {
        profile = reader.metadata().iccProfile();
        picture = reduced(shown(reader, format), cut, cancellation);
      }
    }
    Picture turned = IiifPixels.turned(picture, request.isMirrored(), request.quarters());
    Picture result = IiifPixels.of(turned, request.quality());
    Metadata metadata =
        Metadata.NONE.withIccProfile(result.isColour() == picture.isColour() ? profile : null);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PictureLayout layout = PictureLayout.of(result);
    try (PictureWriter writer =
        PictureWriter.create(out, Problem.RESULT, format, layout, metadata, WRITE)) {
      writer.write(Rows.of(result), 0, result.height());
      writer.commit();
    }
    return out.toByteArray();
  }

  private static RowSource shown(PictureReader reader, PictureFormat format) {
    return reader.layout().hasAlpha() && !format.holdsAlpha() ? PAPER.under(reader) : reader;
  }

  /** Returns what an image has been through. All its regions get the same model by it. */
  private Condition condition(IiifFolder.Item item, Upscaler upscaler) throws IOException, Problem {
    synchronized (conditions) {
      Condition known = conditions.get(item.version());
      if (known != null) {
        return known;
      }
    }
    Condition found;
    try (PictureReader reader = open(item)) {
      found =
          upscaler
              .prepare(reader, reader.jpegQuality())
              .chosen()
              .choice()
              .orElseThrow()
              .condition();
    }
    synchronized (conditions) {
      conditions.put(item.version(), found);
    }
    return found;
  }

  private static Picture reduced(RowSource image, IiifRequest.Cut cut, Cancellation cancellation)
      throws IOException {
    RowSource region = new Region(image, cut.x(), cut.y(), cut.width(), cut.height(), cancellation);
    PictureLayout layout = region.layout().withSize(cut.outWidth(), cut.outHeight());
    Rows result = new Rows(cut.outHeight(), layout);
    RowSink sink = resized(region.layout(), RowSink.of(result, layout));
    Rows band = new Rows(Math.min(ROWS_AT_ONCE, cut.height()), region.layout());
    for (int y = 0; y < cut.height(); y += band.count()) {
      int count = Math.min(band.count(), cut.height() - y);
      region.read(band, 0, count);
      sink.write(band, 0, count);
    }
    return IiifPixels.of(result, layout);
  }

  private static RowSink resized(PictureLayout from, RowSink to) {
    return from.equals(to.layout()) ? to : new ResizingSink(from, to);
  }

  private static Picture enlarged(
      RowSource image,
      IiifRequest.Cut cut,
      Upscaler upscaler,
      Condition condition,
      Cancellation cancellation)
      throws IOException {
    Upscaler.Chosen chosen = upscaler.choose(condition);
    int scale = chosen.upscaler().traits().scale();
    int times = scale;
    while (times < cut.scale()) {
      times *= scale;
    }
    int margin =
        2 * chosen.upscaler().traits().receptiveRadius().orElse(MARGIN)
            + 2 * upscaler.traits().receptiveRadius().orElse(MARGIN)
            + MARGIN;
    int left = Math.max(0, cut.x() - margin);
    int top = Math.max(0, cut.y() - margin);
    int right = Math.min(image.layout().width(), cut.x() + cut.width() + margin);
    int bottom = Math.min(image.layout().height(), cut.y() + cut.height() + margin);
    RowSource lr = new Region(image, left, top, right - left, bottom - top, cancellation);

    PictureLayout layout = lr.layout().withSize(cut.outWidth(), cut.outHeight());
    Rows result = new Rows(cut.outHeight(), layout);
    PictureLayout grown =
        layout.withSize(
            Math.multiplyExact(cut.width(), times), Math.multiplyExact(cut.height(), times));
    PictureLayout whole =
        layout.withSize(
            Math.multiplyExact(right - left, times), Math.multiplyExact(bottom - top, times));
    RowSink sink =
        new Inside(
            whole,
            (cut.x() - left) * times,
            (cut.y() - top) * times,
            resized(grown, RowSink.of(result, layout)));
    upscaler.upscale(new Upscaler.Prepared(lr, chosen), sink);
    return IiifPixels.of(result, layout);
  }

  /** Gives a region of a picture, whose rows before it are read and dropped. */
  private static final class Region implements RowSource {
    private final RowSource picture;
    private final int left;
    private final PictureLayout layout;
    private final Rows band;
    private final Cancellation cancellation;
    private int before;

    Region(RowSource picture, int left, int top, int width, int height, Cancellation cancellation) {
      this.picture = picture;
      this.left = left;
      this.cancellation = cancellation;
      before = top;
      layout = picture.layout().withSize(width, height);
      band = new Rows(Math.min(ROWS_AT_ONCE, picture.layout().height()), picture.layout());
    }

    @Override
    public PictureLayout layout() {
      return layout;
    }

    @Override
    public void read(Rows into, int at, int count) throws IOException {
      while (before > 0) {
        int skipped = Math.min(before, band.count());
        readBand(skipped);
        before -= skipped;
      }
      for (int done = 0; done < count; ) {
        int rows = Math.min(count - done, band.count());
        readBand(rows);
        for (int row = 0; row < rows; row++) {
          IiifPixels.copy(band, row, left, into, at + done + row);
        }
        done += rows;
      }
    }

    private void readBand(int rows) throws IOException {
      cancellation.check();
      picture.read(band, 0, rows);
    }

    @Override
    public void close() {}
  }

  /** Passes on a part of a picture. */
  private static final class Inside implements RowSink {
    private final PictureLayout layout;
    private final int left;
    private final int top;
    private final RowSink part;
    private final Rows line;
    private int taken;

    Inside(PictureLayout layout, int left, int top, RowSink part) {
      this.layout = layout;
      this.left = left;
      this.top = top;
      this.part = part;
      line = new Rows(1, part.layout());
    }

    @Override
    public PictureLayout layout() {
      return layout;
    }

    @Override
    public void write(Rows from, int at, int count) throws IOException {
      for (int row = at; row < at + count; row++, taken++) {
        if (taken >= top && taken < top + part.layout().height()) {
          IiifPixels.copy(from, row, left, line, 0);
          part.write(line, 0, 1);
        }
      }
    }

    @Override
    public void close() {}
  }
}
