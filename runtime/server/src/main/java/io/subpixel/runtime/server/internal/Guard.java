package io.subpixel.runtime.server.internal;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in: those that name this service, come from its own page or from no page at all,
 * and know the token. So a page from elsewhere can't use the service of who looks at it, neither
 * directly (CSRF) nor under a name that it lets point here (DNS rebinding).
 */
final class Guard {
  /** Answers those who know the key, whose signature takes the place of the token. */
  static final String FETCH = "/v1/fetch";

  private static final String BEARER = "Bearer ";

  private final Set<String> allowedHosts;
  private final Optional<byte[]> token;

  Guard(Settings settings) {
    allowedHosts = settings.allowedHosts();
    token = settings.token().map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Refuses a request that isn't addressed to this service, or comes from a foreign page. What is
   * for pages of anyone may come from them.
   */
  void checkOrigin(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    HostAndPort authority = request.authority();
    String host = authority == null ? null : authority.host();
    if (host == null || !isOwn(host)) {
      String received = host == null ? "none" : host;
      Answers.problem(
          ctx, new Problem(421, "Host", "an address or an allowed name of this service", received));
      return;
    }
    String path = ctx.normalizedPath();
    if (path.startsWith(IiifRoutes.ROOT) || path.equals(FETCH)) {
      ctx.next();
      return;
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null && !isSame(origin, request.getHeader(HttpHeaders.HOST))) {
      Answers.problem(ctx, new Problem(403, "Origin", "this service", origin));
      return;
    }
    String site = request.getHeader("Sec-Fetch-Site");
    boolean isNavigation =
        "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
            && request.method().equals(HttpMethod.GET);
    if (("cross-site".equals(site) || "same-site".equals(site)) && !isNavigation) {
      Answers.problem(ctx, new Problem(403, "Sec-Fetch-Site", "same-origin", site));
      return;
    }
    ctx.next();
  }

  /** Only names can be made to point elsewhere, so every address is fine. */
  private boolean isOwn(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || NetUtil.isValidIpV4Address(name)
        || NetUtil.isValidIpV6Address(name)
        || allowedHosts.contains(name);
  }

  private static boolean isSame(String origin, @Nullable String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Refuses a request without the token, if there is one. */
  void checkToken(RoutingContext ctx) {
    if (token.isEmpty()) {
      ctx.next();
      return;
    }
    String given = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (given != null
        && given.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && MessageDigest.isEqual(
            given.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8),
            token.get())) {
      ctx.next();
      return;
    }
    ctx.response().putHeader("WWW-Authenticate", "Bearer");
    String received = given == null ? "none" : "another";
    Answers.problem(ctx, new Problem(401, "Authorization", "Bearer and the token", received));
  }
}
