package io.subpixel.runtime.server.internal;

import io.subpixel.runtime.server.Limit;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The open connections. Each has a while to send the headers of a request, and as long for the next
 * ones, however slowly its bytes come. For one event loop.
 */
final class Connections {
  private final Vertx vertx;
  private final int most;
  private final long patience;
  private final Map<HttpConnection, Open> open = new HashMap<>();

  Connections(Vertx vertx, Settings settings) {
    this.vertx = vertx;
    most = settings.count(Limit.CONNECTIONS);
    patience = settings.limit(Limit.IDLE_SECONDS) * 1000;
  }

  private final class Open {
    final HttpConnection connection;
    private int requests;
    private long timer;

    Open(HttpConnection connection) {
      this.connection = connection;
    }

    void await() {
      timer = vertx.setTimer(patience, at -> connection.close());
    }

    void cancel() {
      vertx.cancelTimer(timer);
    }
  }

  /** Takes a connection, or closes it if there are too many. */
  void opened(HttpConnection connection) {
    if (open.size() >= most) {
      connection.close();
      return;
    }
    Open one = new Open(connection);
    open.put(connection, one);
    one.await();
    connection.closeHandler(
        closed -> {
          one.cancel();
          open.remove(connection);
        });
  }

  /** The headers of a request are there. */
  void begin(HttpConnection connection) {
    @Nullable Open one = open.get(connection);
    if (one != null) {
      one.cancel();
      one.requests++;
    }
  }

  /** A request is answered. */
  void end(HttpConnection connection) {
    @Nullable Open one = open.get(connection);
    if (one != null && --one.requests == 0) {
      one.await();
    }
  }

  int count() {
    return open.size();
  }
}
