package io.subpixel.runtime.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.testing.Pictures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A folder by IIIF, held to the cases of its public validator, and to its specification. */
@Timeout(180)
class IiifTest {
  private static final int WIDTH = 300;
  private static final int HEIGHT = 200;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir private static Path folder;

  @SuppressWarnings("NullAway.Init") // JUnit fills them in
  private static UpscaleServer server;

  @SuppressWarnings("NullAway.Init")
  private static Picture picture;

  @BeforeAll
  static void start() throws IOException {
    picture = smooth(WIDTH, HEIGHT);
    Path images = Files.createDirectories(folder.resolve("images/sub folder"));
    PictureFiles.write(images.resolve("a.png"), picture);
    PictureFiles.write(folder.resolve("images/id-1.png"), picture);
    PictureFiles.write(folder.resolve("images/small.png"), smooth(40, 30));
    PictureFiles.write(folder.resolve("images/alpha.png"), Pictures.random(20, 10, 4, 1));
    PictureFiles.write(folder.resolve("images/.hidden.png"), picture);
    PictureFiles.write(folder.resolve("secret.png"), picture);
    Files.writeString(folder.resolve("images/text.txt"), "no image");
    Files.createSymbolicLink(folder.resolve("images/link.png"), folder.resolve("secret.png"));
    Files.createSymbolicLink(folder.resolve("images/up"), folder);
    Files.createSymbolicLink(folder.resolve("images/inside.png"), Path.of("id-1.png"));
    server = UpscaleServer.builder().port(0).iiif(folder.resolve("images"), false).start();
  }

  @AfterAll
  static void stop() {
    server.stop(Duration.ZERO);
  }

  /** A picture without noise, whose pixels all differ from their mirror images. */
  private static Picture smooth(int width, int height) {
    byte[] samples = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        samples[at] = (byte) (255 * x / width);
        samples[at + 1] = (byte) (255 * y / height);
        samples[at + 2] = (byte) (128 + 100 * Math.sin(x * 0.3) * Math.cos(y * 0.2));
      }
    }
    return new Picture(width, height, 3, samples);
  }

  private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create(server.address()).resolve("/iiif/3/" + path.replace("^", "%5E")));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static Picture image(String path) throws Exception {
    HttpResponse<byte[]> response = get(path);
    assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
    Path file = Files.createTempFile(folder, "image", ".png");
    Files.write(file, response.body());
    return PictureFiles.read(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "full max 300x200",
        "square max 200x200",
        "full 150, 150x100",
        "full ,50 75x50",
        "full pct:50 150x100",
        "full pct:33.3 100x67",
        "full 10,20 10x20",
        "full !60,60 60x40",
        "full !300,200 300x200",
        "full !2000,3000 300x200",
        "full !150,3000 150x100",
        "10,20,30,40 !60,60 30x40",
        "10,20,30,40 max 30x40",
        "290,190,100,100 max 10x10",
        "pct:10,10,50,25 max 150x50",
        "pct:0,0,100,100 max 300x200",
        "full ^600, 600x400",
        "full ^,300 450x300",
        "full ^pct:200 600x400",
        "full ^!700,900 700x466",
        "full ^!60,60 60x40",
        "full ^310,220 310x220",
        "full ^150, 150x100",
        "0,0,10,10 ^160, 160x160",
      })
  void regionsAndSizes(String region, String size, String expected) throws Exception {
    Picture result = image("id-1.png/" + region + "/" + size + "/0/default.png");
    assertThat(result.width() + "x" + result.height()).isEqualTo(expected);
  }

  @Test
  void aRegionHasThePixelsOfTheWhole() throws Exception {
    Picture enlarged = image("id-1.png/full/^600,/0/default.png");
    try (Upscaler upscaler = Upscaler.builder().choosing(2).open()) {
      assertThat(enlarged).isEqualTo(upscaler.upscale(picture));
    }
    for (int[] at :
        new int[][] {{0, 0, 50, 40}, {120, 90, 64, 64}, {250, 150, 50, 50}, {299, 199, 1, 1}}) {
      String region = at[0] + "," + at[1] + "," + at[2] + "," + at[3];
      assertThat(image("id-1.png/" + region + "/^pct:200/0/default.png"))
          .as(region)
          .isEqualTo(enlarged.crop(2 * at[0], 2 * at[1], 2 * at[2], 2 * at[3]));
    }
    // Two passes, the second of which sees further.
    Picture larger = image("small.png/full/^pct:900/0/default.png");
    assertThat(image("small.png/20,10,12,9/^pct:900/0/default.png"))
        .isEqualTo(larger.crop(180, 90, 108, 81));
    // Without enlargement, the pixels are the file's.
    assertThat(image("id-1.png/7,9,100,50/max/0/default.png"))
        .isEqualTo(picture.crop(7, 9, 100, 50));
  }

  @Test
  void tilesOfAnyScaleFit() throws Exception {
    // At another scale than the model's, a rescale ends at the region: a pixel at most.
    Picture enlarged = image("id-1.png/full/^750,500/0/default.png");
    Picture tile = image("id-1.png/100,50,80,60/^200,150/0/default.png");
    Picture expected = enlarged.crop(250, 125, 200, 150);
    assertThat(tile.crop(4, 4, 190, 140)).isEqualTo(expected.crop(4, 4, 190, 140));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0",
    "!0, 299, 0, !0",
    "90, 0, 199, 90",
    "180, 299, 199, 180",
    "270, 299, 0, 270",
    "360, 0, 0, 0",
    "!180, 0, 199, !180",
    "180.0, 299, 199, 180",
  })
  void rotations(String rotation, int x, int y, String canonical) throws Exception {
    String path = "id-1.png/full/max/" + rotation + "/default.png";
    Picture result = image(path);
    boolean isUpright = !rotation.matches("90|270");
    assertThat(result.width()).isEqualTo(isUpright ? WIDTH : HEIGHT);
    for (int c = 0; c < 3; c++) {
      assertThat(result.at(0, 0, c)).isEqualTo(picture.at(x, y, c));
    }
    assertThat(get(path).headers().firstValue("Link"))
        .hasValue(
            "<%siiif/3/id-1.png/full/max/%s/default.png>;rel=\"canonical\","
                    .formatted(server.address(), canonical)
                + " <http://iiif.io/api/image/3/level2.json>;rel=\"profile\"");
  }

  @ParameterizedTest
  @CsvSource({
    "full/300%2C200/0/color.jpg, full/max/0/default.jpg",
    "0%2C0%2C300%2C200/max/0/gray.png, full/max/0/gray.png",
    "pct:10%2C10%2C50%2C50/^pct:200/0/default.jpg, '30,20,150,100/^300,200/0/default.jpg'",
    "full/!2000%2C3000/0/default.jpg, full/max/0/default.jpg",
    "square/50%2C/!90.0/bitonal.webp, '50,0,200,200/50,50/!90/bitonal.webp'",
  })
  void canonicalUris(String path, String canonical) throws Exception {
    HttpResponse<byte[]> response = get("id-1.png/" + path.replace("^", "%5E"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Link").orElseThrow())
        .startsWith("<" + server.address() + "iiif/3/id-1.png/" + canonical + ">;");
  }

  @Test
  void qualitiesAndFormats() throws Exception {
    Picture grey = image("id-1.png/full/max/0/gray.png");
    assertThat(grey.channels()).isEqualTo(1);
    assertThat(grey.at(100, 50, 0))
        .isEqualTo(
            Math.round(
                0.299f * picture.at(100, 50, 0)
                    + 0.587f * picture.at(100, 50, 1)
                    + 0.114f * picture.at(100, 50, 2)));
    Picture bitonal = image("id-1.png/full/max/0/bitonal.png");
    for (byte sample : bitonal.samples()) {
      assertThat(sample & 0xff).isIn(0, 255);
    }
    for (String[] each :
        new String[][] {
          {"jpg", "image/jpeg"}, {"png", "image/png"}, {"tif", "image/tiff"}, {"webp", "image/webp"}
        }) {
      HttpResponse<byte[]> response = get("alpha.png/full/max/0/default." + each[0]);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).hasValue(each[1]);
    }
    assertThat(
            ImageIO.read(new ByteArrayInputStream(get("id-1.png/full/max/0/default.jpg").body()))
                .getWidth())
        .isEqualTo(WIDTH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "400 id-1.png/xyzzyx/max/0/default.jpg",
        "400 id-1.png/0,0,0,10/max/0/default.jpg",
        "400 id-1.png/300,0,10,10/max/0/default.jpg",
        "400 id-1.png/-1,0,10,10/max/0/default.jpg",
        "400 id-1.png/pct:0,0,0,10/max/0/default.jpg",
        "400 id-1.png/1e2,0,10,10/max/0/default.jpg",
        "400 id-1.png/99999999999,0,10,10/max/0/default.jpg",
        "400 id-1.png/full/xyzzyx/0/default.jpg",
        "400 id-1.png/full/full/0/default.jpg",
        "400 id-1.png/full/,/0/default.jpg",
        "400 id-1.png/full/!,10/0/default.jpg",
        "400 id-1.png/full/0,/0/default.jpg",
        "400 id-1.png/full/0,0/0/default.jpg",
        "400 id-1.png/full/!0,10/0/default.jpg",
        "400 id-1.png/full/pct:0/0/default.jpg",
        "400 id-1.png/full/301,/0/default.jpg",
        "400 id-1.png/full/,201/0/default.jpg",
        "400 id-1.png/full/301,200/0/default.jpg",
        "400 id-1.png/full/pct:200/0/default.jpg",
        "400 id-1.png/full/%5E99999,/0/default.jpg",
        "400 id-1.png/full/max/xyzz/default.jpg",
        "400 id-1.png/full/max/361/default.jpg",
        "400 id-1.png/full/max/-90/default.jpg",
        "400 id-1.png/full/max/0/xyzzyx.jpg",
        "400 id-1.png/full/max/0/default.xyz",
        "400 id-1.png/full/max/0/default",
        "501 id-1.png/full/max/22.5/default.jpg",
        "501 id-1.png/0,0,10,10/%5E300,300/0/default.jpg",
        "404 nothing.png/full/max/0/default.jpg",
        "404 nothing.png/info.json",
        "404 a/b/full/max/0/default.jpg",
        "404 [frob]/full/max/0/default.jpg",
        "404 text.txt/info.json",
        "404 id-1.png/info.json/",
        "404 id-1.png/full/max/0/default.jpg/more",
      })
  void refusals(int status, String path) throws Exception {
    HttpResponse<byte[]> response = get(path.replace("[", "%5B").replace("]", "%5D"));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(new String(response.body(), UTF_8)).doesNotContain(folder.toString(), "Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..%2Fsecret.png",
        "%2E%2E%2Fsecret.png",
        "sub%20folder%2F..%2F..%2Fsecret.png",
        "..%5Csecret.png",
        "%2Fetc%2Fpasswd",
        "link.png",
        "up%2Fsecret.png",
        ".hidden.png",
        "sub%20folder",
        ".",
        "id-1.png%00",
        "id-1.png%00.png",
        "..%252Fsecret.png",
        "%C0%AE%C0%AE%2Fsecret.png",
        "%zz",
        "",
      })
  void noIdentifierLeadsOutOfTheFolder(String identifier) throws Exception {
    for (String rest : new String[] {"/info.json", "/full/max/0/default.png"}) {
      // A client that leaves the path alone.
      String answer;
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        String request =
            "GET /iiif/3/"
                + identifier
                + rest
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(UTF_8));
        answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      }
      assertThat(answer).matches("(?s)HTTP/1.1 (400|404) .*").doesNotContain(folder.toString());
    }
  }

  @Test
  void describesAnImage() throws Exception {
    for (String identifier :
        new String[] {"id-1.png", "id%2D1.png", "sub%20folder%2Fa.png", "inside.png"}) {
      HttpResponse<byte[]> response = get(identifier + "/info.json");
      assertThat(response.statusCode()).as(identifier).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
      assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
      JsonNode info = new JsonMapper().readTree(response.body());
      assertThat(info.get("@context").asString())
          .isEqualTo("http://iiif.io/api/image/3/context.json");
      assertThat(info.get("id").asString()).isEqualTo(server.address() + "iiif/3/" + identifier);
      assertThat(info.get("type").asString()).isEqualTo("ImageService3");
      assertThat(info.get("protocol").asString()).isEqualTo("http://iiif.io/api/image");
      assertThat(info.get("profile").asString()).isEqualTo("level2");
      assertThat(info.get("width").asInt()).isEqualTo(WIDTH);
      assertThat(info.get("height").asInt()).isEqualTo(HEIGHT);
      assertThat(info.get("maxWidth").asInt()).isEqualTo(16 * WIDTH);
      assertThat(info.get("tiles").get(0).get("scaleFactors").toString()).isEqualTo("[1]");
      assertThat(info.get("extraFeatures").toString()).contains("sizeUpscaling");
    }
    HttpResponse<byte[]> linked = get("id-1.png/info.json", "Accept", "application/ld+json");
    assertThat(linked.headers().firstValue("Content-Type"))
        .hasValue("application/ld+json;profile=\"http://iiif.io/api/image/3/context.json\"");
    HttpResponse<byte[]> base = get("id-1.png");
    assertThat(base.statusCode()).isEqualTo(303);
    assertThat(base.headers().firstValue("Location"))
        .hasValue(server.address() + "iiif/3/id-1.png/info.json");
  }

  @Test
  void cachesAndPagesOfOthersMayUseIt() throws Exception {
    HttpResponse<byte[]> first =
        get(
            "id-1.png/full/50,/0/default.jpg",
            "Origin",
            "https://viewer.example",
            "Sec-Fetch-Site",
            "cross-site");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("Cross-Origin-Resource-Policy")).hasValue("cross-origin");
    assertThat(first.headers().firstValue("Cache-Control")).hasValue("public, max-age=3600");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    assertThat(get("id-1.png/full/50,/0/default.jpg", "If-None-Match", tag).statusCode())
        .isEqualTo(304);
    assertThat(get("id-1.png/full/51,/0/default.jpg", "If-None-Match", tag).statusCode())
        .isEqualTo(200);
    // Other paths stay closed to them.
    HttpRequest other =
        HttpRequest.newBuilder(URI.create(server.address()).resolve("/iiif/3/../../v1/models"))
            .header("Origin", "https://viewer.example")
            .build();
    assertThat(CLIENT.send(other, BodyHandlers.ofString()).statusCode()).isIn(403, 404);
  }

  @Test
  void maxIsAsLargeAsTheServerAllows() throws Exception {
    try (UpscaleServer bounded =
        UpscaleServer.builder()
            .port(0)
            .limit(Limit.IIIF_PIXELS, 160 * 120)
            .iiif(folder.resolve("images"), false)
            .start()) {
      for (String[] each :
          new String[][] {
            {"small.png/full/%5Emax", "160x120"},
            {"small.png/full/max", "40x30"},
            {"id-1.png/full/max", "169x113"},
            {"id-1.png/full/%5E!9999,9999", "169x113"},
          }) {
        HttpRequest request =
            HttpRequest.newBuilder(
                    URI.create(bounded.address()).resolve("/iiif/3/" + each[0] + "/0/default.png"))
                .build();
        byte[] body = CLIENT.send(request, BodyHandlers.ofByteArray()).body();
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(body));
        assertThat(read.getWidth() + "x" + read.getHeight()).as(each[0]).isEqualTo(each[1]);
      }
    }
  }

  @Test
  void theTokenGuardsTheFolderUnlessItIsPublic() throws Exception {
    for (boolean isPublic : new boolean[] {false, true}) {
      try (UpscaleServer guarded =
          UpscaleServer.builder()
              .port(0)
              .token("0123456789abcdef")
              .iiif(folder.resolve("images"), isPublic)
              .start()) {
        HttpRequest request =
            HttpRequest.newBuilder(
                    URI.create(guarded.address()).resolve("/iiif/3/id-1.png/info.json"))
                .build();
        assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode())
            .isEqualTo(isPublic ? 200 : 401);
      }
    }
  }
}
