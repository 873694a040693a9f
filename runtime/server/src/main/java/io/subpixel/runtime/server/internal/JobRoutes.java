package io.subpixel.runtime.server.internal;

import io.subpixel.pictures.codec.PictureFormat;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /v1/jobs}: pictures that take longer than a client would wait for an answer. */
final class JobRoutes {
  private static final String EVENTS = "text/event-stream";
  private static final long LOOK_MILLIS = 250;
  private static final int LOOKS_A_SIGN_OF_LIFE = 60;
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private final Vertx vertx;
  private final Settings settings;
  private final Jobs jobs;
  private final Slots slots;
  private final Lane headers;

  JobRoutes(Vertx vertx, Settings settings, Jobs jobs, Slots slots, Lane headers) {
    this.vertx = vertx;
    this.settings = settings;
    this.jobs = jobs;
    this.slots = slots;
    this.headers = headers;
  }

  void addTo(Router routes) {
    routes.post("/v1/jobs").handler(this::create);
    routes.get("/v1/jobs/:id").handler(ctx -> withJob(ctx, this::show));
    routes.delete("/v1/jobs/:id").handler(ctx -> withJob(ctx, this::delete));
    routes.get("/v1/jobs/:id/preview").handler(ctx -> withJob(ctx, this::preview));
    routes
        .route("/v1/jobs/:id/result")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(ctx -> withJob(ctx, this::result));
  }

  private interface JobHandler {
    void handle(RoutingContext ctx, Job job);
  }

  private void withJob(RoutingContext ctx, JobHandler handler) {
    Optional<Job> job = jobs.find(String.valueOf(ctx.pathParam("id")));
    if (job.isPresent()) {
      handler.handle(ctx, job.get());
    } else {
      Answers.problem(ctx, new Problem(404, "job", "one that is kept", "another"));
    }
  }

  private void create(RoutingContext ctx) {
    Map<String, String> parameters = new TreeMap<>();
    try {
      UpscaleQuery.parseJob(ctx.queryParams());
      ctx.queryParams().forEach(parameters::put);
      jobs.requireRoom(length(ctx));
      slots.take();
    } catch (Problem e) {
      Answers.problem(ctx, e);
      return;
    }
    Context context = vertx.getOrCreateContext();
    Cancellation cancellation = new Cancellation();
    ctx.response().closeHandler(gone -> cancellation.cancel());
    ctx.request().pause();
    String id = Jobs.newId();
    vertx
        .executeBlocking(() -> jobs.prepare(id), false)
        .compose(file -> Upload.receive(ctx, file, settings))
        .compose(received -> headers.run(context, cancellation, () -> jobs.add(id, parameters)))
        .onComplete(
            added -> {
              slots.free();
              if (added.succeeded() && ctx.response().closed()) {
                // Nobody learns its id.
                run(() -> jobs.delete(added.result()));
              } else if (added.succeeded()) {
                ctx.response().putHeader(HttpHeaders.LOCATION, "/v1/jobs/" + id);
                Answers.json(ctx, 202, added.result().view());
              } else {
                run(() -> jobs.discard(id));
                Answers.problem(ctx, added.cause());
              }
            });
  }

  private static long length(RoutingContext ctx) {
    String length = ctx.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length);
  }

  private interface Action {
    void run() throws IOException;
  }

  private Future<Void> run(Action action) {
    return vertx.executeBlocking(
        () -> {
          action.run();
          return null;
        },
        false);
  }

  private void show(RoutingContext ctx, Job job) {
    String accepted = ctx.request().getHeader(HttpHeaders.ACCEPT);
    if (accepted != null && accepted.contains(EVENTS)) {
      new Events(ctx.response(), job).begin();
    } else {
      Answers.json(ctx, 200, job.view());
    }
  }

  /** Tells a client whenever a job has changed, until it has ended. */
  private final class Events {
    private final HttpServerResponse response;
    private final Job job;
    private Job.@Nullable View told;
    private int looks;
    private long timer;

    Events(HttpServerResponse response, Job job) {
      this.response = response;
      this.job = job;
    }

    void begin() {
      response.putHeader(HttpHeaders.CONTENT_TYPE, EVENTS).setChunked(true);
      response.closeHandler(gone -> vertx.cancelTimer(timer));
      timer = vertx.setPeriodic(LOOK_MILLIS, at -> look());
      look();
    }

    private void look() {
      if (response.ended() || response.closed() || response.writeQueueFull()) {
        return;
      }
      Job.View now = job.view();
      boolean isDeleted = job.cancellation().isCancelled();
      if (isDeleted) {
        response.write("event: deleted\ndata: {}\n\n");
      } else if (!now.equals(told)) {
        response.write("event: job\ndata: " + Json.text(now) + "\n\n");
      } else if (++looks % LOOKS_A_SIGN_OF_LIFE == 0) {
        response.write(": still there\n\n");
      }
      told = now;
      if (isDeleted || job.state().phase().isEnded()) {
        vertx.cancelTimer(timer);
        response.end();
      }
    }
  }

  private void delete(RoutingContext ctx, Job job) {
    run(() -> jobs.delete(job))
        .onSuccess(deleted -> ctx.response().setStatusCode(204).end())
        .onFailure(failure -> Answers.problem(ctx, failure));
  }

  private void preview(RoutingContext ctx, Job job) {
    long frame = job.previewFrame();
    if (frame == 0) {
      Answers.problem(ctx, noPreview());
      return;
    }
    String tag = "\"" + job.state().id() + "-" + frame + "\"";
    HttpServerResponse response = ctx.response();
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "image/jpeg")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader(HttpHeaders.ETAG, tag)
        .putHeader("Subpixel-Frame", Long.toString(frame));
    if (tag.equals(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatusCode(304).end();
      return;
    }
    response
        .sendFile(jobs.preview(job).toString())
        .onFailure(gone -> Answers.problem(ctx, noPreview()));
  }

  private static Problem noPreview() {
    return new Problem(404, "preview", "a frame that is finished", "none");
  }

  private void result(RoutingContext ctx, Job job) {
    JobState state = job.state();
    Long size = state.resultBytes();
    if (state.phase() != JobState.Phase.DONE || size == null) {
      String received = state.phase().name().toLowerCase(Locale.ROOT);
      Answers.problem(ctx, new Problem(409, "job", "one that is done", "one that is " + received));
      return;
    }
    HttpServerResponse response = ctx.response();
    String tag = "\"" + state.id() + "\"";
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, mediaType(state))
        .putHeader(
            HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"result." + ending(state) + "\"")
        .putHeader(HttpHeaders.ACCEPT_RANGES, "bytes")
        .putHeader(HttpHeaders.ETAG, tag)
        .putHeader("Subpixel-Model", String.valueOf(state.model()));
    if (tag.equals(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatusCode(304).end();
      return;
    }
    String condition = ctx.request().getHeader("If-Range");
    String wanted = ctx.request().getHeader("Range");
    Matcher range = RANGE.matcher(wanted == null ? "" : wanted);
    boolean isPart = range.matches() && (condition == null || condition.equals(tag));
    send(ctx, jobs.result(job), isPart ? part(range, size) : new Part(0, size - 1), size, isPart);
  }

  private static PictureFormat format(JobState state) {
    return PictureFormat.valueOf(state.format().toUpperCase(Locale.ROOT));
  }

  private static String mediaType(JobState state) {
    return state.isClip() ? MediaTypes.ofClip(state.format()) : MediaTypes.of(format(state));
  }

  private static String ending(JobState state) {
    return state.isClip() ? state.format() : format(state).ending();
  }

  /** The first and the last byte of a part; empty if the last lies before the first. */
  private record Part(long first, long last) {}

  private static Part part(Matcher range, long size) {
    if (range.group(1).isEmpty()) {
      // So many of the last bytes.
      long count = range.group(2).isEmpty() ? 0 : Long.parseLong(range.group(2));
      return count == 0 ? new Part(size, size - 1) : new Part(Math.max(0, size - count), size - 1);
    }
    long last = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
    return new Part(Long.parseLong(range.group(1)), Math.min(last, size - 1));
  }

  private void send(RoutingContext ctx, Path file, Part part, long size, boolean isPart) {
    HttpServerResponse response = ctx.response();
    long length = part.last - part.first + 1;
    if (length <= 0) {
      response.putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
      Answers.problem(ctx, new Problem(416, "Range", "within " + size + " bytes", "another"));
      return;
    }
    if (isPart) {
      response
          .setStatusCode(206)
          .putHeader(
              HttpHeaders.CONTENT_RANGE, "bytes " + part.first + "-" + part.last + "/" + size);
    }
    if (ctx.request().method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length)).end();
      return;
    }
    response
        .sendFile(file.toString(), part.first, length)
        .onFailure(failure -> Answers.problem(ctx, failure));
  }
}
