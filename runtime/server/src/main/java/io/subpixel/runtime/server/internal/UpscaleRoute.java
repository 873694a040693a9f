package io.subpixel.runtime.server.internal;

import io.subpixel.runtime.server.Limit;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;

/** {@code POST /v1/upscale}: a picture comes, and its result goes back. */
final class UpscaleRoute {
  private final Vertx vertx;
  private final Settings settings;
  private final Upscaling upscaling;
  private final Metrics metrics;
  private final Path folder;
  private final Slots slots;
  private final Lane headers;
  private final Lane small;
  private final Lane large;

  /**
   * @param folder for uploads and results on their way
   * @param slots of the requests under way
   * @param headers reads the headers of pictures
   * @param small for pictures of little work
   * @param large for all others
   */
  UpscaleRoute(
      Vertx vertx,
      Settings settings,
      Upscaling upscaling,
      Metrics metrics,
      Path folder,
      Slots slots,
      Lane headers,
      Lane small,
      Lane large) {
    this.vertx = vertx;
    this.settings = settings;
    this.upscaling = upscaling;
    this.metrics = metrics;
    this.folder = folder;
    this.slots = slots;
    this.headers = headers;
    this.small = small;
    this.large = large;
  }

  void handle(RoutingContext ctx) {
    try {
      UpscaleQuery query = UpscaleQuery.parse(ctx.queryParams());
      handle(ctx, query, (file, cancellation) -> Upload.receive(ctx, file, settings));
    } catch (Problem e) {
      Answers.problem(ctx, e);
    }
  }

  /** Where a picture comes from. */
  interface Source {
    /** Receives a picture into a file, which doesn't exist yet. */
    Future<Void> receive(Path file, Cancellation cancellation);
  }

  /**
   * Upscales a picture of any source.
   *
   * @throws Problem if there are too many requests already
   */
  void handle(RoutingContext ctx, UpscaleQuery query, Source source) throws Problem {
    slots.take();
    new Exchange(ctx, query, source).begin();
  }

  /** One request, from its first byte to the last of its answer. */
  private final class Exchange {
    private final RoutingContext ctx;
    private final UpscaleQuery query;
    private final Source source;
    private final Cancellation cancellation = new Cancellation();
    private final Context context = vertx.getOrCreateContext();
    private final Path in;
    private final Path out;

    Exchange(RoutingContext ctx, UpscaleQuery query, Source source) {
      this.ctx = ctx;
      this.query = query;
      this.source = source;
      UUID name = UUID.randomUUID();
      in = folder.resolve(name + ".in");
      out = folder.resolve(name + ".out");
    }

    void begin() {
      ctx.response().closeHandler(gone -> cancellation.cancel());
      long seconds = settings.limit(Limit.REQUEST_SECONDS);
      long timer = vertx.setTimer(seconds * 1000, at -> expire(seconds));
      source
          .receive(in, cancellation)
          .compose(received -> headers.run(context, cancellation, this::admit))
          .compose(this::upscale)
          .onComplete(done -> vertx.cancelTimer(timer))
          .compose(this::send)
          .onComplete(
              sent -> {
                if (sent.failed() && !ctx.response().ended()) {
                  Answers.problem(ctx, sent.cause());
                }
                end();
              });
    }

    private void expire(long seconds) {
      if (!ctx.request().isEnded()) {
        // The upload's time is over as well, and it says so itself.
        return;
      }
      cancellation.cancel();
      Answers.problem(
          ctx, new Problem(503, "request", "a result within " + seconds + " s", "more time"));
    }

    private Upscaling.Admitted admit() throws IOException, Problem {
      return upscaling.admit(in, query, Limit.REQUEST_MACS);
    }

    private Future<Result> upscale(Upscaling.Admitted admitted) {
      Lane lane = admitted.macs() > settings.limit(Limit.SMALL_MACS) ? large : small;
      return lane.run(
          context,
          cancellation,
          () ->
              new Result(
                  admitted,
                  upscaling.run(
                      in,
                      out,
                      query,
                      admitted.format(),
                      progress -> {},
                      cancellation::isCancelled)));
    }

    private Future<Void> send(Result result) {
      metrics.made(result.admitted.macs());
      HttpServerResponse response = ctx.response();
      if (response.ended() || response.closed()) {
        return Future.succeededFuture();
      }
      long most = settings.limit(Limit.REQUEST_SECONDS) * 1000;
      long timer = vertx.setTimer(most, at -> ctx.request().connection().close());
      headersOf(result, response);
      return response.sendFile(out.toString()).onComplete(sent -> vertx.cancelTimer(timer));
    }

    private void end() {
      slots.free();
      vertx.<Void>executeBlocking(
          () -> {
            Files.deleteIfExists(in);
            Files.deleteIfExists(out);
            return null;
          },
          false);
    }
  }

  private record Result(Upscaling.Admitted admitted, Upscaling.Done done) {}

  private static void headersOf(Result result, HttpServerResponse response) {
    Upscaling.Done done = result.done;
    Upscaling.Admitted admitted = result.admitted;
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, MediaTypes.of(admitted.format()))
        .putHeader(
            HttpHeaders.CONTENT_DISPOSITION,
            "inline; filename=\"result." + admitted.format().ending() + "\"")
        .putHeader("Subpixel-Model", done.model())
        .putHeader("Subpixel-Input-Size", admitted.lr().width() + "x" + admitted.lr().height())
        .putHeader("Subpixel-Output-Size", done.sr().width() + "x" + done.sr().height())
        .putHeader(
            "Server-Timing",
            "network;dur=" + millis(done.network()) + ", total;dur=" + millis(done.total()));
    if (done.strength() != null) {
      response.putHeader("Subpixel-Strength", done.strength().toString());
    }
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toNanos() / 1e6);
  }
}
