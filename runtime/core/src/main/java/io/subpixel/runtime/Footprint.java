package io.subpixel.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.subpixel.pictures.internal.Temporaries;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The native memory of a run. ONNX Runtime's profile reports after each node how much its arena has
 * allocated. The maximum, per LR pixel, is what one run needs.
 */
final class Footprint {
  /** Bytes per LR pixel that no sensible network exceeds. */
  static final long GREEDIEST = 16 << 10;

  private static final int SIDE = 64;

  /** The arena grows by powers of two, and gaps between allocations can't always be used. */
  private static final double MARGIN = 2.4;

  // The profile contains raw names of nodes, some of which a JSON parser would reject.
  private static final Pattern COUNT =
      Pattern.compile(
          "\"(mem_bytes_requested_in_use|activation_size|output_size)\"\\s*:\\s*\"(\\d{1,17})\"");

  private Footprint() {}

  /**
   * An upper bound for plain networks, as measuring would slow every start: the width that one 3x3
   * convolution with all its work would have, four such layers alive at once, and 80 values for its
   * ends.
   */
  static long ofPlain(ModelCard card) {
    return (long) (Float.BYTES * (80 + 4 * Math.sqrt(card.macsPerLrPixel() / 9.0)));
  }

  /**
   * Returns the bytes per LR pixel of one run, without the buffers of its {@link Tile}.
   *
   * @param model the model
   * @param traits the model's traits
   * @param device where it runs
   * @param options the options of its session
   * @throws IOException if the profile can't be written or read
   */
  static long bytesPerLrPixel(
      Model model, ModelTraits traits, Device device, NetworkOptions options)
      throws OrtException, Session.ExceededException, IOException {
    int multiple = traits.multiple();
    int side = (SIDE + multiple - 1) / multiple * multiple;
    int width = traits.fixedWidth().orElse(side);
    int height = traits.fixedHeight().orElse(side);
    long most = 0;
    for (String event : profile(model, traits, device, options, width, height)) {
      most = Math.max(most, bytes(event));
    }
    return (long) Math.ceil(MARGIN * most / ((double) width * height));
  }

  /** Returns ONNX Runtime's profile of a run on LR pixels: one event per line. */
  static List<String> profile(
      Model model, ModelTraits traits, Device device, NetworkOptions options, int width, int height)
      throws OrtException, Session.ExceededException, IOException {
    Path folder = Temporaries.folder();
    try (Session session =
        Session.open(
            options.opening(device).withMore(OnnxNetwork.MAX_TIMES_THE_FILE * model.bytes()),
            () -> {
              try (OrtSession.SessionOptions profiled = OnnxRuntime.options(device, options)) {
                profiled.enableProfiling(folder.resolve("run").toString());
                return model.session(profiled, device);
              }
            })) {
      // Closed only after the run, as an abandoned one continues to use it.
      Tile tile = new Tile(traits, session.ending(), width * height);
      tile.resize(width, height);
      session.run(options.running(), tile::run).close();
      tile.close();
      return Files.readAllLines(
          Path.of(session.info().endProfiling()), StandardCharsets.ISO_8859_1);
    } finally {
      Temporaries.delete(folder);
    }
  }

  /**
   * Returns the bytes allocated by the arena or, if not reported, those that the node reads and
   * writes.
   */
  private static long bytes(String event) {
    long given = 0;
    long touched = 0;
    Matcher count = COUNT.matcher(event);
    while (count.find()) {
      long bytes = Long.parseLong(count.group(2));
      if (count.group(1).equals("mem_bytes_requested_in_use")) {
        given = bytes;
      } else {
        touched += bytes;
      }
    }
    return Math.max(given, touched);
  }
}
