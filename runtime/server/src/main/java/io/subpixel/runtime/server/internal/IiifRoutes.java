package io.subpixel.runtime.server.internal;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.runtime.server.Limit;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code /iiif/3}: a folder of images by the <a href="https://iiif.io/api/image/3.0/">IIIF Image
 * API 3.0</a>, level 2, with enlargement.
 */
final class IiifRoutes {
  static final String ROOT = "/iiif/3/";

  private static final String CONTEXT = "http://iiif.io/api/image/3/context.json";
  private static final String PROFILE = "http://iiif.io/api/image/3/level2.json";
  private static final String LINKED = "application/ld+json";
  private static final int TILE = 512;

  /** Results lie in memory as a whole: of larger ones, one at a time. */
  private static final long SMALL_PIXELS = 2L << 20;

  /** Images of a folder rarely change, and a client that asks again is told by ETag. */
  private static final String AGE = "max-age=3600";

  private final Vertx vertx;
  private final Settings settings;
  private final IiifFolder folder;
  private final IiifImages images;
  private final Slots slots;
  private final Lane headers;
  private final Lane small;
  private final Lane large;

  IiifRoutes(
      Vertx vertx,
      Settings settings,
      IiifFolder folder,
      IiifImages images,
      Slots slots,
      Lane headers,
      Lane small,
      Lane large) {
    this.vertx = vertx;
    this.settings = settings;
    this.folder = folder;
    this.images = images;
    this.slots = slots;
    this.headers = headers;
    this.small = small;
    this.large = large;
  }

  void addTo(Router routes, Guard guard) {
    routes.route(ROOT + "*").handler(IiifRoutes::allowEverywhere);
    routes.options(ROOT + "*").handler(IiifRoutes::preflight);
    if (!settings.isIiifPublic()) {
      routes.route(ROOT + "*").handler(guard::checkToken);
    }
    routes.get(ROOT + ":identifier").handler(IiifRoutes::redirect);
    routes.get(ROOT + ":identifier/info.json").handler(ctx -> new Exchange(ctx).begin());
    routes
        .get(ROOT + ":identifier/:region/:size/:rotation/:quality")
        .handler(ctx -> new Exchange(ctx).begin());
  }

  /** Viewers are pages of anyone. */
  private static void allowEverywhere(RoutingContext ctx) {
    ctx.response()
        .putHeader("Access-Control-Allow-Origin", "*")
        .putHeader("Access-Control-Expose-Headers", "Link, X-Request-Id")
        .putHeader("Cross-Origin-Resource-Policy", "cross-origin");
    ctx.next();
  }

  private static void preflight(RoutingContext ctx) {
    ctx.response()
        .putHeader("Access-Control-Allow-Methods", "GET, OPTIONS")
        .putHeader("Access-Control-Allow-Headers", "Authorization, Accept, If-None-Match")
        .putHeader("Access-Control-Max-Age", "86400")
        .setStatusCode(204)
        .end();
  }

  private static void redirect(RoutingContext ctx) {
    List<String> parts = parts(ctx);
    if (parts.size() != 1 || parts.get(0).isEmpty()) {
      Answers.problem(ctx, IiifFolder.none());
      return;
    }
    ctx.response()
        .setStatusCode(303)
        .putHeader(HttpHeaders.LOCATION, base(ctx) + "/info.json")
        .end();
  }

  /** Returns the parts of the path behind the root, as they came. */
  private static List<String> parts(RoutingContext ctx) {
    String path = String.valueOf(ctx.request().path());
    return path.startsWith(ROOT)
        ? List.of(path.substring(ROOT.length()).split("/", -1))
        : List.of();
  }

  /** Returns the URI of the image, under the name that the client calls this service. */
  private static String base(RoutingContext ctx) {
    boolean isSecure = "https".equalsIgnoreCase(ctx.request().getHeader("X-Forwarded-Proto"));
    List<String> parts = parts(ctx);
    return (isSecure ? "https://" : "http://")
        + ctx.request().getHeader(HttpHeaders.HOST)
        + ROOT
        + (parts.isEmpty() ? "" : parts.get(0));
  }

  private record Size(int width, int height) {}

  private record Tiles(int width, int height, List<Integer> scaleFactors) {}

  /** An image's description. */
  record Info(
      @JsonProperty("@context") String context,
      String id,
      String type,
      String protocol,
      String profile,
      int width,
      int height,
      int maxWidth,
      int maxHeight,
      long maxArea,
      List<Size> sizes,
      List<Tiles> tiles,
      List<String> preferredFormats,
      List<String> extraFormats,
      List<String> extraQualities,
      List<String> extraFeatures) {
    static Info of(String id, PictureLayout image, IiifRequest.Bounds bounds) {
      List<Size> sizes = new ArrayList<>();
      List<Integer> factors = new ArrayList<>();
      int longest = Math.max(image.width(), image.height());
      for (int factor = 1; factor == 1 || longest > (long) factor / 2 * TILE; factor *= 2) {
        factors.add(factor);
        int width = (image.width() + factor - 1) / factor;
        int height = (image.height() + factor - 1) / factor;
        if ((long) width * height <= bounds.maxArea()
            && width <= bounds.maxWidth()
            && height <= bounds.maxHeight()) {
          sizes.add(0, new Size(width, height));
        }
      }
      return new Info(
          CONTEXT,
          id,
          "ImageService3",
          "http://iiif.io/api/image",
          "level2",
          image.width(),
          image.height(),
          bounds.maxWidth(),
          bounds.maxHeight(),
          bounds.maxArea(),
          sizes,
          List.of(new Tiles(TILE, TILE, factors)),
          List.of("jpg"),
          List.of("tif", "webp"),
          List.of("bitonal"),
          List.of("canonicalLinkHeader", "mirroring", "profileLinkHeader", "sizeUpscaling"));
    }
  }

  /** One request, from its headers to the last byte of its answer. */
  private final class Exchange {
    private final RoutingContext ctx;
    private final Cancellation cancellation = new Cancellation();
    private final Context context = vertx.getOrCreateContext();

    Exchange(RoutingContext ctx) {
      this.ctx = ctx;
    }

    void begin() {
      String item;
      @Nullable IiifRequest request = null;
      try {
        List<String> parts = parts(ctx);
        if (parts.size() != 2 && parts.size() != 5) {
          throw IiifFolder.none();
        }
        item = IiifFolder.decoded(parts.get(0));
        if (parts.size() == 5) {
          request =
              IiifRequest.parse(
                  IiifFolder.decoded(parts.get(1)),
                  IiifFolder.decoded(parts.get(2)),
                  IiifFolder.decoded(parts.get(3)),
                  IiifFolder.decoded(parts.get(4)));
        }
        slots.take();
      } catch (Problem e) {
        Answers.problem(ctx, e);
        return;
      }
      ctx.response().closeHandler(gone -> cancellation.cancel());
      long timer = vertx.setTimer(settings.limit(Limit.REQUEST_SECONDS) * 1000, at -> expire());
      IiifRequest wanted = request;
      Future<Void> answered =
          wanted == null
              ? headers.run(context, cancellation, () -> look(item)).map(this::describe)
              : headers
                  .run(context, cancellation, () -> plan(item, wanted))
                  .compose(plan -> answer(plan, wanted));
      answered.onComplete(
          done -> {
            vertx.cancelTimer(timer);
            slots.free();
            if (done.failed() && !ctx.response().ended()) {
              Answers.problem(ctx, done.cause());
            }
          });
    }

    private void expire() {
      cancellation.cancel();
      long seconds = settings.limit(Limit.REQUEST_SECONDS);
      Answers.problem(
          ctx, new Problem(503, "request", "a result within " + seconds + " s", "more time"));
    }

    private record Looked(IiifFolder.Item item, PictureLayout layout) {}

    private Looked look(String identifier) throws IOException, Problem {
      IiifFolder.Item item = folder.find(identifier);
      return new Looked(item, images.layout(item));
    }

    private @Nullable Void describe(Looked looked) {
      Info info = Info.of(base(ctx), looked.layout, images.bounds(looked.layout));
      String accepted = ctx.request().getHeader(HttpHeaders.ACCEPT);
      boolean isLinked = accepted != null && accepted.contains(LINKED);
      byte[] body = Json.bytes(info);
      if (!isKnown(tag(new String(body, StandardCharsets.UTF_8) + isLinked))) {
        ctx.response()
            .putHeader(
                HttpHeaders.CONTENT_TYPE,
                isLinked ? LINKED + ";profile=\"" + CONTEXT + "\"" : "application/json")
            .end(Buffer.buffer(body));
      }
      return null;
    }

    private record Plan(IiifFolder.Item item, IiifRequest.Cut cut, long macs) {}

    private Plan plan(String identifier, IiifRequest request) throws IOException, Problem {
      Looked looked = look(identifier);
      PictureLayout layout = looked.layout;
      IiifRequest.Cut cut = request.of(layout.width(), layout.height(), images.bounds(layout));
      return new Plan(looked.item, cut, images.macs(cut));
    }

    private Future<Void> answer(Plan plan, IiifRequest request) {
      ctx.response()
          .putHeader(
              "Link",
              "<%s/%s>;rel=\"canonical\", <%s>;rel=\"profile\""
                  .formatted(base(ctx), plan.cut.canonical(), PROFILE));
      if (isKnown(tag(plan.item.version() + plan.cut.canonical()))) {
        return Future.succeededFuture();
      }
      boolean isSmall =
          plan.macs <= settings.limit(Limit.SMALL_MACS)
              && (long) plan.cut.outWidth() * plan.cut.outHeight() <= SMALL_PIXELS;
      Lane lane = isSmall ? small : large;
      return lane.run(
              context, cancellation, () -> images.make(plan.item, request, plan.cut, cancellation))
          .compose(bytes -> send(bytes, request));
    }

    private Future<Void> send(byte[] bytes, IiifRequest request) {
      HttpServerResponse response = ctx.response();
      if (response.ended() || response.closed()) {
        return Future.succeededFuture();
      }
      long most = settings.limit(Limit.REQUEST_SECONDS) * 1000;
      long timer = vertx.setTimer(most, at -> ctx.request().connection().close());
      return response
          .putHeader(
              HttpHeaders.CONTENT_TYPE,
              MediaTypes.of(IiifImages.FORMATS.getOrDefault(request.format(), PictureFormat.JPEG)))
          .end(Buffer.buffer(bytes))
          .onComplete(sent -> vertx.cancelTimer(timer));
    }

    private static String tag(String content) {
      return "\"" + UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    /** Adds the headers for caches, and answers if the client has it already. */
    private boolean isKnown(String tag) {
      boolean isShared = settings.token().isEmpty() || settings.isIiifPublic();
      ctx.response()
          .putHeader(HttpHeaders.CACHE_CONTROL, (isShared ? "public, " : "private, ") + AGE)
          .putHeader(HttpHeaders.VARY, "Accept")
          .putHeader(HttpHeaders.ETAG, tag);
      boolean isKnown = tag.equals(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH));
      if (isKnown) {
        ctx.response().setStatusCode(304).end();
      }
      return isKnown;
    }
  }
}
