package io.subpixel.runtime.server.internal;

import io.subpixel.runtime.server.Limit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gets images of configured origins. A name is resolved once, its addresses are checked, and the
 * connection goes to one of those, so that a name can't point elsewhere a moment later; redirects
 * are checked alike. For one event loop.
 */
public final class Fetcher {
  private static final int MAX_REDIRECTS = 3;
  private static final int CONNECT_MILLIS = 5000;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Vertx vertx;
  private final Settings settings;
  private final Set<String> origins;
  private final Predicate<InetAddress> allowed;
  private final HttpClient client;

  /**
   * @param origins from where images may come, as {@link #origin} writes them
   * @param allowed the addresses that may be called
   */
  Fetcher(Vertx vertx, Settings settings, Set<String> origins, Predicate<InetAddress> allowed) {
    this.vertx = vertx;
    this.settings = settings;
    this.origins = origins;
    this.allowed = allowed;
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(false)
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setIdleTimeout(settings.count(Limit.IDLE_SECONDS))
                .setMaxHeaderSize(16_384)
                .setMaxInitialLineLength(8192));
  }

  /** Returns the origin of an address, such as {@code https://example.org:443}; empty if none. */
  public static Optional<String> origin(String text) {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean isHttp = scheme.equals("http") || scheme.equals("https");
      if (!isHttp || uri.getHost() == null || uri.getRawUserInfo() != null) {
        return Optional.empty();
      }
      return Optional.of(
          scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port(scheme, uri));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static int port(String scheme, URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
  }

  /**
   * Refuses an address that isn't of a configured origin.
   *
   * @throws Problem 403
   */
  URI checked(String address) throws Problem {
    Optional<String> origin = origin(address);
    if (origin.isEmpty() || !origins.contains(origin.get())) {
      throw new Problem(403, "url", "one of a configured origin", origin.orElse("another"));
    }
    return URI.create(address);
  }

  /**
   * Gets an image into a file.
   *
   * @param address from {@link #checked}
   * @return fails with {@link Problem} if there is none, or too much of it, or too late
   */
  Future<Void> fetch(URI address, Path file, Cancellation cancellation) {
    Promise<Void> done = Promise.promise();
    Download download = new Download(file, done);
    long most = settings.limit(Limit.REQUEST_SECONDS);
    long timer =
        vertx.setTimer(
            most * 1000,
            at -> done.tryFail(new Problem(504, "url", "an image within " + most + " s", "less")));
    cancellation.onCancel(() -> done.tryFail(new Problem(503, "url", "a client", "none")));
    download.get(address, MAX_REDIRECTS);
    return done.future()
        .eventually(
            () -> {
              vertx.cancelTimer(timer);
              return download.end();
            })
        .compose(end -> download.written());
  }

  private final class Download {
    private final Path file;
    private final Promise<Void> done;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse current;
    private @Nullable AsyncFile out;
    private @Nullable Throwable lost;
    private long bytes;

    Download(Path file, Promise<Void> done) {
      this.file = file;
      this.done = done;
    }

    void get(URI address, int redirects) {
      vertx
          .executeBlocking(() -> resolved(address.getHost()), false)
          .compose(found -> client.request(options(address, found)))
          .compose(
              sent -> {
                request = sent;
                return done.future().isComplete()
                    ? Future.failedFuture("ended")
                    : sent.putHeader(HttpHeaders.ACCEPT, "image/*").send();
              })
          .onFailure(this::fail)
          .onSuccess(response -> take(address, response, redirects));
    }

    private InetAddress resolved(String host) throws Problem {
      String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      try {
        InetAddress[] all = InetAddress.getAllByName(name);
        for (InetAddress each : all) {
          if (!allowed.test(each)) {
            throw new Problem(403, "url", "a public address", "another");
          }
        }
        return all[0];
      } catch (UnknownHostException e) {
        throw new Problem(502, "url", "a host that is known", "another");
      }
    }

    private RequestOptions options(URI address, InetAddress found) {
      boolean isSecure = "https".equalsIgnoreCase(address.getScheme());
      int port = port(isSecure ? "https" : "http", address);
      String path = address.getRawPath() == null ? "" : address.getRawPath();
      String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
      return new RequestOptions()
          .setMethod(HttpMethod.GET)
          .setServer(SocketAddress.inetSocketAddress(port, found.getHostAddress()))
          .setHost(address.getHost())
          .setPort(port)
          .setSsl(isSecure)
          .setFollowRedirects(false)
          .setURI((path.isEmpty() ? "/" : path) + query);
    }

    private void take(URI address, HttpClientResponse response, int redirects) {
      response.pause();
      response.exceptionHandler(
          failure -> {
            if (response == current) {
              fail(new Problem(502, "url", "a whole image", "one that is cut short"));
            }
          });
      current = response;
      String location = response.getHeader(HttpHeaders.LOCATION);
      if (REDIRECTS.contains(response.statusCode()) && location != null) {
        current = null;
        reset();
        try {
          if (redirects == 0) {
            throw new Problem(502, "url", "at most " + MAX_REDIRECTS + " redirects", "more");
          }
          get(checked(address.resolve(location).toString()), redirects - 1);
        } catch (Problem e) {
          fail(e);
        } catch (IllegalArgumentException e) {
          fail(new Problem(502, "url", "a redirect to an address", "another"));
        }
        return;
      }
      if (response.statusCode() != 200) {
        fail(new Problem(502, "url", "an image", "status " + response.statusCode()));
        return;
      }
      vertx
          .fileSystem()
          .open(file.toString(), new OpenOptions().setRead(false).setCreateNew(true))
          .onFailure(this::fail)
          .onSuccess(
              opened -> {
                if (done.future().isComplete()) {
                  // Its request is over, and so nobody else deletes it.
                  opened.close().onComplete(closed -> vertx.fileSystem().delete(file.toString()));
                  return;
                }
                out = opened;
                response.handler(part -> write(response, opened, part));
                response.endHandler(end -> done.tryComplete());
                response.resume();
              });
    }

    private void write(HttpClientResponse response, AsyncFile opened, Buffer part) {
      bytes += part.length();
      long most = settings.limit(Limit.REQUEST_BYTES);
      if (bytes > most) {
        fail(new Problem(502, "url", "at most " + most + " bytes", "more"));
      } else if (!done.future().isComplete()) {
        opened.write(part).onFailure(this::unwritten);
        if (opened.writeQueueFull()) {
          response.pause();
          opened.drainHandler(drained -> response.resume());
        }
      }
    }

    private void unwritten(Throwable failure) {
      lost = failure;
      done.tryFail(failure);
    }

    /** The last parts are written after the last one came. */
    Future<Void> written() {
      return lost == null ? Future.succeededFuture() : Future.failedFuture(lost);
    }

    private void fail(Throwable failure) {
      // What a library says of a connection may have its address.
      done.tryFail(
          failure instanceof Problem
              ? failure
              : new Problem(502, "url", "an origin that answers", "none"));
    }

    private void reset() {
      HttpClientRequest sent = request;
      if (sent != null) {
        sent.reset();
      }
    }

    Future<Void> end() {
      if (done.future().failed()) {
        reset();
      }
      AsyncFile opened = out;
      return opened == null ? Future.succeededFuture() : opened.close();
    }
  }
}
