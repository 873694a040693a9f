package io.subpixel.runtime.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.UpscaleOptions;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.zoo.Pretrained;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real server, called by the JDK's client and by sockets. */
@Timeout(120)
class UpscaleServerTest {
  private static final String SMALL_MODEL = "model=sesr-m1-k3-x2";

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<UpscaleServer> servers = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(Duration.ofMillis(100)));
  }

  private UpscaleServer.Builder builder() {
    return UpscaleServer.builder().port(0).log(log::add);
  }

  private UpscaleServer start(UpscaleServer.Builder builder) throws IOException {
    UpscaleServer server = builder.start();
    servers.add(server);
    return server;
  }

  private byte[] picture(String ending, int width, int height, int channels) throws IOException {
    Path file = folder.resolve("in-" + width + "x" + height + "." + ending);
    PictureFiles.write(file, Pictures.random(width, height, channels, 1));
    return Files.readAllBytes(file);
  }

  private static HttpRequest.Builder request(UpscaleServer server, String path) {
    return HttpRequest.newBuilder(URI.create(server.address()).resolve(path));
  }

  private HttpResponse<byte[]> post(UpscaleServer server, String query, byte[] body)
      throws Exception {
    return client.send(
        request(server, "/v1/upscale?" + query).POST(BodyPublishers.ofByteArray(body)).build(),
        BodyHandlers.ofByteArray());
  }

  private HttpResponse<String> get(UpscaleServer server, String path) throws Exception {
    return client.send(request(server, path).build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<byte[]> response) {
    return new JsonMapper().readTree(response.body());
  }

  private static void assertProblem(
      HttpResponse<byte[]> response, int status, String where, String detail) {
    String body = new String(response.body(), UTF_8);
    assertThat(response.statusCode()).as(body).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode problem = json(response);
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("where").asString()).isEqualTo(where);
    assertThat(problem.get("detail").asString()).contains(detail);
    assertThat(problem.get("requestId").asString())
        .isEqualTo(response.headers().firstValue("X-Request-Id").orElseThrow());
    assertThat(body).doesNotContain("Exception", "io.subpixel", "/tmp", "\\tat ");
  }

  /** Reads a value of /metrics; 0 if it isn't there. */
  private double metric(UpscaleServer server, String name) throws Exception {
    Matcher line =
        Pattern.compile("^" + Pattern.quote(name) + " (\\S+)$", Pattern.MULTILINE)
            .matcher(get(server, "/metrics").body());
    return line.find() ? Double.parseDouble(line.group(1)) : 0;
  }

  private void awaitMetric(UpscaleServer server, String name, double value) throws Exception {
    while (metric(server, name) != value) {
      Thread.sleep(20);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "png, 3, scale=2, 2, , PNG",
    "png, 4, scale=3&format=webp&quality=85, 3, , WEBP",
    "jpg, 3, scale=1.5, 1.5, , JPEG",
    "bmp, 1, scale=4&format=jpeg&quality=70, 4, , JPEG",
    "png, 3, scale=2&model=photo-x2&strength=0.3&format=tiff&compression=small, 2, photo-x2, TIFF",
  })
  void theResultEqualsTheLibrarys(
      String ending, int channels, String query, double scale, String model, PictureFormat format)
      throws Exception {
    byte[] picture = picture(ending, 61, 40, channels);
    HttpResponse<byte[]> response = post(start(builder()), query, picture);
    assertThat(response.statusCode()).isEqualTo(200);

    Upscaler.Builder library = Upscaler.builder();
    if (model == null) {
      library.choosing(TargetSize.times(scale).bestModelScale());
    } else {
      library.model(model).strength(0.3);
    }
    WriteOptions write = WriteOptions.DEFAULTS;
    Matcher quality = Pattern.compile("quality=(\\d+)").matcher(query);
    if (quality.find()) {
      write = write.withQuality(Integer.parseInt(quality.group(1)));
    }
    if (query.contains("small")) {
      write = write.withCompression(WriteOptions.Compression.SMALL);
    }
    try (Upscaler upscaler = library.open()) {
      byte[] expected =
          upscaler.upscale(
              picture,
              UpscaleOptions.DEFAULTS
                  .withTarget(TargetSize.times(scale))
                  .withFormat(format)
                  .withWrite(write));
      assertThat(response.body()).isEqualTo(expected);
    }
    assertThat(response.headers().firstValue("Subpixel-Input-Size")).hasValue("61x40");
    assertThat(response.headers().firstValue("Subpixel-Output-Size"))
        .hasValue(Math.round(61 * scale) + "x" + Math.round(40 * scale));
    assertThat(response.headers().firstValue("Subpixel-Model").orElseThrow())
        .isIn(Pretrained.names());
    if (model != null) {
      assertThat(response.headers().firstValue("Subpixel-Strength")).hasValue("0.3");
    }
    assertThat(response.headers().firstValue("Server-Timing").orElseThrow())
        .matches("network;dur=[\\d.]+, total;dur=[\\d.]+");
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValue("image/" + format.name().toLowerCase(Locale.ROOT));
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
  }

  private static byte[] form(String boundary, byte[] file, int files) {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    for (int i = 0; i < files; i++) {
      form.writeBytes(
          ("--"
                  + boundary
                  + "\r\nContent-Disposition: form-data; name=\"picture\";"
                  + " filename=\"../../../../tmp/evil.png\"\r\nContent-Type: image/png\r\n\r\n")
              .getBytes(US_ASCII));
      form.writeBytes(file);
      form.writeBytes("\r\n".getBytes(US_ASCII));
    }
    form.writeBytes(("--" + boundary + "--\r\n").getBytes(US_ASCII));
    return form.toByteArray();
  }

  private HttpResponse<byte[]> postForm(UpscaleServer server, byte[] form) throws Exception {
    return client.send(
        request(server, "/v1/upscale?" + SMALL_MODEL)
            .header("Content-Type", "multipart/form-data; boundary=xyz")
            .POST(BodyPublishers.ofByteArray(form))
            .build(),
        BodyHandlers.ofByteArray());
  }

  @Test
  void aFormWithAFileIsAsGood() throws Exception {
    UpscaleServer server = start(builder().limit(Limit.REQUEST_BYTES, 100_000));
    byte[] picture = picture("png", 70, 50, 3);
    byte[] plain = post(server, SMALL_MODEL, picture).body();
    HttpResponse<byte[]> response = postForm(server, form("xyz", picture, 1));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(plain);
    assertThat(Path.of("/tmp/evil.png")).doesNotExist();

    assertProblem(postForm(server, form("xyz", picture, 2)), 422, "body", "one with several");
    assertProblem(postForm(server, form("xyz", picture, 0)), 422, "body", "a form without one");
    byte[] large = picture("bmp", 300, 200, 3);
    assertProblem(postForm(server, form("xyz", large, 1)), 413, "body", "at most 100000 bytes");
    assertThat(postForm(server, form("abc", picture, 1)).statusCode()).isIn(400, 422);
  }

  @ParameterizedTest
  @CsvSource({
    "width=183, 183x120",
    "height=80, 122x80",
    "width=200&height=80, 122x80",
    "width=200&height=80&fit=at-least, 200x131",
  })
  void takesSizes(String query, String size) throws Exception {
    HttpResponse<byte[]> response =
        post(start(builder()), query + "&" + SMALL_MODEL, picture("png", 61, 40, 3));
    assertThat(response.headers().firstValue("Subpixel-Output-Size")).hasValue(size);
    Path result = Files.write(folder.resolve("out.png"), response.body());
    assertThat(PictureFiles.read(result).width() + "x" + PictureFiles.read(result).height())
        .isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scale=17 | scale | at most 16",
        "scale=1 | scale | above 1",
        "scale=1e999999999 | scale | a number, received 1e999999999",
        "scale=2&scale=3 | scale | one value, received several",
        "scale=2&width=9 | scale | either scale or width and height",
        "width=0 | width | 1 or more",
        "width=1.5 | width | a number",
        "fit=inside | fit | width and height",
        "width=9&height=9&fit=fill | fit | inside, at-least, cover or exact, received fill",
        "format=gif | format | one of png, jpeg, bmp, tiff, webp, pnm",
        "quality=101 | quality | 1 to 100",
        "model=../../x.onnx | model | one of /v1/models",
        "model=espcn-x2&strength=0.5 | strength | a model with strength",
        "strength=2 | strength | 0 to 1",
        "background=mauve | background | received mauve",
        "size=3 | query | received size",
      })
  void refusesParameters(String query, String where, String detail) throws Exception {
    assertProblem(post(start(builder()), query, new byte[10]), 400, where, detail);
  }

  /** A PNG whose header claims a size, without any pixels. */
  private static byte[] bomb(int width, int height) {
    ByteBuffer png = ByteBuffer.allocate(33);
    png.putLong(0x89504E470D0A1A0AL).putInt(13).put("IHDR".getBytes(US_ASCII));
    png.putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(png.array(), 12, 17);
    return png.putInt((int) crc.getValue()).array();
  }

  @Test
  void refusesPictures() throws Exception {
    UpscaleServer server = start(builder().limit(Limit.PIXELS, 1_000_000));
    byte[] picture = picture("png", 300, 200, 3);
    assertProblem(post(server, "", "text".getBytes(US_ASCII)), 422, "picture", "an image");
    assertProblem(post(server, "", new byte[0]), 422, "picture", "received");
    assertProblem(
        post(server, SMALL_MODEL, Arrays.copyOf(picture, picture.length / 2)),
        422,
        "picture",
        "received");
    assertProblem(post(server, "", bomb(60_000, 60_000)), 422, "picture", "1000000");
    assertProblem(
        post(server, "format=jpeg", picture("png", 9, 9, 4)), 422, "result", "background");
    // Its header is small, its result isn't.
    UpscaleServer cheap = start(builder().limit(Limit.REQUEST_MACS, 1_000_000_000));
    assertProblem(post(cheap, "scale=16", picture), 413, "picture", "1,000,000,000 multiply");
    assertThat(post(cheap, SMALL_MODEL, picture).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesBodiesThatAreTooLarge() throws Exception {
    UpscaleServer server = start(builder().limit(Limit.REQUEST_BYTES, 10_000));
    byte[] large = new byte[3_000_000];
    assertProblem(post(server, "", large), 413, "body", "at most 10000 bytes, received 3000000");
    // In chunks, its length isn't known before.
    HttpRequest chunked =
        request(server, "/v1/upscale")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
            .build();
    assertProblem(
        client.send(chunked, BodyHandlers.ofByteArray()), 413, "body", "at most 10000 bytes");
    HttpRequest coded =
        request(server, "/v1/upscale")
            .header("Content-Encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(new byte[10]))
            .build();
    assertProblem(client.send(coded, BodyHandlers.ofByteArray()), 415, "Content-Encoding", "gzip");
  }

  @Test
  void listsModelsAndDevices() throws Exception {
    UpscaleServer server = start(builder());
    while (get(server, "/readyz").statusCode() != 200) {
      Thread.sleep(20);
    }
    assertThat(get(server, "/healthz").body()).isEqualTo("{\"status\":\"up\"}");
    JsonNode models = new JsonMapper().readTree(get(server, "/v1/models").body());
    assertThat(models.valueStream().map(each -> each.get("name").asString()))
        .containsExactlyElementsOf(Pretrained.names());
    JsonNode devices = new JsonMapper().readTree(get(server, "/v1/devices").body());
    assertThat(devices.get(0).toString()).isEqualTo("{\"device\":\"cpu\",\"usable\":true}");
    assertThat(get(server, "/v1/nothing").statusCode()).isEqualTo(404);
    assertThat(get(server, "/v1/upscale").statusCode()).isEqualTo(405);
    assertThat(get(server, "/v1/upscale").body()).contains("\"title\":\"Method Not Allowed\"");
  }

  private static Socket connect(UpscaleServer server) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  /** Sends bytes, and returns all that comes back. */
  private static String raw(UpscaleServer server, String bytes) throws IOException {
    try (Socket socket = connect(server)) {
      socket.getOutputStream().write(bytes.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example",
        "Host: evil.example:8080",
        "Host: 127.0.0.1.evil.example",
        "Host: localhost.evil.example",
        "Host: localhost\r\nOrigin: http://evil.example",
        "Host: localhost\r\nOrigin: null",
        "Host: localhost\r\nOrigin: http://localhost:1",
        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors",
        "X: y",
      })
  void refusesForeignPages(String headers) throws Exception {
    String answer =
        raw(
            start(builder()),
            "GET /v1/models HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n");
    assertThat(answer).matches("(?s)HTTP/1.1 (421|403|400) .*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: localhost",
        "Host: 127.0.0.1:99",
        "Host: [::1]:99",
        "Host: 192.168.0.7",
        "Host: Upscale.example",
        "Host: localhost:99\r\nOrigin: http://localhost:99\r\nSec-Fetch-Site: same-origin",
      })
  void letsItsOwnPageIn(String headers) throws Exception {
    UpscaleServer server = start(builder().allowedHosts(List.of("upscale.Example")));
    assertThat(raw(server, "GET /healthz HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void wantsTheToken() throws Exception {
    assertThatThrownBy(() -> builder().host("0.0.0.0").start())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("0.0.0.0: expected a token, as other machines can reach it, received none");
    UpscaleServer server = start(builder().host("0.0.0.0").token("0123456789abcdef"));
    URI models = URI.create("http://127.0.0.1:" + server.port() + "/v1/models");
    HttpRequest.Builder without = HttpRequest.newBuilder(models);
    assertProblem(
        client.send(without.build(), BodyHandlers.ofByteArray()), 401, "Authorization", "token");
    HttpRequest.Builder wrong = without.copy().header("Authorization", "Bearer 0123456789abcdeF");
    assertThat(client.send(wrong.build(), BodyHandlers.discarding()).statusCode()).isEqualTo(401);
    HttpRequest.Builder right = without.copy().header("Authorization", "Bearer 0123456789abcdef");
    while (client.send(right.build(), BodyHandlers.discarding()).statusCode() != 200) {
      Thread.sleep(20);
    }
    for (String path : List.of("/metrics", "/v1/upscale", "/v1/nothing")) {
      HttpRequest other = HttpRequest.newBuilder(models.resolve(path)).build();
      assertThat(client.send(other, BodyHandlers.discarding()).statusCode()).isEqualTo(401);
    }
    HttpRequest health = HttpRequest.newBuilder(models.resolve("/healthz")).build();
    assertThat(client.send(health, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
  }

  private Socket upload(UpscaleServer server, String query, byte[] body) throws IOException {
    Socket socket = connect(server);
    OutputStream out = socket.getOutputStream();
    out.write(
        ("POST /v1/upscale?"
                + query
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(US_ASCII));
    out.write(body);
    out.flush();
    return socket;
  }

  @Test
  void aClientThatGoesAwayEndsItsWork() throws Exception {
    UpscaleServer server = start(builder().limit(Limit.SMALL_MACS, 1).limit(Limit.QUEUE, 3));
    byte[] picture = picture("bmp", 3000, 3000, 3);
    Socket running = upload(server, "scale=4", picture);
    awaitMetric(server, "subpixel_queue_running{queue=\"large\"}", 1);
    Socket waiting = upload(server, "scale=4", picture);
    awaitMetric(server, "subpixel_queue_waiting{queue=\"large\"}", 1);
    waiting.close();
    awaitMetric(server, "subpixel_queue_waiting{queue=\"large\"}", 0);
    assertThat(metric(server, "subpixel_queue_running{queue=\"large\"}")).isEqualTo(1);
    running.close();
    awaitMetric(server, "subpixel_queue_running{queue=\"large\"}", 0);
    assertThat(metric(server, "subpixel_macs_total")).isZero();
    awaitMetric(server, "subpixel_requests", 0);
    assertNothingLeft();
  }

  /** Uploads and results lie in a temporary folder of the process. */
  private static void assertNothingLeft() throws Exception {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    String own = "subpixel-" + String.format("%08x", ProcessHandle.current().pid());
    for (int i = 0; i < 200; i++) {
      long left = 0;
      try (Stream<Path> folders = Files.list(temporary)) {
        for (Path each :
            folders.filter(path -> path.getFileName().toString().startsWith(own)).toList()) {
          try (Stream<Path> files = Files.list(each)) {
            left += files.filter(file -> file.toString().matches(".*\\.(in|out)")).count();
          }
        }
      }
      if (left == 0) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("files are left in " + temporary);
  }

  @Test
  void aFullQueueRefusesAndSmallPicturesPassLargeOnes() throws Exception {
    UpscaleServer server =
        start(builder().limit(Limit.QUEUE, 1).limit(Limit.SMALL_MACS, 1_000_000_000));
    byte[] large = picture("bmp", 3000, 3000, 3);
    try (Socket running = upload(server, "scale=4", large)) {
      awaitMetric(server, "subpixel_queue_running{queue=\"large\"}", 1);
      try (Socket waiting = upload(server, "scale=4", large)) {
        awaitMetric(server, "subpixel_queue_waiting{queue=\"large\"}", 1);
        HttpResponse<byte[]> refused = post(server, "scale=4", large);
        assertProblem(refused, 429, "large queue", "at most 1 requests that wait");
        assertThat(refused.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9]\\d*");
        HttpResponse<byte[]> small = post(server, SMALL_MODEL, picture("png", 30, 20, 3));
        assertThat(small.statusCode()).isEqualTo(200);
        assertThat(metric(server, "subpixel_queue_running{queue=\"large\"}")).isEqualTo(1);
        assertThat(waiting.isClosed() || running.isClosed()).isFalse();
      }
    }
  }

  @Test
  void aLargeIiifImageWaitsForLargeOnes() throws Exception {
    Path images = Files.createDirectory(folder.resolve("images"));
    Files.write(images.resolve("scan.bmp"), picture("bmp", 2000, 1500, 3));
    UpscaleServer server = start(builder().iiif(images, false));
    try (Socket running = upload(server, "scale=4", picture("bmp", 3000, 3000, 3))) {
      awaitMetric(server, "subpixel_queue_running{queue=\"large\"}", 1);
      HttpRequest whole = request(server, "/iiif/3/scan.bmp/full/max/0/default.jpg").build();
      CompletableFuture<HttpResponse<byte[]>> waiting =
          client.sendAsync(whole, BodyHandlers.ofByteArray());
      awaitMetric(server, "subpixel_queue_waiting{queue=\"large\"}", 1);
      assertThat(get(server, "/iiif/3/scan.bmp/full/800,/0/default.jpg").statusCode())
          .isEqualTo(200);
      assertThat(running.isClosed() || waiting.isDone()).isFalse();
      waiting.cancel(true);
    }
  }

  @Test
  void theLeastMemoryIsEnoughForAllAtOnce() throws Exception {
    assertThatThrownBy(() -> builder().memory(64 << 20).concurrency(2).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("memory: expected at least 128M for 2 small images");
    UpscaleServer server =
        start(
            builder()
                .memory(128 << 20)
                .threads(64)
                .concurrency(2)
                .limit(Limit.SMALL_MACS, 10_000_000_000L)
                .limit(Limit.REQUEST_SECONDS, 600));
    byte[] large = picture("bmp", 2000, 2000, 3);
    byte[] small = picture("jpg", 300, 300, 3);
    HttpRequest job =
        request(server, "/v1/jobs?scale=4").POST(BodyPublishers.ofByteArray(large)).build();
    assertThat(client.send(job, BodyHandlers.discarding()).statusCode()).isEqualTo(202);
    try (Socket running = upload(server, "scale=3", large)) {
      awaitMetric(server, "subpixel_queue_running{queue=\"large\"}", 1);
      List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        HttpRequest one =
            request(server, "/v1/upscale?scale=" + (2 + i % 3))
                .POST(BodyPublishers.ofByteArray(small))
                .build();
        answers.add(client.sendAsync(one, BodyHandlers.ofByteArray()));
      }
      for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
        HttpResponse<byte[]> response = answer.get();
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
      }
      assertThat(running.isClosed()).isFalse();
    }
  }

  @Test
  void tellsItsLimits() throws Exception {
    UpscaleServer server = start(builder().limit(Limit.REQUEST_BYTES, 1000));
    assertThat(get(server, "/v1/limits").body())
        .isEqualTo(
            "{\"maxBytes\":1000,\"maxPixels\":268435456,\"maxMacs\":2000000000000,"
                + "\"maxJobMacs\":200000000000000,\"maxSeconds\":120}");
  }

  @Test
  void tooManyRequestsAreRefused() throws Exception {
    UpscaleServer server = start(builder().limit(Limit.REQUESTS, 2));
    try (Socket one = connect(server);
        Socket two = connect(server)) {
      for (Socket each : List.of(one, two)) {
        each.getOutputStream()
            .write(
                "POST /v1/upscale HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx"
                    .getBytes(US_ASCII));
      }
      awaitMetric(server, "subpixel_requests", 2);
      assertProblem(post(server, "", new byte[9]), 429, "requests", "at most 2 under way");
    }
    awaitMetric(server, "subpixel_requests", 0);
    assertProblem(post(server, "", new byte[9]), 422, "picture", "an image");
  }

  @Test
  void timeIsLimited() throws Exception {
    UpscaleServer server = start(builder().limit(Limit.REQUEST_SECONDS, 1));
    HttpResponse<byte[]> late = post(server, "scale=4", picture("bmp", 3000, 3000, 3));
    assertProblem(late, 503, "request", "a result within 1 s");
    awaitMetric(server, "subpixel_queue_running{queue=\"large\"}", 0);
    assertNothingLeft();
  }

  @Test
  void slowClientsAreCutOff() throws Exception {
    UpscaleServer server =
        start(builder().limit(Limit.IDLE_SECONDS, 1).limit(Limit.REQUEST_SECONDS, 3));
    // Nothing; then headers that come one by one; then a body that stops; then one that trickles.
    assertThat(raw(server, "")).isEmpty();
    try (Socket socket = connect(server)) {
      long start = System.nanoTime();
      socket.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(US_ASCII));
      assertThat(trickle(socket, "X: y\r\n")).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
    String head = "POST /v1/upscale HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n";
    assertThat(raw(server, head + "x")).startsWith("HTTP/1.1 408 ").contains("more within 1 s");
    try (Socket socket = connect(server)) {
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      assertThat(trickle(socket, "x")).startsWith("HTTP/1.1 408 ").contains("all of it within 3 s");
    }
    // A client that is done may be silent for as long, and no longer.
    assertThat(raw(server, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
    assertNothingLeft();
  }

  /** Sends a little again and again until the server closes, and returns what it said. */
  private static String trickle(Socket socket, String little) throws Exception {
    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(
            () -> {
              ByteArrayOutputStream all = new ByteArrayOutputStream();
              try {
                socket.getInputStream().transferTo(all);
              } catch (IOException e) {
                // Closed while bytes were under way.
                return all.toString(US_ASCII);
              }
              return all.toString(US_ASCII);
            });
    while (!answer.isDone()) {
      try {
        socket.getOutputStream().write(little.getBytes(US_ASCII));
      } catch (IOException e) {
        break;
      }
      Thread.sleep(100);
    }
    return answer.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aTruncatedBodyLeavesNothing() throws Exception {
    UpscaleServer server = start(builder());
    byte[] picture = picture("png", 200, 200, 3);
    for (String type : List.of("", "Content-Type: multipart/form-data; boundary=xyz\r\n")) {
      try (Socket socket = connect(server)) {
        OutputStream out = socket.getOutputStream();
        byte[] body = type.isEmpty() ? picture : form("xyz", picture, 1);
        out.write(
            ("POST /v1/upscale HTTP/1.1\r\nHost: localhost\r\n"
                    + type
                    + "Content-Length: "
                    + body.length
                    + "\r\n\r\n")
                .getBytes(US_ASCII));
        out.write(body, 0, body.length / 2);
        out.flush();
        awaitMetric(server, "subpixel_requests", 1);
      }
      awaitMetric(server, "subpixel_requests", 0);
      assertNothingLeft();
    }
    assertThat(post(server, SMALL_MODEL, picture).statusCode()).isEqualTo(200);
  }

  @Test
  void connectionsAreLimited() throws Exception {
    UpscaleServer server = start(builder().limit(Limit.CONNECTIONS, 20));
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sockets.add(connect(server));
    }
    assertThat(raw(server, "")).isEmpty();
    for (Socket socket : sockets) {
      socket.close();
    }
    while (get(server, "/healthz").statusCode() != 200) {
      Thread.sleep(20);
    }
  }

  @Test
  void requestsUnderWayEndBeforeItStops() throws Exception {
    UpscaleServer server = start(builder());
    byte[] picture = picture("bmp", 700, 700, 3);
    CompletableFuture<HttpResponse<byte[]>> underWay =
        client.sendAsync(
            request(server, "/v1/upscale?scale=4")
                .POST(BodyPublishers.ofByteArray(picture))
                .build(),
            BodyHandlers.ofByteArray());
    HttpClient other = HttpClient.newHttpClient();
    while (metric(server, "subpixel_queue_running{queue=\"large\"}")
            + metric(server, "subpixel_queue_running{queue=\"small\"}")
        == 0) {
      Thread.sleep(5);
    }
    server.stop(Duration.ofSeconds(60));
    HttpResponse<byte[]> response = underWay.get();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Subpixel-Output-Size")).hasValue("2800x2800");
    assertThatThrownBy(
            () -> other.send(request(server, "/healthz").build(), BodyHandlers.discarding()))
        .isInstanceOf(ConnectException.class);
    // What takes longer than it may is cut off.
    UpscaleServer hasty = start(builder());
    try (Socket socket = upload(hasty, "scale=4", picture("bmp", 3000, 3000, 3))) {
      awaitMetric(hasty, "subpixel_queue_running{queue=\"large\"}", 1);
      long start = System.nanoTime();
      hasty.stop(Duration.ofSeconds(1));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertNothingLeft();
  }

  @Test
  void logsALineForEachRequest() throws Exception {
    UpscaleServer server = start(builder());
    HttpResponse<byte[]> response = post(server, SMALL_MODEL, picture("png", 30, 20, 3));
    String id = response.headers().firstValue("X-Request-Id").orElseThrow();
    JsonNode line = null;
    while (line == null) {
      line =
          log.stream()
              .map(each -> new JsonMapper().readTree(each))
              .filter(each -> each.get("id") != null && each.get("id").asString().equals(id))
              .findFirst()
              .orElse(null);
    }
    assertThat(line.get("method").asString()).isEqualTo("POST");
    assertThat(line.get("path").asString()).isEqualTo("/v1/upscale");
    assertThat(line.get("status").asInt()).isEqualTo(200);
    assertThat(line.get("bytesOut").asLong()).isEqualTo(response.body().length);
    String route = "{method=\"POST\",route=\"/v1/upscale\",status=\"200\"}";
    awaitMetric(server, "http_server_requests_seconds_count" + route, 1);
  }
}
