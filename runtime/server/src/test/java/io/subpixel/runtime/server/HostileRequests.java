package io.subpixel.runtime.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Draws requests as attackers, broken clients and scanners send them. */
// Error Prone 2 fails on such literals.
@SuppressWarnings("StringConcatToTextBlock")
final class HostileRequests {
  private static final List<String> PATHS =
      List.of(
          "/",
          "/page/app.js",
          "/v1/upscale",
          "/v1/jobs",
          "/v1/jobs/0123",
          "/v1/jobs/0123/result",
          "/v1/jobs/0123/preview",
          "/v1/models",
          "/v1/devices",
          "/v1/fetch",
          "/healthz",
          "/readyz",
          "/metrics",
          "/openapi.json",
          "/iiif/3/a.png",
          "/iiif/3/a.png/info.json",
          "/iiif/3/a.png/full/max/0/default.jpg");
  private static final List<String> METHODS =
      List.of(
          "GET",
          "POST",
          "PUT",
          "DELETE",
          "HEAD",
          "OPTIONS",
          "PATCH",
          "TRACE",
          "CONNECT",
          "get",
          "PROPFIND",
          "G\u0000T",
          "",
          "X".repeat(5000));
  private static final List<String> STEPS =
      List.of(
          "..",
          "%2e%2e",
          "%2E.",
          "..%2f",
          "..%5c",
          "%252e%252e",
          "%c0%ae%c0%ae",
          "%00",
          "%ff",
          "%",
          "%zz",
          ";x",
          "\\",
          "//",
          ".",
          "~",
          "{}",
          "|",
          "<script>",
          "\u00e4",
          "a".repeat(3000));
  private static final List<String> LENGTHS =
      List.of(
          "-1",
          "0",
          "1",
          "99",
          "99999999999",
          "99999999999999999999",
          "0x10",
          "+5",
          "5, 5",
          "5,6",
          " ",
          "abc",
          "1e3",
          "\u0661");
  private static final List<String> CHUNKS =
      List.of(
          "5\r\nabcde\r\n0\r\n\r\n",
          "ffffffff\r\nabc",
          "7fffffffffffffff\r\nabc",
          "-1\r\nabc\r\n",
          "5\r\nab",
          "zz\r\nab\r\n",
          "5;" + "x".repeat(20_000) + "\r\nabcde\r\n0\r\n\r\n",
          "0\r\n" + "a: b\r\n".repeat(5000) + "\r\n",
          "5\nabcde\n0\n\n",
          "\r\n\r\n\r\n",
          "5\r\nabcdeXX0\r\n\r\n",
          "00000000000000000005\r\nabcde\r\n0\r\n\r\n",
          "0x5\r\nabcde\r\n");
  private static final List<String> HEADERS =
      List.of(
          "A: " + "b".repeat(100_000),
          "no colon",
          ": no name",
          "A : b",
          "A:\u0000",
          "\u0000: a",
          " folded: line",
          "Transfer-Encoding: chunked, chunked",
          "Transfer-Encoding: gzip",
          "Transfer-Encoding:\tchunked",
          "Content-Encoding: gzip",
          "Expect: 100-continue",
          "Expect: 200-maybe",
          "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
          "Connection: upgrade\r\nUpgrade: websocket",
          "Range: bytes=0-0,1-1,2-2",
          "Range: bytes=-",
          "Range: bytes=9999999999999999999-",
          "If-None-Match: *",
          "Accept: " + "a/b,".repeat(3000),
          "Origin: null",
          "Origin: http://evil.example",
          "Sec-Fetch-Site: cross-site",
          "Authorization: Bearer " + "x".repeat(9000),
          "Authorization: Basic AAAA",
          "Cookie: " + "a=b;".repeat(3000),
          "X-Forwarded-For: 127.0.0.1",
          "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example",
          "Host: other.example");
  private static final List<String> PARAMETERS =
      List.of(
          "scale",
          "width",
          "height",
          "fit",
          "model",
          "strength",
          "format",
          "quality",
          "compression",
          "background",
          "codec",
          "crf",
          "deinterlace",
          "url",
          "signature",
          "x");
  private static final List<String> VALUES =
      List.of(
          "2",
          "-1",
          "0",
          "1e999999999",
          "NaN",
          "Infinity",
          "999999999",
          "0x2",
          "",
          "%00",
          "../../etc/passwd",
          "9".repeat(5000),
          "<svg>",
          "'%20or%201=1",
          "%f0%9f%98%80",
          "true",
          "file:///etc/passwd",
          "png",
          "mp4",
          "h264",
          "%",
          "%ff%fe");

  private final Random random;

  HostileRequests(long seed) {
    random = new Random(seed);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String bytes(int count) {
    byte[] all = new byte[random.nextInt(count)];
    random.nextBytes(all);
    return new String(all, ISO_8859_1);
  }

  private String path() {
    StringBuilder path = new StringBuilder(any(PATHS));
    if (random.nextInt(3) == 0) {
      for (int i = random.nextInt(5); i >= 0; i--) {
        int at = path.lastIndexOf("/", random.nextInt(path.length())) + 1;
        path.insert(Math.max(0, at), any(STEPS) + "/");
      }
    }
    if (random.nextInt(3) == 0) {
      path.append('?');
      for (int i = random.nextInt(6); i >= 0; i--) {
        path.append(any(PARAMETERS)).append('=').append(any(VALUES)).append('&');
      }
    }
    return path.toString();
  }

  /** Returns the bytes of a request, or of what passes for one. */
  byte[] next() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String line = any(METHODS.subList(0, 3)) + " " + path() + " HTTP/1.1\r\n";
    String host = "Host: localhost\r\n";
    String request =
        switch (random.nextInt(10)) {
          case 0 -> bytes(3000);
          case 1 ->
              any(METHODS)
                  + " "
                  + path()
                  + any(
                      List.of("", " ", " HTTP/1.0", " HTTP/9.9", " HTTP/1.1", " ICY", " HTTP/2.0"))
                  + any(List.of("\r\n", "\n", "\r", "\r\n\r\n"))
                  + host
                  + "\r\n";
          case 2 -> line + host + any(HEADERS) + "\r\n" + any(HEADERS) + "\r\n\r\n" + bytes(300);
          case 3 -> line + host + "a: b\r\n".repeat(random.nextInt(20_000)) + "\r\n";
          case 4 -> line + host + "Content-Length: " + any(LENGTHS) + "\r\n\r\n" + bytes(200);
          case 5 ->
              "POST "
                  + any(List.of("/v1/upscale", "/v1/jobs", "/healthz"))
                  + " HTTP/1.1\r\n"
                  + host
                  + "Transfer-Encoding: chunked\r\n"
                  + (random.nextInt(3) == 0 ? "Content-Length: 5\r\n" : "")
                  + "\r\n"
                  + any(CHUNKS);
          case 6 -> multipart(host);
          case 7 ->
              "GET "
                  + any(List.of("http://evil.example", "https://localhost", "*", "//evil.example"))
                  + path()
                  + " HTTP/1.1\r\n"
                  + any(
                      List.of(
                          "", host, host + host, "Host:\r\n", "Host: a b\r\n", "Host: [::1\r\n"))
                  + "\r\n";
          case 8 -> (line + host + "\r\n").repeat(1 + random.nextInt(20));
          default -> "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(500);
        };
    out.write(request.getBytes(ISO_8859_1));
    byte[] all = out.toByteArray();
    if (random.nextInt(5) == 0 && all.length > 1) {
      // Cut short.
      return Arrays.copyOf(all, 1 + random.nextInt(all.length - 1));
    }
    return all;
  }

  private String multipart(String host) {
    String boundary = any(List.of("x", "", "\"", "y".repeat(5000), "a b", "--"));
    String part =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"p\"; filename=\""
            + any(List.of("a.png", "../../a", "C:\\a", "\u0000", "n".repeat(20_000), "\"; x=\""))
            + "\"\r\n"
            + any(List.of("", "Content-Transfer-Encoding: base64\r\n", "a: b\r\n".repeat(3000)))
            + "\r\n"
            + bytes(200)
            + "\r\n";
    String body =
        part.repeat(1 + random.nextInt(random.nextInt(10) == 0 ? 500 : 3))
            + any(List.of("", "--" + boundary + "--\r\n", "--" + boundary));
    return "POST "
        + any(List.of("/v1/upscale", "/v1/jobs"))
        + " HTTP/1.1\r\n"
        + host
        + "Content-Type: multipart/"
        + any(List.of("form-data", "mixed", "form-data; charset=x"))
        + "; boundary="
        + boundary
        + "\r\nContent-Length: "
        + (body.length() + random.nextInt(3) - 1)
        + "\r\n\r\n"
        + body;
  }

  /** Returns a file with some of its bytes changed, repeated, or missing. */
  byte[] mutated(byte[] file) {
    byte[] all = file.clone();
    switch (random.nextInt(4)) {
      case 0 -> all = Arrays.copyOf(all, random.nextInt(all.length));
      case 1 -> {
        int from = random.nextInt(all.length);
        int length = random.nextInt(all.length - from);
        System.arraycopy(file, random.nextInt(all.length - length), all, from, length);
      }
      default -> {
        // Headers are what decides about sizes.
        int within = random.nextBoolean() ? Math.min(all.length, 64) : all.length;
        for (int i = random.nextInt(12); i >= 0; i--) {
          all[random.nextInt(within)] =
              random.nextInt(3) == 0 ? (byte) -1 : (byte) random.nextInt(256);
        }
      }
    }
    return all;
  }
}
