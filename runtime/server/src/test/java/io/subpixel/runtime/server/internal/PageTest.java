package io.subpixel.runtime.server.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.runtime.server.UpscaleServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page and all that it names, as a browser fetches them. */
class PageTest {
  private static final Pattern NAMED =
      Pattern.compile("(?:src|href)=\"([^\"]+)\"|from '([^']+)'|url\\(([^)]+)\\)");

  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> get(URI uri, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void needsNothingFromElsewhereAndSaysSo() throws Exception {
    UpscaleServer server = UpscaleServer.builder().port(0).token("0123456789abcdef").start();
    try {
      Map<URI, String> types = new HashMap<>();
      Deque<URI> left = new ArrayDeque<>(List.of(URI.create(server.address())));
      while (!left.isEmpty()) {
        URI uri = left.remove();
        HttpResponse<String> response = get(uri);
        assertThat(response.statusCode()).as(uri.toString()).isEqualTo(200);
        String policy = response.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertThat(policy).startsWith("default-src 'none';").doesNotContain("unsafe", "http", "*");
        assertThat(response.body()).doesNotContain("http:", "https:", "eval(", "innerHTML");
        types.put(uri, response.headers().firstValue("Content-Type").orElseThrow());
        String tag = response.headers().firstValue("ETag").orElseThrow();
        assertThat(get(uri, "If-None-Match", tag).statusCode()).isEqualTo(304);
        Matcher named = NAMED.matcher(response.body());
        while (named.find()) {
          String name = named.group(1) != null ? named.group(1) : named.group(2);
          URI next = uri.resolve(String.valueOf(name));
          if (!"data".equals(next.getScheme()) && !types.containsKey(next)) {
            assertThat(next.getAuthority()).isEqualTo(uri.getAuthority());
            left.add(next);
          }
        }
      }
      assertThat(types.values())
          .hasSize(10)
          .contains("text/html; charset=utf-8", "text/css; charset=utf-8")
          .contains("text/javascript; charset=utf-8");
    } finally {
      server.stop(Duration.ZERO);
    }
  }
}
