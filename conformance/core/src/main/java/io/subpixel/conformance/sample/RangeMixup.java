package io.subpixel.conformance.sample;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.internal.colour.Bt601;
import io.subpixel.pictures.metrics.Metrics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A way from R, G, B to luma and chroma and back in which ranges may be mixed, though no network
 * comes between.
 *
 * @param name what is mixed
 * @param luma the range that luma is made in
 * @param chroma the range that chroma is made in
 * @param back the range by which both become R, G, B again
 */
record RangeMixup(String name, Bt601 luma, Bt601 chroma, Bt601 back) {
  /** The correct way, then three wrong ones. */
  static final List<RangeMixup> ALL =
      List.of(
          new RangeMixup("one range", Bt601.FULL, Bt601.FULL, Bt601.FULL),
          new RangeMixup("full there, studio back", Bt601.FULL, Bt601.FULL, Bt601.STUDIO),
          new RangeMixup("studio there, full back", Bt601.STUDIO, Bt601.STUDIO, Bt601.FULL),
          new RangeMixup("studio luma, full chroma", Bt601.STUDIO, Bt601.FULL, Bt601.FULL));

  /** Converts to luma and chroma and back. */
  Picture apply(Picture picture) {
    Plane[] planes = chroma.chroma(picture);
    return back.toRgb(luma.luma(picture), planes[0], planes[1]);
  }

  /** A line for each way, then one for each wrong comparison: its PSNR where nothing was lost. */
  static List<String> figures(Picture picture) {
    Plane full = Bt601.FULL.luma(picture);
    Plane studio = Bt601.STUDIO.luma(picture);
    int width = picture.width() - 1;
    int height = picture.height() - 1;
    Picture moved = picture.crop(1, 1, width, height);
    return Stream.concat(
            ALL.stream().map(way -> line(way.name, Metrics.psnr(picture, way.apply(picture), 0))),
            Stream.of(
                line("luma 16..235 against 0..255", psnr(studio, 255, full)),
                line("luma 0..1 against 0..255", psnr(full, 1, full)),
                line(
                    "moved by a pixel each way",
                    Metrics.psnr(picture.crop(0, 0, width, height), moved, 0))))
        .collect(Collectors.toList());
  }

  /** At peak 255, of {@code a} times {@code scale} against {@code b} times 255. */
  private static double psnr(Plane a, double scale, Plane b) {
    double sum = 0;
    for (int i = 0; i < a.values().length; i++) {
      double difference = scale * a.values()[i] - 255 * b.values()[i];
      sum += difference * difference;
    }
    return 10 * Math.log10(255 * 255 / (sum / a.values().length));
  }

  private static String line(String name, double psnr) {
    return String.format(Locale.ROOT, "%-28s PSNR %.2f dB", name, psnr);
  }
}
