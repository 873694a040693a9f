package io.subpixel.runtime.server.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.runtime.Upscaler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The description that is served, beside what the code does. */
class OpenApiTest {
  @SuppressWarnings("NullAway.Init") // JUnit fills them in
  private static Service service;

  @SuppressWarnings("NullAway.Init")
  private static JsonNode description;

  @BeforeAll
  static void read(@TempDir Path images) throws Exception {
    service =
        Service.start(
            new Settings(
                "127.0.0.1",
                0,
                Optional.empty(),
                Set.of(),
                Upscaler::builder,
                1,
                1L << 30,
                1,
                Map.of(),
                Optional.empty(),
                Optional.of(images),
                false,
                Optional.of(
                    new Settings.Fetch(Set.of("https://example.org:443"), "0123456789abcdef")),
                line -> {}));
    URI address = URI.create("http://127.0.0.1:" + service.port() + "/openapi.json");
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    description = new JsonMapper().readTree(response.body());
  }

  @AfterAll
  static void stop() {
    service.stop(Duration.ZERO);
  }

  @Test
  void describesEveryRouteAndNoOther() {
    Set<String> routes = new TreeSet<>();
    for (Route route : service.routesInUse()) {
      // The page isn't for programs.
      boolean isPage = route.getPath() != null && route.getPath().matches("/|/page/.*");
      if (route.getPath() != null && route.methods() != null && !isPage) {
        String path = route.getPath().replaceAll(":(\\w+)", "{$1}");
        for (HttpMethod method : route.methods()) {
          routes.add(method.name() + " " + path);
        }
      }
    }
    Set<String> described = new TreeSet<>();
    description
        .get("paths")
        .forEachEntry(
            (path, operations) ->
                operations.forEachEntry(
                    (method, operation) ->
                        described.add(method.toUpperCase(Locale.ROOT) + " " + path)));
    assertThat(described).hasSizeGreaterThan(10).isEqualTo(routes);
    assertThat(description.get("openapi").asString()).startsWith("3.1");
  }

  @Test
  void describesEveryParameterWithItsRange() throws Problem {
    JsonNode parameters = description.get("components").get("parameters");
    Set<String> known = new TreeSet<>(UpscaleQuery.NAMES);
    known.addAll(ClipQuery.NAMES);
    known.add("jobFormat");
    assertThat(names(parameters)).isEqualTo(known);
    Set<String> formats = new TreeSet<>();
    parameters
        .get("format")
        .get("schema")
        .get("enum")
        .forEach(each -> formats.add(each.asString()));
    assertThat(formats)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(PictureFormat.values())
                .filter(PictureFormat::isWritten)
                .map(UpscaleQuery::name)
                .toList());
    formats.addAll(ClipQuery.CONTAINERS);
    assertThat(values(parameters.get("jobFormat"))).isEqualTo(formats);
    assertThat(values(parameters.get("codec"))).isEqualTo(new TreeSet<>(ClipQuery.CODECS));
    assertThat(parameters("/v1/upscale")).isEqualTo(UpscaleQuery.NAMES.size());
    assertThat(parameters("/v1/jobs"))
        .isEqualTo(UpscaleQuery.NAMES.size() + ClipQuery.NAMES.size());
  }

  private static Set<String> values(JsonNode parameter) {
    Set<String> values = new TreeSet<>();
    parameter.get("schema").get("enum").forEach(each -> values.add(each.asString()));
    return values;
  }

  private static int parameters(String path) {
    return description.get("paths").get(path).get("post").get("parameters").size();
  }

  private static Set<String> names(JsonNode object) {
    return new TreeSet<>(object.propertyNames());
  }

  @Test
  void describesEveryFieldOfTheAnswers() {
    assertDescribed("Problem", Problem.Details.class);
    assertDescribed("Job", Job.View.class);
    assertDescribed("Size", JobState.Size.class);
    assertDescribed("Device", Catalogue.Usable.class);
    assertDescribed("Limits", Settings.LimitsOfARequest.class);
    Set<String> phases = new TreeSet<>();
    schema("Job").get("properties").get("state").get("enum").forEach(e -> phases.add(e.asString()));
    assertThat(phases)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(JobState.Phase.values())
                .map(phase -> phase.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  private static JsonNode schema(String name) {
    return description.get("components").get("schemas").get(name);
  }

  private static void assertDescribed(String name, Class<? extends Record> type) {
    assertThat(names(schema(name).get("properties")))
        .as(name)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(type.getRecordComponents()).map(RecordComponent::getName).toList());
  }
}
