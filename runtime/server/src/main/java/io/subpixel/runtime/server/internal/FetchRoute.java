package io.subpixel.runtime.server.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/fetch}: an image of a configured origin, upscaled. The signature says that who
 * knows the key wants it; without one, the service would work for anyone who writes an address.
 */
final class FetchRoute {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String MARK = "&signature=";
  private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");

  private final Fetcher fetcher;
  private final byte[] key;
  private final UpscaleRoute upscale;

  FetchRoute(Fetcher fetcher, String key, UpscaleRoute upscale) {
    this.fetcher = fetcher;
    this.key = key.getBytes(UTF_8);
    this.upscale = upscale;
  }

  void handle(RoutingContext ctx) {
    try {
      requireSigned(ctx.request());
      List<Map.Entry<String, String>> rest = new ArrayList<>();
      String url = null;
      for (Map.Entry<String, String> each : ctx.queryParams()) {
        switch (each.getKey()) {
          case "url" -> url = once("url", url, each.getValue());
          case "expires" -> requireInTime(each.getValue());
          case "signature" -> {}
          default -> rest.add(each);
        }
      }
      if (url == null) {
        throw Problem.parameter("url", "the address of an image", "none");
      }
      URI address = fetcher.checked(url);
      UpscaleQuery query = UpscaleQuery.parse(rest);
      // Pages of others may show it: they have the signature.
      ctx.response()
          .putHeader("Cross-Origin-Resource-Policy", "cross-origin")
          .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=3600");
      upscale.handle(
          ctx, query, (file, cancellation) -> fetcher.fetch(address, file, cancellation));
    } catch (Problem e) {
      Answers.problem(ctx, e);
    }
  }

  private static String once(String name, @Nullable String before, String value) throws Problem {
    if (before != null) {
      throw Problem.parameter(name, "one value", "several");
    }
    return value;
  }

  private static void requireInTime(String seconds) throws Problem {
    if (!SECONDS.matcher(seconds).matches()) {
      throw Problem.parameter("expires", "seconds since 1970", seconds);
    } else if (Long.parseLong(seconds) < Instant.now().getEpochSecond()) {
      throw new Problem(403, "expires", "a time to come", "one that is over");
    }
  }

  /** Everything up to the signature is signed, as it was sent, so the signature comes last. */
  private void requireSigned(HttpServerRequest request) throws Problem {
    String query = request.query() == null ? "" : request.query();
    int at = query.lastIndexOf(MARK);
    String given = at < 0 ? "" : query.substring(at + MARK.length());
    String signed = request.path() + "?" + query.substring(0, Math.max(0, at));
    if (!MessageDigest.isEqual(signature(signed).getBytes(US_ASCII), given.getBytes(UTF_8))) {
      throw new Problem(
          403,
          "signature",
          "the HMAC-SHA256 of all before it, in hexadecimal digits",
          at < 0 ? "none" : "another");
    }
  }

  private String signature(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JRE has " + ALGORITHM, e);
    }
  }
}
