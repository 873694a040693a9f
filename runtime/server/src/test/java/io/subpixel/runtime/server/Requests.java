package io.subpixel.runtime.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests of a client of jobs. */
final class Requests {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private Requests() {}

  static HttpResponse<byte[]> send(URI server, String method, String path, byte[] body)
      throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(server.resolve(path))
            .method(method, BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  static HttpResponse<byte[]> get(URI server, String path) throws Exception {
    return send(server, "GET", path, new byte[0]);
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    return new JsonMapper().readTree(response.body());
  }

  /** Creates a job, and returns its path. */
  static String create(URI server, String query, byte[] input) throws Exception {
    HttpResponse<byte[]> created = send(server, "POST", "/v1/jobs?" + query, input);
    assertThat(created.statusCode()).as(new String(created.body(), US_ASCII)).isEqualTo(202);
    String path = "/v1/jobs/" + json(created).get("id").asString();
    assertThat(created.headers().firstValue("Location")).hasValue(path);
    return path;
  }

  static JsonNode awaitEnd(URI server, String path) throws Exception {
    JsonNode job = json(get(server, path));
    while (!List.of("done", "failed").contains(job.get("state").asString())) {
      Thread.sleep(20);
      job = json(get(server, path));
    }
    return job;
  }
}
