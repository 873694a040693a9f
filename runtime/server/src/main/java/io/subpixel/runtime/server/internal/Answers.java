package io.subpixel.runtime.server.internal;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** Writes answers: JSON, problems, and the headers that all of them have. */
final class Answers {
  /** The name under which a request's failure waits for the log. */
  static final String FAILURE = "subpixel.failure";

  private static final String ID = "subpixel.id";
  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox";

  /** How long what a client still sends is read, so that it finds the answer. */
  private static final long LINGER_MILLIS = 1000;

  private Answers() {}

  /** Gives a request its id, and its answer the headers that keep browsers from guessing. */
  static void begin(RoutingContext ctx) {
    String id = UUID.randomUUID().toString();
    ctx.put(ID, id);
    ctx.response()
        .putHeader("X-Request-Id", id)
        .putHeader("Content-Security-Policy", NOTHING)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  static String id(RoutingContext ctx) {
    return String.valueOf(ctx.<Object>get(ID));
  }

  static void json(RoutingContext ctx, int status, Object value) {
    ctx.response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(Buffer.buffer(Json.bytes(value)));
  }

  /** Answers with a problem, unless the client has its answer or is gone. */
  static void problem(RoutingContext ctx, Throwable failure) {
    Problem problem = Problem.of(failure);
    if (ctx.get(ID) == null) {
      begin(ctx);
    }
    if (problem.status() >= 500 && !(failure instanceof Problem)) {
      // The log has the stack trace of what wasn't foreseen.
      ctx.put(FAILURE, failure);
    }
    HttpServerResponse response = ctx.response();
    if (response.headWritten() || response.closed()) {
      // Too late for another status: what is cut short tells the client.
      if (!response.ended()) {
        ctx.request().connection().close();
      }
      return;
    }
    if (problem.retryAfter().isPresent()) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfter().getAsLong()));
    }
    endEarly(ctx);
    response.headers().remove(HttpHeaders.ETAG);
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .end(Buffer.buffer(Json.bytes(problem.details(id(ctx)))));
  }

  /** Where a body isn't wanted any more, reads on for a moment, and closes the connection. */
  private static void endEarly(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    if (request.isEnded()) {
      return;
    }
    ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    if (request.isExpectMultipart()) {
      request.setExpectMultipart(false);
    }
    long timer = ctx.vertx().setTimer(LINGER_MILLIS, at -> request.connection().close());
    request
        .exceptionHandler(gone -> ctx.vertx().cancelTimer(timer))
        .handler(ignored -> {})
        .endHandler(
            end -> {
              ctx.vertx().cancelTimer(timer);
              request.connection().close();
            })
        .resume();
  }
}
