package io.subpixel.runtime.server.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.server.Limit;
import io.subpixel.runtime.server.UpscaleServer;
import io.subpixel.runtime.testing.Pictures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of real servers of this machine, to which only a test may let a fetcher. */
@Timeout(60)
class FetchTest {
  private static final String KEY = "a key of 16 or more";

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Limit, Long> limits = new HashMap<>();

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // JUnit fills it in
  private HttpServer origin;

  @BeforeEach
  void start() throws IOException {
    origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/image", 200, "an image", null);
    answer("/redirect", 302, "", "/image");
    answer("/loop", 302, "", "/loop");
    answer("/away", 302, "", "http://127.0.0.2:" + origin.getAddress().getPort() + "/image");
    answer("/file", 302, "", "file:///etc/passwd");
    answer("/missing", 404, "none", null);
    answer("/large", 200, "x".repeat(100_000), null);
    origin.createContext(
        "/cut",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
          exchange.close();
        });
    origin.createContext("/slow", exchange -> calls.incrementAndGet());
    origin.start();
  }

  private void answer(String path, int status, String body, @Nullable String location) {
    origin.createContext(
        path,
        exchange -> {
          calls.incrementAndGet();
          if (location != null) {
            exchange.getResponseHeaders().set("Location", location);
          }
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @AfterEach
  void stop() throws Exception {
    origin.stop(0);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private String at(String path) {
    return "http://127.0.0.1:" + origin.getAddress().getPort() + path;
  }

  private Settings settings() {
    return new Settings(
        "127.0.0.1",
        0,
        Optional.empty(),
        Set.of(),
        Upscaler::builder,
        1,
        1L << 30,
        1,
        limits,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        line -> {});
  }

  private String fetch(String address, Predicate<InetAddress> allowed) throws Exception {
    Path file = folder.resolve("file-" + calls.incrementAndGet());
    Fetcher fetcher =
        new Fetcher(vertx, settings(), Set.of(Fetcher.origin(at("/")).orElseThrow()), allowed);
    URI checked = fetcher.checked(address);
    Future<Void> done =
        Future.future(
            promise ->
                vertx.runOnContext(
                    on -> fetcher.fetch(checked, file, new Cancellation()).onComplete(promise)));
    try {
      done.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
    return Files.readString(file);
  }

  private String fetch(String path) throws Exception {
    return fetch(at(path), address -> true);
  }

  private void assertRefused(int status, String path) {
    assertThatThrownBy(() -> fetch(path))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(status));
  }

  @Test
  void getsAnImageAndFollowsRedirects() throws Exception {
    assertThat(fetch("/image")).isEqualTo("an image");
    assertThat(fetch("/redirect")).isEqualTo("an image");
  }

  @Test
  void refusesWhatItShouldNotGet() {
    limits.put(Limit.REQUEST_BYTES, 50_000L);
    limits.put(Limit.REQUEST_SECONDS, 2L);
    assertRefused(502, "/loop");
    // To another origin, which a redirect mustn't reach either.
    assertRefused(403, "/away");
    assertRefused(403, "/file");
    assertRefused(502, "/missing");
    assertRefused(502, "/large");
    assertRefused(502, "/cut");
    assertRefused(504, "/slow");
    assertThatThrownBy(() -> fetch("http://localhost:1/image", address -> true))
        .hasMessageContaining("a configured origin");
  }

  @Test
  void neverCallsAnAddressThatIsNotPublic() {
    int before = calls.get();
    assertThatThrownBy(() -> fetch(at("/image"), PublicAddresses::isPublic))
        .hasMessageContaining("a public address");
    // The test itself counts one.
    assertThat(calls.get()).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1",
        "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "fc00::1", "fd12:3456::1", "fe80::1",
        "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a01:203::1",
        "3fff::1", "5f00::1",
      })
  void knowsAddressesThatAreNotPublic(String address) throws Exception {
    assertThat(PublicAddresses.isPublic(InetAddress.getAllByName(address)[0])).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.167.0.1",
        "198.20.0.1",
        "223.255.255.1",
        "2606:4700::1111",
        "2001:4860:4860::8888",
        "2002:808:808::1",
        "::ffff:8.8.8.8",
      })
  void knowsAddressesThatArePublic(String address) throws Exception {
    assertThat(PublicAddresses.isPublic(InetAddress.getAllByName(address)[0])).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://example.org/a", "file:///etc/passwd", "//example.org/a", "http:example.org",
        "http://user@example.org/", "http://", "javascript:alert(1)", "http://exa mple.org/",
        "gopher://example.org", "",
      })
  void knowsWhatIsNoOrigin(String address) {
    assertThat(Fetcher.origin(address)).isEmpty();
  }

  private static String signed(String query) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(UTF_8), "HmacSHA256"));
    byte[] signature = mac.doFinal(("/v1/fetch?" + query).getBytes(UTF_8));
    return query + "&signature=" + HexFormat.of().formatHex(signature);
  }

  private static HttpResponse<String> get(UpscaleServer server, String query) throws Exception {
    URI address = URI.create(server.address()).resolve("/v1/fetch?" + query);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
  }

  @Test
  void aServiceWantsASignatureAndRefusesItsOwnMachine() throws Exception {
    try (UpscaleServer server = UpscaleServer.builder().port(0).start()) {
      assertThat(get(server, signed("url=" + at("/image"))).statusCode()).isEqualTo(404);
    }
    try (UpscaleServer server =
        UpscaleServer.builder()
            .port(0)
            .token("0123456789abcdef")
            .fetch(Set.of(at(""), "http://localhost:" + origin.getAddress().getPort()), KEY)
            .start()) {
      int before = calls.get();
      String query = "url=" + URLEncoder.encode(at("/image"), UTF_8) + "&scale=2";
      assertProblem(get(server, query), 403, "signature");
      assertProblem(get(server, query + "&signature=00"), 403, "signature");
      assertProblem(get(server, signed(query) + "&scale=3"), 403, "signature");
      assertProblem(get(server, signed(query).replace("scale=2", "scale=3")), 403, "signature");
      assertProblem(get(server, signed(query + "&expires=1000")), 403, "expires");
      assertProblem(get(server, signed("scale=2")), 400, "url");
      assertProblem(get(server, signed(query + "&url=http%3A%2F%2Fexample.org")), 400, "url");
      assertProblem(get(server, signed("url=http%3A%2F%2Fexample.org%2Fa")), 403, "url");
      // The signature is right, but not the address.
      assertProblem(get(server, signed(query + "&expires=99999999999")), 403, "url");
      String named = "http://localhost:" + origin.getAddress().getPort() + "/image";
      assertProblem(get(server, signed("url=" + URLEncoder.encode(named, UTF_8))), 403, "url");
      assertThat(calls.get()).isEqualTo(before);
    }
  }

  private static void assertProblem(HttpResponse<String> response, int status, String where) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body()).contains("\"where\":\"" + where + "\"");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  @Test
  void upscalesWhatItGot() throws Exception {
    Path file = folder.resolve("a.png");
    PictureFiles.write(file, Pictures.random(20, 10, 3, 1));
    byte[] picture = Files.readAllBytes(file);
    origin.createContext(
        "/a.png",
        exchange -> {
          exchange.sendResponseHeaders(200, picture.length);
          exchange.getResponseBody().write(picture);
          exchange.close();
        });
    String query = "url=" + URLEncoder.encode(at("/a.png"), UTF_8) + "&scale=2";
    Settings settings = settings();
    Settings fetching =
        new Settings(
            settings.host(),
            0,
            Optional.empty(),
            Set.of(),
            settings.engine(),
            1,
            settings.memory(),
            1,
            limits,
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.of(new Settings.Fetch(Set.of(Fetcher.origin(at("/")).orElseThrow()), KEY)),
            line -> {});
    Service service = Service.start(fetching, address -> true);
    try {
      HttpResponse<byte[]> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "http://127.0.0.1:" + service.port() + "/v1/fetch?" + signed(query)))
                      .build(),
                  BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
      assertThat(response.headers().firstValue("Subpixel-Output-Size")).hasValue("40x20");
    } finally {
      service.stop(Duration.ZERO);
    }
  }
}
