package io.subpixel.runtime.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.testing.Pictures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server process under requests and uploads that are meant to break it. {@code
 * -Dsubpixel.hostile=10} multiplies their number.
 */
@Timeout(1800)
class HostileTest {
  private static final int TIMES = Integer.getInteger("subpixel.hostile", 1);
  private static final int REQUESTS = 200 * TIMES;
  private static final int UPLOADS = 50 * TIMES;
  private static final int CLIENTS = 8;
  private static final Pattern STATUS = Pattern.compile("HTTP/\\d\\.\\d (\\d{3})");
  private static final List<String> LEAKS =
      List.of("Exception", "io.subpixel", "io.vertx", "io.netty", "\tat ", "/tmp");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // JUnit fills them in
  private Process process;

  @SuppressWarnings("NullAway.Init")
  private URI server;

  /** Another process, which serves until it is killed. */
  public static final class Main {
    private Main() {}

    /** Takes the folders for jobs and of images, prints the address. */
    public static void main(String[] args) throws IOException {
      UpscaleServer server =
          UpscaleServer.builder()
              .port(0)
              .state(Path.of(args[0]))
              .iiif(Path.of(args[1]), false)
              .limit(Limit.IDLE_SECONDS, 2)
              .limit(Limit.REQUEST_SECONDS, 20)
              .limit(Limit.JOBS, 100_000)
              .log(System.err::println)
              .start();
      System.out.println(server.address());
      System.out.flush();
    }
  }

  @BeforeEach
  void start() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    PictureFiles.write(images.resolve("a.png"), Pictures.random(40, 30, 3, 1));
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("temporary")),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                folder.resolve("state").toString(),
                images.toString())
            .redirectError(folder.resolve("err").toFile())
            .start();
    server = URI.create(process.inputReader().readLine());
  }

  @AfterEach
  void stop() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.resolve(path))
            .method(method, BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private static byte[] picture(Path folder, String ending) throws IOException {
    Path file = folder.resolve("seed." + ending);
    PictureFiles.write(file, Pictures.random(40, 30, 3, 1));
    return Files.readAllBytes(file);
  }

  private static String start(String text) {
    return text.substring(0, Math.min(500, text.length()));
  }

  private interface Step {
    String run(int number) throws Exception;
  }

  /** Runs steps on several threads, and counts what they tell. */
  private void run(int count, Step step) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    List<Future<String>> told = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      told.add(threads.submit(() -> step.run(number)));
    }
    for (Future<String> each : told) {
      outcomes.merge(each.get(), 1, Integer::sum);
    }
    threads.shutdown();
  }

  @Test
  void hostileRequestsHarmNobody() throws Exception {
    byte[] good = picture(folder, "png");
    byte[] before = send("POST", "/v1/upscale?model=sesr-m1-k3-x2", good).body();
    assertThat(before).isNotEmpty();
    run(
        REQUESTS,
        number -> {
          byte[] request = new HostileRequests(number).next();
          String answer = answer(request, number % 20 == 0);
          Matcher status = STATUS.matcher(answer);
          String outcome = status.lookingAt() ? status.group(1) : answer.isEmpty() ? "closed" : "?";
          boolean isRight = outcome.matches("closed|[1234]..|501|503|505");
          if (!isRight || LEAKS.stream().anyMatch(answer::contains)) {
            faults.add(
                number + ": " + start(new String(request, ISO_8859_1)) + " -> " + start(answer));
          }
          return outcome;
        });
    System.out.println("hostile requests: " + outcomes);
    assertThat(faults).isEmpty();
    assertUnharmed(good, before);
  }

  /**
   * Sends bytes, and returns what comes back.
   *
   * @param slowly a few bytes at a time
   */
  private String answer(byte[] request, boolean slowly) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
      socket.setSoTimeout(5000);
      OutputStream out = socket.getOutputStream();
      if (slowly) {
        int step = Math.max(1, request.length / 40);
        for (int at = 0; at < request.length; at += step) {
          out.write(request, at, Math.min(step, request.length - at));
          Thread.sleep(100);
        }
      } else {
        out.write(request);
      }
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0 && all.size() < 1 << 20; n = in.read(buffer)) {
        all.write(buffer, 0, n);
      }
    } catch (SocketTimeoutException e) {
      return all.size() == 0 ? "? silence" : all.toString(ISO_8859_1);
    } catch (SocketException e) {
      // Closed while we were still sending, which is an answer as well.
      return all.toString(ISO_8859_1);
    }
    return all.toString(ISO_8859_1);
  }

  private void assertUnharmed(byte[] good, byte[] before) throws Exception {
    assertThat(process.isAlive()).isTrue();
    assertThat(send("GET", "/healthz", new byte[0]).statusCode()).isEqualTo(200);
    assertThat(send("POST", "/v1/upscale?model=sesr-m1-k3-x2", good).body()).isEqualTo(before);
    // What the requests held is given back, and their uploads are gone.
    awaitMetric("subpixel_requests", 0);
    try (Stream<Path> files = Files.walk(folder.resolve("temporary"))) {
      assertThat(files.filter(each -> each.toString().matches(".*\\.(in|out)"))).isEmpty();
    }
    List<String> log = Files.readAllLines(folder.resolve("err"));
    assertThat(log.stream().filter(line -> line.contains("\"level\":\"error\""))).isEmpty();
    assertThat(log.stream().filter(line -> !line.startsWith("{"))).isEmpty();
  }

  private void awaitMetric(String name, double most) throws Exception {
    Pattern line = Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE);
    while (true) {
      Matcher found =
          line.matcher(new String(send("GET", "/metrics", new byte[0]).body(), US_ASCII));
      if (found.find() && Double.parseDouble(found.group(1)) <= most) {
        return;
      }
      Thread.sleep(50);
    }
  }

  @Test
  void mutatedUploadsHarmNobody() throws Exception {
    byte[] good = picture(folder, "png");
    byte[] before = send("POST", "/v1/upscale?model=sesr-m1-k3-x2", good).body();
    List<byte[]> seeds = new ArrayList<>();
    for (String ending : List.of("png", "jpg", "webp", "bmp", "tif", "ppm")) {
      seeds.add(picture(folder, ending));
    }
    int pictures = seeds.size();
    String made = "{}";
    for (String format : List.of("gif", "mkv", "mp4", "y4m")) {
      made = id(send("POST", "/v1/jobs?model=sesr-m1-k3-x2&format=" + format, clip()));
      awaitMetricOfJob(made);
      seeds.add(send("GET", "/v1/jobs/" + made + "/result", new byte[0]).body());
    }
    run(
        UPLOADS,
        number -> {
          int seed = number % seeds.size();
          byte[] upload = new HostileRequests(number).mutated(seeds.get(seed));
          String path = seed < pictures ? "/v1/upscale" : "/v1/jobs";
          HttpResponse<byte[]> response = send("POST", path + "?model=sesr-m1-k3-x2", upload);
          String body = new String(response.body(), ISO_8859_1);
          boolean isText = response.statusCode() != 200;
          if (response.statusCode() >= 500 || (isText && LEAKS.stream().anyMatch(body::contains))) {
            faults.add(number + ": " + response.statusCode() + " " + body);
          }
          return (seed < pictures ? "image " : "clip ") + response.statusCode();
        });
    System.out.println("mutated uploads: " + outcomes);
    assertThat(faults).isEmpty();
    awaitMetricOfJob(id(send("POST", "/v1/jobs?model=sesr-m1-k3-x2", clip())));
    assertUnharmed(good, before);
    assertThat(made).isNotEmpty();
  }

  private static String id(HttpResponse<byte[]> created) {
    String body = new String(created.body(), US_ASCII);
    Matcher id = Pattern.compile("\"id\":\"(\\w+)\"").matcher(body);
    assertThat(id.find()).as(body).isTrue();
    return id.group(1);
  }

  /** Jobs run one after another, so the last one's end is that of all. */
  private void awaitMetricOfJob(String id) throws Exception {
    while (true) {
      String job = new String(send("GET", "/v1/jobs/" + id, new byte[0]).body(), US_ASCII);
      assertThat(job).doesNotContain("\"failed\"");
      if (job.contains("\"done\"")) {
        return;
      }
      Thread.sleep(50);
    }
  }

  private static byte[] clip() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("YUV4MPEG2 W32 H32 F25:1 Ip A1:1 C420jpeg\n".getBytes(US_ASCII));
    for (int i = 0; i < 3; i++) {
      out.write("FRAME\n".getBytes(US_ASCII));
      out.write(Pictures.random(32, 48, 1, i).samples());
    }
    return out.toByteArray();
  }
}
