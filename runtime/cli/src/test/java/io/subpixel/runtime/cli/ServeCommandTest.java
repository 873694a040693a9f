package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.server.Limit;
import io.subpixel.runtime.testing.Pictures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service as a process, and what it says to wrong options. */
@Timeout(120)
class ServeCommandTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path folder;

  private Process serve(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(RuntimeCommand.class.getName(), "serve", "--port", "0"));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(folder.resolve("err").toFile()).start();
  }

  private HttpRequest.Builder upscale(URI server, String query, Path picture) throws IOException {
    return HttpRequest.newBuilder(server.resolve("/v1/upscale?" + query))
        .POST(BodyPublishers.ofFile(picture));
  }

  @Test
  void itsBytesAreTheCommandsAndASignalLetsRequestsEnd() throws Exception {
    Path picture = folder.resolve("in.png");
    PictureFiles.write(picture, Pictures.drawn(160, 120));
    Path photograph = folder.resolve("in.jpg");
    PictureFiles.write(photograph, Pictures.drawn(600, 500));
    Path state = folder.resolve("state");
    Process process = serve("--state", state.toString(), "--max-bytes", "1M");
    try {
      URI server = URI.create(process.inputReader().readLine());
      assertThat(server.getHost()).isEqualTo("127.0.0.1");
      for (String format : List.of("png", "webp", "jpeg", "tiff", "bmp", "pnm")) {
        Path expected = folder.resolve("out." + format);
        CommandOutput command =
            CommandOutput.of(
                "upscale",
                picture.toString(),
                "-o",
                expected.toString(),
                "--scale",
                "3",
                "--format",
                format,
                "--quality",
                "80");
        assertThat(command.status()).as(String.join("\n", command.err())).isZero();
        HttpResponse<byte[]> response =
            client.send(
                upscale(server, "scale=3&quality=80&format=" + format, picture).build(),
                BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).as(format).isEqualTo(Files.readAllBytes(expected));
      }
      CompletableFuture<HttpResponse<byte[]>> underWay =
          client.sendAsync(
              upscale(server, "scale=4", photograph).build(), BodyHandlers.ofByteArray());
      // In one of the two queues.
      while (!metrics(server).matches("(?s).*subpixel_queue_running\\{queue=\"\\w+\"} 1.0.*")) {
        Thread.sleep(5);
      }
      process.destroy();
      assertThat(underWay.get().statusCode()).isEqualTo(200);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 15);
      String log = Files.readString(folder.resolve("err"));
      assertThat(log)
          .contains("\"path\":\"/v1/upscale\",\"status\":200")
          .doesNotContain("Exception");
      assertThat(state.resolve("lock")).exists();
    } finally {
      process.destroyForcibly();
    }
  }

  private String metrics(URI server) throws Exception {
    return client
        .send(HttpRequest.newBuilder(server.resolve("/metrics")).build(), BodyHandlers.ofString())
        .body();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port=70000 | --port: expected 0 to 65535, received 70000",
        "--max-queue=0 | --max-queue: expected 1 or more, received 0",
        "--max-bytes=much | expected a size such as 512M or 2G, received much",
        "--jobs=0 | --jobs: expected 1 or more, received 0",
        "--memory=64M | --memory: expected at least 160M for 3 small images, a large one and a",
        "--drain=-1 | --drain: expected 0 or more, received -1",
        "--device=abacus | device: expected auto, cpu",
      })
  void refusesWrongOptions(String option, String message) {
    CommandOutput output = CommandOutput.of("serve", option);
    assertThat(output.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(output.err()).hasSize(1);
    assertThat(output.err().get(0)).startsWith("runtime: ").contains(message);
  }

  @Test
  void refusesAddressesThatNeedMore() throws IOException {
    CommandOutput open = CommandOutput.of("serve", "--host", "0.0.0.0", "--port", "0");
    assertThat(open.status()).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(open.err().get(0)).contains("expected a token, as other machines can reach it");
    Path absent = folder.resolve("token");
    assertThat(CommandOutput.of("serve", "--token-file", absent.toString()).err())
        .containsExactly(
            "runtime: " + absent + ": expected a file with a token, received no such file");
    Files.writeString(absent, "short\n");
    assertThat(CommandOutput.of("serve", "--token-file", absent.toString()).err().get(0))
        .contains("token: expected 16 or more characters");
    assertThat(CommandOutput.of("serve", "--host", "192.0.2.1", "--port", "0").status())
        .isEqualTo(ExitStatus.INPUT_FAILED);
  }

  @Test
  void itsPageListsEveryLimitWithItsDefault() throws IOException {
    String page = Files.readString(Path.of("../../docs/service.md"));
    Matcher limits =
        Pattern.compile("\\s{3,}(--(?:max|small)-[a-z-]+)=(SIZE|N)\\s.*?Default:\\s*(\\w+)\\.")
            .matcher(String.join(" ", CommandOutput.of("serve", "--help").out()));
    int count = 0;
    while (limits.find()) {
      String option = limits.group(1) + " " + limits.group(2);
      assertThat(page).contains("| `" + option + "` | " + limits.group(3) + " |");
      count++;
    }
    // That of the pixels is an option of the device.
    assertThat(count).isEqualTo(Limit.values().length);
  }
}
