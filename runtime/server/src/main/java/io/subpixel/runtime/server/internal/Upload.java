package io.subpixel.runtime.server.internal;

import io.subpixel.runtime.server.Limit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Receives the body of a request into a file: all of it, or the one file of a form. The names that
 * a client gives are never read. For one event loop.
 */
final class Upload {
  private static final String FORM = "multipart/form-data";

  private final RoutingContext ctx;
  private final HttpServerRequest request;
  private final Path file;
  private final long maxBytes;
  private final Promise<Void> received = Promise.promise();
  private final IdleTimer idle;
  private final long deadline;
  private @Nullable AsyncFile out;
  private @Nullable Throwable lost;
  private boolean isForm;
  private boolean hasFile;
  private long bytes;

  private Upload(RoutingContext ctx, Path file, Settings settings) {
    this.ctx = ctx;
    request = ctx.request();
    this.file = file;
    maxBytes = settings.limit(Limit.REQUEST_BYTES);
    long seconds = settings.limit(Limit.IDLE_SECONDS);
    idle =
        new IdleTimer(
            ctx.vertx(),
            seconds * 1000,
            () -> fail(new Problem(408, "body", "more within " + seconds + " s", "nothing")));
    long most = settings.limit(Limit.REQUEST_SECONDS);
    deadline =
        ctx.vertx()
            .setTimer(
                most * 1000,
                at -> fail(new Problem(408, "body", "all of it within " + most + " s", "less")));
  }

  /**
   * Receives a body.
   *
   * @param file doesn't exist yet
   * @return fails with {@link Problem} if there is too much of it, or too late
   */
  static Future<Void> receive(RoutingContext ctx, Path file, Settings settings) {
    Upload upload = new Upload(ctx, file, settings);
    upload.start();
    return upload.received.future().eventually(upload::end).compose(end -> upload.written());
  }

  private void start() {
    request.pause();
    request.exceptionHandler(
        failure ->
            fail(new Problem(400, "body", "a whole one", "one that is broken or cut short")));
    try {
      requireFit();
    } catch (Problem e) {
      fail(e);
      return;
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      ctx.response().writeContinue();
    }
    isForm = mediaType().equals(FORM);
    if (isForm) {
      try {
        request.setExpectMultipart(true).uploadHandler(this::file);
      } catch (RuntimeException e) {
        // Netty has no one exception for a header that it can't read.
        fail(new Problem(400, "Content-Type", "a form with a boundary", "another"));
        return;
      }
    }
    hasFile = !isForm;
    ctx.vertx()
        .fileSystem()
        .open(file.toString(), new OpenOptions().setRead(false).setCreateNew(true))
        .onFailure(this::fail)
        .onSuccess(
            opened -> {
              if (received.future().isComplete()) {
                // Its request is over, and so nobody else deletes it.
                opened
                    .close()
                    .onComplete(closed -> ctx.vertx().fileSystem().delete(file.toString()));
                return;
              }
              out = opened;
              take();
              request.resume();
            });
  }

  private String mediaType() {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private void requireFit() throws Problem {
    String coding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      throw new Problem(415, "Content-Encoding", "none", coding);
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && Long.parseLong(length) > maxBytes) {
      throw tooLarge(length);
    }
  }

  private Problem tooLarge(String received) {
    return Problem.tooLarge("body", "at most " + maxBytes + " bytes", received);
  }

  private void take() {
    request.handler(this::take);
    request.endHandler(
        end -> {
          if (hasFile) {
            received.tryComplete();
          } else {
            fail(new Problem(422, "body", "a form with a file", "a form without one"));
          }
        });
  }

  private void take(Buffer part) {
    idle.touch();
    bytes += part.length();
    if (bytes > maxBytes) {
      fail(tooLarge("more"));
      return;
    }
    if (!isForm) {
      write(part);
    }
  }

  private void write(Buffer part) {
    AsyncFile opened = out;
    if (opened != null && !received.future().isComplete()) {
      opened.write(part).onFailure(this::unwritten);
      if (opened.writeQueueFull()) {
        request.pause();
        opened.drainHandler(drained -> request.resume());
      }
    }
  }

  private void file(HttpServerFileUpload upload) {
    if (hasFile) {
      fail(new Problem(422, "body", "a form with one file", "one with several"));
      return;
    }
    hasFile = true;
    upload.handler(this::write);
  }

  private void unwritten(Throwable failure) {
    lost = failure;
    fail(failure);
  }

  /** The last parts are written after the last one came. */
  private Future<Void> written() {
    return lost == null ? Future.succeededFuture() : Future.failedFuture(lost);
  }

  private void fail(Throwable failure) {
    received.tryFail(failure);
  }

  private Future<Void> end() {
    idle.cancel();
    ctx.vertx().cancelTimer(deadline);
    AsyncFile opened = out;
    return opened == null ? Future.succeededFuture() : opened.close();
  }
}
