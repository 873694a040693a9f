package io.subpixel.runtime.server.internal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/** What the service measures, for Prometheus. */
final class Metrics implements AutoCloseable {
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "DELETE");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Counter macs;

  Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    collections.bindTo(registry);
    macs =
        Counter.builder("subpixel.macs")
            .description("Multiply-accumulates of the results that were made")
            .register(registry);
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** Watches a queue: what waits in it, and what runs. */
  void lane(Lane lane) {
    Gauge.builder("subpixel.queue.waiting", lane, Lane::waiting)
        .description("Pictures that wait")
        .tag("queue", lane.name())
        .register(registry);
    Gauge.builder("subpixel.queue.running", lane, Lane::running)
        .description("Pictures that are upscaled")
        .tag("queue", lane.name())
        .register(registry);
  }

  /** Counts a result by the multiply-accumulates that it took. */
  void made(long count) {
    macs.increment((double) count);
  }

  void request(RoutingContext ctx, Duration took, boolean isComplete) {
    // Neither paths nor methods as they come: a client could make up any number of them.
    Route route = ctx.currentRoute();
    String method = ctx.request().method().name();
    boolean isKnown = route != null && route.getPath() != null && route.isExactPath();
    Timer.builder("http.server.requests")
        .description("Answered requests")
        .tag("method", METHODS.contains(method) ? method : "other")
        .tag("route", isKnown ? route.getPath() : "other")
        .tag("status", isComplete ? Integer.toString(ctx.response().getStatusCode()) : "gone")
        .publishPercentileHistogram()
        .register(registry)
        .record(took);
  }

  void handle(RoutingContext ctx) {
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
        .end(registry.scrape());
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
