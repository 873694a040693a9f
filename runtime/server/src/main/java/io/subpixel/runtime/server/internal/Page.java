package io.subpixel.runtime.server.internal;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;

/** What the service sends as it is: the page for people, and the description for programs. */
final class Page {
  /** Nothing from elsewhere, and no code but the page's modules. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' blob: data:; media-src blob:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final Map<String, String> FILES =
      Map.of(
          "style.css", "text/css; charset=utf-8",
          "app.js", SCRIPT,
          "dom.js", SCRIPT,
          "files.js", SCRIPT,
          "entry.js", SCRIPT,
          "api.js", SCRIPT,
          "compare.js", SCRIPT,
          "watch.js", SCRIPT,
          "zip.js", SCRIPT);

  private Page() {}

  static void addTo(Router routes) {
    serve(routes, "/", "page/index.html", "text/html; charset=utf-8");
    FILES.forEach((name, type) -> serve(routes, "/page/" + name, "page/" + name, type));
    serve(routes, "/openapi.json", "openapi.json", "application/json");
  }

  private static void serve(Router routes, String path, String resource, String type) {
    byte[] content = read(resource);
    String tag = "\"" + UUID.nameUUIDFromBytes(content) + "\"";
    Buffer body = Buffer.buffer(content);
    routes.get(path).handler(ctx -> send(ctx, type, tag, body));
  }

  private static void send(RoutingContext ctx, String type, String tag, Buffer body) {
    ctx.response()
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader(HttpHeaders.ETAG, tag);
    if (tag.equals(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      ctx.response().setStatusCode(304).end();
    } else {
      ctx.response().end(body);
    }
  }

  private static byte[] read(String resource) {
    try (InputStream in = Page.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the library lacks " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
