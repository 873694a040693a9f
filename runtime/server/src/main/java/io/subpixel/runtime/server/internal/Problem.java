package io.subpixel.runtime.server.internal;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.runtime.DeadlineException;
import io.subpixel.runtime.ModelException;
import io.vertx.ext.web.handler.HttpException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A failure of a request, which becomes problem details by RFC 9457. */
final class Problem extends Exception {
  private static final long serialVersionUID = 1L;

  /** What uploads are called in messages: never a path, nor the name that a client gave. */
  static final String PICTURE = "picture";

  /** What uploads are called that are clips. */
  static final String CLIP = "clip";

  /** What results are called. */
  static final String RESULT = "result";

  private final int status;
  private final @Nullable String where;
  private final @Nullable String expected;
  private final @Nullable String received;

  private transient OptionalLong retryAfter = OptionalLong.empty();

  /**
   * @param where what is wrong: a parameter, a header, or the picture
   * @param expected what would be right
   * @param received what was there instead
   */
  Problem(int status, String where, String expected, String received) {
    super(where + ": expected " + expected + ", received " + received);
    this.status = status;
    this.where = where;
    this.expected = expected;
    this.received = received;
  }

  private Problem(int status, String detail) {
    super(detail);
    this.status = status;
    where = null;
    expected = null;
    received = null;
  }

  /**
   * The body of the answer, {@code application/problem+json}.
   *
   * @param requestId finds the request in the log
   */
  record Details(
      String title,
      int status,
      String detail,
      @Nullable String where,
      @Nullable String expected,
      @Nullable String received,
      @Nullable String requestId) {}

  /** A parameter that can't be used. */
  static Problem parameter(String name, String expected, String received) {
    return new Problem(400, name, expected, received);
  }

  /** A limit of the service that one request exceeds. */
  static Problem tooLarge(String where, String expected, String received) {
    return new Problem(413, where, expected, received);
  }

  /**
   * A limit on all requests together; the client may try again.
   *
   * @param retryAfter in how many seconds
   */
  static Problem busy(String where, String expected, String received, long retryAfter) {
    Problem problem = new Problem(429, where, expected, received);
    problem.retryAfter = OptionalLong.of(retryAfter);
    return problem;
  }

  /** Explains any failure, without a path, a class or a stack trace. */
  static Problem of(Throwable failure) {
    if (failure instanceof Problem problem) {
      return problem;
    } else if (failure instanceof InvalidInputException e && isOurs(e.where())) {
      return new Problem(422, e.where(), e.expected(), e.received());
    } else if (failure instanceof InvalidInputException || Reason.ofDisk(failure).isPresent()) {
      return new Problem(507, "The service has no room on its disk.");
    } else if (failure instanceof DeadlineException) {
      return new Problem(503, "The picture took longer than the service allows.");
    } else if (failure instanceof ModelException) {
      return new Problem(500, "The model failed on a picture of this size.");
    } else if (failure instanceof UnavailableException || failure instanceof OutOfMemoryError) {
      return new Problem(503, "The machine lacks memory or a library that this request needs.");
    } else if (failure instanceof HttpException e) {
      return new Problem(e.getStatusCode(), HttpResponseStatus.valueOf(e.getStatusCode()) + ".");
    }
    return new Problem(500, "An error of the service. Its log has more under the request's id.");
  }

  private static boolean isOurs(String where) {
    return where.startsWith(PICTURE) || where.startsWith(RESULT) || where.equals(CLIP);
  }

  /** A path that isn't there, or a method that it doesn't take. */
  static Problem ofStatus(int status) {
    return new Problem(status, HttpResponseStatus.valueOf(status).reasonPhrase() + ".");
  }

  int status() {
    return status;
  }

  /** Returns after how many seconds the client may try again. */
  OptionalLong retryAfter() {
    return retryAfter;
  }

  Details details(@Nullable String requestId) {
    return new Details(
        HttpResponseStatus.valueOf(status).reasonPhrase(),
        status,
        String.valueOf(getMessage()),
        where,
        expected,
        received,
        requestId);
  }
}
