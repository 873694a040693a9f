package io.subpixel.conformance.benchmark.service;

import io.subpixel.conformance.matrix.javascript.NodeModules;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.runtime.Upscaler;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Clients that send drawn pictures to {@code bin/runtime serve}, beside threads that upscale the
 * same files by the library, and clients of a minimal service in Node. All take turns; PNG in and
 * out, x2.
 *
 * @param sizes of the pictures
 * @param clients at once, and threads of the library
 * @param turn how long a turn lasts
 * @param rounds how many turns each party gets after one that doesn't count
 * @param model name of a shipped x2 model of luma
 * @param launcher {@code bin/runtime}
 * @param node the program {@code node}
 * @param npm where its packages are installed
 */
public record ServiceLoad(
    List<Size> sizes,
    int clients,
    Duration turn,
    int rounds,
    String model,
    Path launcher,
    String node,
    Path npm) {
  private static final String LIBRARY = "library";
  private static final String SERVICE = "service";
  private static final String NODE = "Node";
  private static final long SEED = 11;

  /** The two round and enlarge chroma differently; a lower PSNR means a different picture. */
  private static final double MIN_PSNR = 40;

  /** Copies the list. */
  public ServiceLoad {
    sizes = List.copyOf(sizes);
  }

  /** A size in pixels. */
  public record Size(int width, int height) {
    @Override
    public String toString() {
      return width + "x" + height;
    }
  }

  /**
   * A party's figures.
   *
   * @param perSecond requests a second, the median of the turns
   * @param p50 milliseconds within which half of the requests were answered
   * @param p99 milliseconds within which 99 of 100 were
   * @param ratio of {@code perSecond} to that of the library
   */
  public record Row(
      String size, String party, double perSecond, double p50, double p99, double ratio) {}

  /**
   * The result.
   *
   * @param absent what this machine lacks for Node's rows; null if nothing
   */
  public record Result(
      String model,
      int clients,
      double seconds,
      int rounds,
      List<Row> rows,
      @Nullable String absent) {
    /** Copies the rows. */
    public Result {
      rows = List.copyOf(rows);
    }
  }

  /**
   * Runs it.
   *
   * @param progress called after each turn
   * @throws IOException if a request fails
   * @throws VerificationException if the parties make different pictures
   */
  public Result run(Runnable progress) throws IOException {
    Path folder = Files.createTempDirectory("subpixel-load");
    String absent = null;
    List<Row> rows = new ArrayList<>();
    try (Upscaler upscaler = Upscaler.builder().model(model).open();
        LocalService service =
            LocalService.start(List.of(launcher.toString(), "serve", "--port", "0"), Map.of())) {
      @Nullable LocalService byNode = null;
      try {
        byNode = startNode(folder);
      } catch (UnavailableException e) {
        absent = e.getMessage();
      }
      try {
        for (Size size : sizes) {
          rows.addAll(measure(size, folder, upscaler, service, byNode, progress));
        }
      } finally {
        if (byNode != null) {
          byNode.close();
        }
      }
    } finally {
      delete(folder);
    }
    return new Result(model, clients, turn.toMillis() / 1e3, rounds, rows, absent);
  }

  private LocalService startNode(Path folder) throws IOException {
    Path modules =
        new NodeModules("fastify, onnxruntime-node and sharp", ServiceLoad.class)
            .install(npm, node);
    Path onnx = Files.write(folder.resolve("model.onnx"), Pretrained.onnx(model));
    Path script = folder.resolve("service.mjs");
    try (InputStream in = ServiceLoad.class.getResourceAsStream("service.mjs")) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    return LocalService.start(
        List.of(node, script.toString(), modules.toString(), onnx.toString()), Map.of());
  }

  private List<Row> measure(
      Size size,
      Path folder,
      Upscaler upscaler,
      LocalService service,
      @Nullable LocalService byNode,
      Runnable progress)
      throws IOException {
    Path in = folder.resolve(size + ".png");
    PictureFiles.write(in, TestCard.draw(size.width(), size.height(), SEED));
    byte[] picture = Files.readAllBytes(in);
    Map<String, Clients.Request> parties = new LinkedHashMap<>();
    parties.put(LIBRARY, client -> upscaler.upscale(in, folder.resolve(client + ".png")));
    parties.put(SERVICE, client -> answered(service, picture));
    if (byNode != null) {
      parties.put(NODE, client -> answered(byNode, picture));
    }
    compare(in, folder, upscaler, service, byNode);
    Map<String, List<Clients.Turn>> turns = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (Map.Entry<String, Clients.Request> party : parties.entrySet()) {
        Clients.Turn taken = Clients.run(clients, turn, party.getValue());
        if (round > 0) {
          turns.computeIfAbsent(party.getKey(), name -> new ArrayList<>()).add(taken);
        }
        progress.run();
      }
    }
    double library = perSecond(Objects.requireNonNull(turns.get(LIBRARY)));
    return turns.entrySet().stream()
        .map(each -> row(size, each.getKey(), each.getValue(), library))
        .toList();
  }

  private Row row(Size size, String party, List<Clients.Turn> turns, double library) {
    double[] milliseconds =
        turns.stream()
            .flatMap(each -> each.milliseconds().stream())
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    double perSecond = perSecond(turns);
    return new Row(
        size.toString(),
        party,
        perSecond,
        part(milliseconds, 0.5),
        part(milliseconds, 0.99),
        perSecond / library);
  }

  private static double perSecond(List<Clients.Turn> turns) {
    double[] sorted = turns.stream().mapToDouble(Clients.Turn::perSecond).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The smallest value that so large a part of all doesn't exceed. */
  static double part(double[] sorted, double part) {
    return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
  }

  private byte[] answered(LocalService service, byte[] picture)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = service.upscale("scale=2&format=png&model=" + model, picture);
    if (response.statusCode() != 200) {
      throw new IOException("load: expected status 200, received " + response.statusCode());
    }
    return response.body();
  }

  private void compare(
      Path in, Path folder, Upscaler upscaler, LocalService service, @Nullable LocalService byNode)
      throws IOException {
    Path expected = folder.resolve("expected.png");
    upscaler.upscale(in, expected);
    byte[] picture = Files.readAllBytes(in);
    try {
      if (!Arrays.equals(answered(service, picture), Files.readAllBytes(expected))) {
        throw new VerificationException(
            "service: expected the library's bytes, received others, of " + in.getFileName());
      }
      if (byNode == null) {
        return;
      }
      Path made = Files.write(folder.resolve("node.png"), answered(byNode, picture));
      double psnr = Metrics.psnr(PictureFiles.read(made), PictureFiles.read(expected), 0);
      if (psnr < MIN_PSNR) {
        throw new VerificationException(
            String.format(
                Locale.ROOT,
                "Node's picture beside the library's: expected %.0f dB or more, received %.1f",
                MIN_PSNR,
                psnr));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
