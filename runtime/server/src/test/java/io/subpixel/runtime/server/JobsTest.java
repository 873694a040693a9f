package io.subpixel.runtime.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.testing.Pictures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs of real servers; one of them is a process that is killed. */
@Timeout(180)
class JobsTest {
  private static final String QUERY = "scale=2&model=sesr-m1-k3-x2";

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<UpscaleServer> servers = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(Duration.ZERO));
  }

  private UpscaleServer.Builder builder() {
    return UpscaleServer.builder().port(0).state(folder.resolve("state"));
  }

  private URI start(UpscaleServer.Builder builder) throws IOException {
    UpscaleServer server = builder.start();
    servers.add(server);
    return URI.create(server.address());
  }

  private byte[] picture(int width, int height, long seed) throws IOException {
    Path file = folder.resolve("in.png");
    PictureFiles.write(file, Pictures.random(width, height, 3, seed));
    return Files.readAllBytes(file);
  }

  @Test
  void aJobsResultIsThatOfARequest() throws Exception {
    URI server = start(builder());
    byte[] picture = picture(90, 60, 1);
    byte[] expected = Requests.send(server, "POST", "/v1/upscale?" + QUERY, picture).body();
    String path = Requests.create(server, QUERY, picture);
    JsonNode job = Requests.awaitEnd(server, path);
    assertThat(job.get("state").asString()).isEqualTo("done");
    assertThat(job.get("progress").asDouble()).isEqualTo(1);
    assertThat(job.get("model").asString()).isEqualTo("sesr-m1-k3-x2");
    assertThat(job.get("output").toString()).isEqualTo("{\"width\":180,\"height\":120}");
    assertThat(job.get("bytes").asInt()).isEqualTo(expected.length);
    HttpResponse<byte[]> result = Requests.get(server, job.get("result").asString());
    assertThat(result.body()).isEqualTo(expected);
    assertThat(result.headers().firstValue("Content-Type")).hasValue("image/png");
    // The upload isn't needed any more.
    assertThat(names(path)).containsExactly("job.json", "out");

    assertThat(Requests.send(server, "DELETE", path, new byte[0]).statusCode()).isEqualTo(204);
    assertThat(Requests.get(server, path).statusCode()).isEqualTo(404);
    assertThat(folder.resolve("state").resolve(id(path))).doesNotExist();
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private List<String> names(String path) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("state").resolve(id(path)))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-99, 206, 0, 100",
    "bytes=100-, 206, 100, -1",
    "bytes=-50, 206, -50, -1",
    "bytes=10-999999999, 206, 10, -1",
    "bytes=999999999-, 416, 0, 0",
    "bytes=9-3, 416, 0, 0",
    "'bytes=0-1,5-6', 200, 0, -1",
    "pages=1-2, 200, 0, -1",
  })
  void aResultIsSentInParts(String range, int status, int first, int end) throws Exception {
    URI server = start(builder());
    String path = Requests.create(server, QUERY, picture(60, 40, 1));
    Requests.awaitEnd(server, path);
    HttpResponse<byte[]> all = Requests.get(server, path + "/result");
    HttpResponse<byte[]> part =
        client.send(
            HttpRequest.newBuilder(server.resolve(path + "/result")).header("Range", range).build(),
            BodyHandlers.ofByteArray());
    assertThat(part.statusCode()).isEqualTo(status);
    int size = all.body().length;
    if (status == 416) {
      assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes */" + size);
      return;
    }
    int from = first < 0 ? size + first : first;
    byte[] expected = Arrays.copyOfRange(all.body(), from, end < 0 ? size : end);
    assertThat(part.body()).isEqualTo(expected);
    if (status == 206) {
      assertThat(part.headers().firstValue("Content-Range"))
          .hasValue("bytes " + from + "-" + (from + expected.length - 1) + "/" + size);
    }
    HttpResponse<byte[]> head = Requests.send(server, "HEAD", path + "/result", new byte[0]);
    assertThat(head.headers().firstValue("Content-Length")).hasValue(String.valueOf(size));
  }

  @Test
  void tellsProgressByEvents() throws Exception {
    URI server = start(builder());
    String path = Requests.create(server, "scale=4", picture(700, 700, 1));
    HttpRequest events =
        HttpRequest.newBuilder(server.resolve(path)).header("Accept", "text/event-stream").build();
    List<JsonNode> told =
        client
            .send(events, BodyHandlers.ofLines())
            .body()
            .filter(line -> line.startsWith("data: "))
            .map(line -> new JsonMapper().readTree(line.substring(6)))
            .toList();
    List<Double> progress = told.stream().map(each -> each.get("progress").asDouble()).toList();
    assertThat(progress).isSorted().hasSizeGreaterThan(2).endsWith(1.0);
    assertThat(told.get(told.size() - 1).get("state").asString()).isEqualTo("done");

    String deleted = Requests.create(server, "scale=4", picture(2000, 2000, 1));
    HttpRequest watched =
        HttpRequest.newBuilder(server.resolve(deleted))
            .header("Accept", "text/event-stream")
            .build();
    Stream<String> lines = client.send(watched, BodyHandlers.ofLines()).body();
    assertThat(Requests.send(server, "DELETE", deleted, new byte[0]).statusCode()).isEqualTo(204);
    assertThat(lines.toList()).contains("event: deleted");
    // What runs next isn't held up by it.
    assertThat(
            Requests.awaitEnd(server, Requests.create(server, QUERY, picture(30, 20, 1)))
                .get("state")
                .asString())
        .isEqualTo("done");
    assertThat(folder.resolve("state").resolve(id(deleted))).doesNotExist();
  }

  @Test
  void refusesWhatItCantDo() throws Exception {
    URI server =
        start(
            builder()
                .limit(Limit.JOBS, 2)
                .limit(Limit.JOB_BYTES, 3_000_000)
                .limit(Limit.JOB_MACS, 10_000_000_000L));
    assertThat(Requests.send(server, "POST", "/v1/jobs?scale=99", new byte[9]).statusCode())
        .isEqualTo(400);
    assertThat(Requests.send(server, "POST", "/v1/jobs", new byte[9]).statusCode()).isEqualTo(422);
    assertThat(
            Requests.send(server, "POST", "/v1/jobs?scale=16", picture(300, 300, 1)).statusCode())
        .isEqualTo(413);
    // Its result may take 12 MB.
    HttpResponse<byte[]> full =
        Requests.send(server, "POST", "/v1/jobs?" + QUERY, picture(1000, 1000, 1));
    assertThat(full.statusCode()).isEqualTo(507);
    assertThat(Requests.json(full).get("where").asString()).isEqualTo("jobs");
    try (Stream<Path> left = Files.list(folder.resolve("state"))) {
      assertThat(left.map(each -> each.getFileName().toString())).containsExactly("lock");
    }
    String broken = Requests.create(server, QUERY, Arrays.copyOf(picture(300, 300, 1), 100_000));
    JsonNode failed = Requests.awaitEnd(server, broken);
    assertThat(failed.get("state").asString()).isEqualTo("failed");
    assertThat(failed.get("problem").get("where").asString()).startsWith("picture");
    assertThat(Requests.get(server, broken + "/result").statusCode()).isEqualTo(409);
    Requests.create(server, QUERY, picture(20, 20, 1));
    assertThat(Requests.send(server, "POST", "/v1/jobs", picture(20, 20, 1)).statusCode())
        .isEqualTo(507);
    assertThat(Requests.get(server, "/v1/jobs/..%2flock").statusCode()).isEqualTo(404);
  }

  @Test
  void endedJobsGoWhenTheyAreOld() throws Exception {
    URI server = start(builder().limit(Limit.JOB_SECONDS, 1));
    String path = Requests.create(server, QUERY, picture(20, 20, 1));
    while (Requests.get(server, path).statusCode() == 200) {
      Thread.sleep(50);
    }
    assertThat(folder.resolve("state").resolve(id(path))).doesNotExist();
  }

  @Test
  void twoServicesDontShareAFolder() throws Exception {
    start(builder());
    assertThatThrownBy(() -> builder().start())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a folder that no other service uses");
  }

  @Test
  void aDamagedJournalDoesNoHarm() throws Exception {
    String[] entries = {
      "null",
      "{}",
      "",
      "{\"id\":\"%s\",\"phase\":\"WAI",
      "{\"id\":\"%s\",\"query\":{},\"phase\":\"DONE\",\"attempts\":1,\"created\":\"yesterday\","
          + "\"input\":{\"width\":1,\"height\":1},\"output\":{\"width\":2,\"height\":2},"
          + "\"format\":\"png\",\"macs\":1,\"bytes\":1}",
    };
    List<Path> damaged = new ArrayList<>();
    for (int i = 0; i < entries.length; i++) {
      String id = "%032x".formatted(i);
      Path job = Files.createDirectories(folder.resolve("state").resolve(id));
      Files.writeString(job.resolve("job.json"), entries[i].formatted(id));
      damaged.add(job);
    }
    // Who names the wrong folder doesn't lose what is in it.
    Path foreign = Files.createDirectories(folder.resolve("state/holidays"));
    Files.writeString(foreign.resolve("sea.txt"), "blue");
    Path linked = folder.resolve("state/fedcba9876543210fedcba9876543210");
    Files.createSymbolicLink(linked, Files.createDirectory(folder.resolve("elsewhere")));
    URI server = start(builder());
    assertThat(Requests.get(server, "/metrics").body()).asString().contains("subpixel_jobs 0.0");
    assertThat(damaged).allSatisfy(job -> assertThat(job).doesNotExist());
    assertThat(foreign.resolve("sea.txt")).exists();
    assertThat(linked).exists();
    String path = Requests.create(server, QUERY, picture(30, 20, 1));
    assertThat(Requests.awaitEnd(server, path).get("state").asString()).isEqualTo("done");
  }

  @Test
  void orderlyEndsOfTheServiceAreNotHeldAgainstAJob() throws Exception {
    URI server = start(builder());
    String path = Requests.create(server, "scale=4", picture(1500, 1500, 1));
    for (int i = 0; i < 4; i++) {
      while (!Requests.json(Requests.get(server, path)).get("state").asString().equals("running")) {
        Thread.sleep(10);
      }
      servers.get(i).stop(Duration.ZERO);
      server = start(builder());
    }
    JsonNode job = Requests.json(Requests.get(server, path));
    assertThat(job.get("state").asString()).as(job.toString()).isIn("waiting", "running");
  }

  /** A job whose client has gone before its id was there would be nobody's. */
  @Test
  void aClientThatGoesAwayLeavesNoJob() throws Exception {
    List<String> log = new CopyOnWriteArrayList<>();
    URI server = start(builder().log(log::add));
    byte[] picture = picture(300, 300, 1);
    int count = 40;
    for (int i = 0; i < count; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
        String head =
            "POST /v1/jobs?%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                .formatted(QUERY, picture.length);
        socket.getOutputStream().write(head.getBytes(US_ASCII));
        socket.getOutputStream().write(picture);
        Thread.sleep(i / 2);
      }
    }
    List<String> posts = List.of();
    while (posts.size() < count) {
      Thread.sleep(20);
      posts = log.stream().filter(line -> line.contains("\"POST\"")).toList();
    }
    long told = posts.stream().filter(line -> line.contains("\"status\":202")).count();
    assertThat(told).isLessThan(count);
    String kept = "subpixel_jobs " + (double) told + "\n";
    while (!new String(Requests.get(server, "/metrics").body(), US_ASCII).contains(kept)) {
      Thread.sleep(20);
    }
  }

  /** Another process, which serves until it is killed. */
  public static final class Main {
    private Main() {}

    /** Takes the folder for jobs, prints the address. */
    public static void main(String[] args) throws IOException {
      UpscaleServer server = UpscaleServer.builder().port(0).state(Path.of(args[0])).start();
      System.out.println(server.address());
      System.out.flush();
    }
  }

  private Process process() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            folder.resolve("state").toString())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  @Test
  void jobsSurviveAKilledProcess() throws Exception {
    int count = 10;
    Map<String, byte[]> jobs = new HashMap<>();
    List<String> ended = new ArrayList<>();
    Process killed = process();
    try {
      URI server = URI.create(killed.inputReader().readLine());
      for (int i = 0; i < count; i++) {
        byte[] picture = picture(400, 400, i);
        jobs.put(Requests.create(server, "scale=2", picture), picture);
      }
      while (ended.size() < 3) {
        ended.clear();
        for (String path : jobs.keySet()) {
          if (Requests.json(Requests.get(server, path)).get("state").asString().equals("done")) {
            ended.add(path);
          }
        }
      }
    } finally {
      killed.destroyForcibly().waitFor();
    }
    assertThat(ended).hasSizeLessThan(count);
    Map<String, byte[]> before = new HashMap<>();
    for (String path : ended) {
      before.put(
          path, Files.readAllBytes(folder.resolve("state").resolve(id(path)).resolve("out")));
    }
    // An upload that was under way.
    Files.createDirectories(folder.resolve("state/0123456789abcdef0123456789abcdef"));

    Process next = process();
    try {
      URI server = URI.create(next.inputReader().readLine());
      for (String path : ended) {
        assertThat(Requests.json(Requests.get(server, path)).get("state").asString())
            .isEqualTo("done");
        assertThat(Requests.get(server, path + "/result").body()).isEqualTo(before.get(path));
      }
      for (Map.Entry<String, byte[]> job : jobs.entrySet()) {
        assertThat(Requests.awaitEnd(server, job.getKey()).get("state").asString())
            .isEqualTo("done");
        assertThat(Requests.get(server, job.getKey() + "/result").body())
            .isEqualTo(Requests.send(server, "POST", "/v1/upscale?scale=2", job.getValue()).body());
        assertThat(names(job.getKey())).containsExactly("job.json", "out");
      }
      assertThat(folder.resolve("state/0123456789abcdef0123456789abcdef")).doesNotExist();
    } finally {
      next.destroyForcibly().waitFor();
    }
  }
}
