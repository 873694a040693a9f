package io.subpixel.runtime.server.internal;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes a line of JSON for each request. Thread-safe. */
final class RequestLog {
  private final Consumer<String> lines;

  RequestLog(Consumer<String> lines) {
    this.lines = lines;
  }

  /**
   * A request that ended.
   *
   * @param id what its answer had as {@code X-Request-Id}
   * @param status that of the answer; null if the client was gone before
   * @param failure the stack trace of a failure that isn't the client's
   */
  record Line(
      String time,
      String level,
      String id,
      String remote,
      String method,
      String path,
      @Nullable Integer status,
      long bytesIn,
      long bytesOut,
      double seconds,
      @Nullable String failure) {}

  /** Something else that happened. */
  record Event(String time, String level, String message, @Nullable String failure) {}

  void ended(RoutingContext ctx, Duration took, boolean isComplete) {
    HttpServerRequest request = ctx.request();
    HttpServerResponse response = ctx.response();
    Throwable failure = ctx.get(Answers.FAILURE);
    lines.accept(
        Json.text(
            new Line(
                now(),
                failure == null ? "info" : "error",
                Answers.id(ctx),
                String.valueOf(request.remoteAddress()),
                request.method().name(),
                String.valueOf(request.path()),
                isComplete ? response.getStatusCode() : null,
                request.bytesRead(),
                response.bytesWritten(),
                took.toNanos() / 1e9,
                trace(failure))));
  }

  void event(String level, String message, @Nullable Throwable failure) {
    lines.accept(Json.text(new Event(now(), level, message, trace(failure))));
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static @Nullable String trace(@Nullable Throwable failure) {
    if (failure == null) {
      return null;
    }
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
