package io.subpixel.runtime.server.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.pictures.internal.Temporaries;
import io.subpixel.runtime.server.Limit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The running service: its server, its routes, and what they work with. */
public final class Service implements AutoCloseable {
  private static final long MAX_SWEEP_SECONDS = 60;
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final Duration START = Duration.ofSeconds(30);

  private final Settings settings;
  private final Vertx vertx;
  private final Path folder;
  private final RequestLog log;
  private final Metrics metrics = new Metrics();
  private final Upscalers upscalers;
  private final Upscaling upscaling;
  private final Lane headers;
  private final Lane small;
  private final Lane large;
  private final Slots slots;
  private final UpscaleRoute upscale;
  private final Jobs jobs;
  private final JobRoutes jobRoutes;
  private final Connections connections;
  private final Router router;
  private final HttpServer server;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Catalogue> catalogue;

  private Service(Settings settings, Predicate<InetAddress> fetchable) throws IOException {
    this.settings = settings;
    log = new RequestLog(settings.log());
    folder = Temporaries.folder();
    upscalers = new Upscalers(settings);
    upscaling = new Upscaling(settings, upscalers);
    jobs =
        Jobs.open(
            settings,
            upscaling,
            new Clips(settings, upscalers),
            metrics,
            log,
            settings.state().orElse(folder.resolve("jobs")));
    // Models open while the server does.
    catalogue = warmUp(upscaling, log);
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(4)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    int queue = settings.count(Limit.QUEUE);
    headers = new Lane("headers", 2, settings.count(Limit.REQUESTS));
    small = new Lane("small", settings.concurrency(), queue);
    large = new Lane("large", 1, queue);
    slots = new Slots(settings.count(Limit.REQUESTS));
    upscale =
        new UpscaleRoute(vertx, settings, upscaling, metrics, folder, slots, headers, small, large);
    jobRoutes = new JobRoutes(vertx, settings, jobs, slots, headers);
    long every = Math.min(settings.limit(Limit.JOB_SECONDS), MAX_SWEEP_SECONDS) * 1000;
    vertx.setPeriodic(every, at -> vertx.executeBlocking(this::sweep, false));
    List.of(small, large).forEach(metrics::lane);
    connections = new Connections(vertx, settings);
    router = routes(iiif(), fetch(fetchable));
    metrics.gauge("subpixel.jobs", "Jobs that are kept", jobs::count);
    metrics.gauge("subpixel.jobs.bytes", "Bytes of all jobs on the disk", jobs::bytes);
    metrics.gauge("subpixel.connections", "Open connections", connections::count);
    metrics.gauge("subpixel.requests", "Requests to upscale under way", slots::taken);
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHttp2ClearTextEnabled(false)
                    .setMaxInitialLineLength(8192)
                    .setMaxHeaderSize(16_384)
                    .setMaxFormFields(16)
                    .setAcceptBacklog(1024))
            .connectionHandler(connections::opened)
            .requestHandler(router);
  }

  private Optional<IiifRoutes> iiif() throws IOException {
    if (settings.iiif().isEmpty()) {
      return Optional.empty();
    }
    IiifFolder images = new IiifFolder(settings.iiif().get());
    return Optional.of(
        new IiifRoutes(
            vertx,
            settings,
            images,
            new IiifImages(settings, upscalers),
            slots,
            headers,
            small,
            large));
  }

  private Optional<FetchRoute> fetch(Predicate<InetAddress> fetchable) {
    return settings
        .fetch()
        .map(
            fetch ->
                new FetchRoute(
                    new Fetcher(vertx, settings, fetch.origins(), fetchable),
                    fetch.key(),
                    upscale));
  }

  /**
   * Starts a service. It accepts requests when this returns.
   *
   * @throws InvalidInputException if the address can't be bound to
   */
  public static Service start(Settings settings) throws IOException {
    return start(settings, PublicAddresses::isPublic);
  }

  /** As above, but lets a test say which addresses images may be fetched from. */
  static Service start(Settings settings, Predicate<InetAddress> fetchable) throws IOException {
    Service service = new Service(settings, fetchable);
    boolean started = false;
    try {
      service.listen();
      started = true;
      return service;
    } finally {
      if (!started) {
        service.close();
      }
    }
  }

  private void listen() throws IOException {
    try {
      await(server.listen(settings.port(), settings.host()), START);
    } catch (IOException e) {
      throw new InvalidInputException(
          settings.host() + ":" + settings.port(),
          "an address that is free and this machine's",
          Reason.of(e),
          e);
    }
  }

  /** Opens what most requests need. It fails if the models can't be opened, and says so itself. */
  private static CompletableFuture<Catalogue> warmUp(Upscaling upscaling, RequestLog log) {
    CompletableFuture<Catalogue> opened = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                upscaling.warmUp();
                opened.complete(new Catalogue());
              } catch (IOException | RuntimeException | Error e) {
                log.event("error", "the models could not be opened", e);
                opened.completeExceptionally(e);
              }
            },
            "serve-warm-up");
    thread.setDaemon(true);
    thread.start();
    return opened;
  }

  private boolean isReady() {
    return catalogue.isDone() && !catalogue.isCompletedExceptionally();
  }

  private @Nullable Void sweep() throws IOException {
    jobs.sweep();
    return null;
  }

  /** Returns the routes, for a test that compares them with their description. */
  List<Route> routesInUse() {
    return router.getRoutes();
  }

  /** Returns the port that it listens on. */
  public int port() {
    return server.actualPort();
  }

  private Router routes(Optional<IiifRoutes> iiif, Optional<FetchRoute> fetch) {
    Router routes = Router.router(vertx);
    Guard guard = new Guard(settings);
    routes
        .route()
        .handler(this::begin)
        .failureHandler(ctx -> Answers.problem(ctx, cause(ctx, 500)));
    for (int status : List.of(404, 405, 400, 406, 415, 500)) {
      routes.errorHandler(status, ctx -> Answers.problem(ctx, cause(ctx, status)));
    }
    routes.route().handler(guard::checkOrigin);
    routes.get("/healthz").handler(ctx -> Answers.json(ctx, 200, Map.of("status", "up")));
    routes.get("/readyz").handler(this::readiness);
    Page.addTo(routes);
    fetch.ifPresent(route -> routes.get(Guard.FETCH).handler(route::handle));
    iiif.ifPresent(all -> all.addTo(routes, guard));
    routes.route("/v1/*").handler(guard::checkToken);
    routes.get("/metrics").handler(guard::checkToken).handler(metrics::handle);
    routes.get("/v1/models").handler(this::models);
    routes
        .get("/v1/devices")
        .handler(ctx -> known(ctx, all -> Answers.json(ctx, 200, all.devices())));
    routes
        .get("/v1/limits")
        .handler(ctx -> Answers.json(ctx, 200, Settings.LimitsOfARequest.of(settings)));
    routes.post("/v1/upscale").handler(upscale::handle);
    jobRoutes.addTo(routes);
    return routes;
  }

  private static Throwable cause(RoutingContext ctx, int expected) {
    Throwable failure = ctx.failure();
    // A path that can't be matched has no status of its own.
    int status = ctx.statusCode() < 0 ? expected : ctx.statusCode();
    boolean isClients = status >= 400 && status < 500;
    return failure != null && !isClients ? failure : Problem.ofStatus(status);
  }

  private void begin(RoutingContext ctx) {
    HttpConnection connection = ctx.request().connection();
    connections.begin(connection);
    long start = System.nanoTime();
    ctx.addEndHandler(
        ended -> {
          connections.end(connection);
          Duration took = Duration.ofNanos(System.nanoTime() - start);
          boolean isComplete = ended.succeeded() && ctx.response().ended();
          metrics.request(ctx, took, isComplete);
          log.ended(ctx, took, isComplete);
        });
    Answers.begin(ctx);
    try {
      ctx.normalizedPath();
    } catch (IllegalArgumentException e) {
      Answers.problem(ctx, new Problem(400, "path", "percent-encoded UTF-8", "another"));
      return;
    }
    ctx.next();
  }

  private void readiness(RoutingContext ctx) {
    String status = slots.isDraining() ? "draining" : isReady() ? "ready" : "starting";
    Answers.json(ctx, status.equals("ready") ? 200 : 503, Map.of("status", status));
  }

  private void models(RoutingContext ctx) {
    known(
        ctx,
        all ->
            ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(all.models()));
  }

  /** Answers with the catalogue, or that it isn't there yet, which is no failure. */
  private void known(RoutingContext ctx, Consumer<Catalogue> answer) {
    if (isReady()) {
      answer.accept(catalogue.join());
    } else {
      Answers.problem(
          ctx, new Problem(503, "service", "one that is ready", "one that is starting"));
    }
  }

  /**
   * Stops: refuses new requests, lets those under way end, and closes what they needed.
   *
   * @param drain how long requests may take; those that take longer are cut off
   */
  public void stop(Duration drain) {
    if (closed.get()) {
      return;
    }
    if (!slots.drain(drain.toMillis())) {
      log.event("warning", "requests were cut off, as the time to end them is over", null);
    }
    try {
      // Closes the connections, which ends what is left.
      await(server.close(), CLOSE);
    } catch (IOException e) {
      log.event("error", "the server did not close", e);
    }
    close();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    jobs.close();
    headers.close();
    small.close();
    large.close();
    try {
      await(vertx.close(), CLOSE);
    } catch (IOException e) {
      log.event("error", "the server did not close", e);
    }
    awaitWarmUp();
    upscalers.close();
    metrics.close();
    try {
      Temporaries.delete(folder);
    } catch (IOException e) {
      // The next process deletes it.
      return;
    }
  }

  /** An upscaler that is being opened would stay open. */
  private void awaitWarmUp() {
    try {
      catalogue.get(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The log has the one, and the process ends in spite of the other.
      return;
    }
  }

  private static <T> T await(Future<T> future, Duration most) throws IOException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("time is over", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
