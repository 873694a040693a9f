package io.subpixel.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.zoo.degradation.Degradation;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {
  private static final Pairing PAIRING = new Pairing(Degradation.DEFAULT, 2, 7);

  /** Names that tar files, URLs and WebDataset's keys could trip over. */
  private static final List<String> NAMES =
      List.of("a.png", "__meta__/b.c.jpg", "x y+z%41*/ünïcode.png", "d/".repeat(60) + "long.png");

  @TempDir private Path folder;

  private Path shard(List<String> names) throws IOException {
    Path file = folder.resolve("shard-000000.tar");
    try (ShardWriter writer = new ShardWriter(Files.newOutputStream(file), PAIRING.header(names))) {
      for (int i = 0; i < names.size(); i++) {
        writer.add(names.get(i), PAIRING.of(picture(i), "x.png", "x.png"));
      }
      writer.finish();
    }
    return file;
  }

  private static Picture picture(int i) {
    return TestCard.draw(41 + i, 30, i);
  }

  @Test
  void pairsComeBackInTheirOrder() throws IOException {
    Shard shard = Shard.open(shard(NAMES));
    assertThat(shard.header()).isEqualTo(PAIRING.header(NAMES));
    assertThat(shard.pairs().stream().map(Shard.Pair::name)).isEqualTo(NAMES);
    for (int i = 0; i < NAMES.size(); i++) {
      Picture hr = picture(i).cropToMultiple(2);
      assertThat(shard.pairs().get(i).hr()).isEqualTo(hr);
      assertThat(shard.pairs().get(i).lr()).isEqualTo(Degradation.DEFAULT.apply(hr, 2, 0));
    }
  }

  @Test
  void aHeaderTellsOtherPicturesAndSettings() {
    ShardHeader header = PAIRING.header(NAMES);
    assertThat(header).isEqualTo(PAIRING.header(List.copyOf(NAMES)));
    assertThat(header).isNotEqualTo(PAIRING.header(NAMES.subList(1, 3)));
    assertThat(header).isNotEqualTo(new Pairing(Degradation.DEFAULT, 2, 8).header(NAMES));
    assertThat(header).isNotEqualTo(new Pairing(Degradation.DEFAULT, 3, 7).header(NAMES));
  }

  @Test
  void equalPairsGiveEqualBytes() throws IOException {
    byte[] first = Files.readAllBytes(shard(NAMES));
    assertThat(shard(NAMES)).hasBinaryContent(first);
  }

  /** GNU or BSD tar unpacks it, and the JDK's decoder reads the pictures. */
  @Test
  void otherToolsReadIt() throws Exception {
    Path file = shard(NAMES);
    assertThat(new String(tar("-tf", file.toString()), StandardCharsets.UTF_8).lines())
        .hasSize(1 + 2 * NAMES.size())
        .contains("__subpixel__/shard.json", "a%2Epng.hr.png", "a%2Epng.lr.png")
        // WebDataset skips what matches this, and takes a key up to the first dot.
        .filteredOn(name -> !name.startsWith("__subpixel__/"))
        .allMatch(name -> !name.matches("__[^/]*__($|/.*)"))
        .allMatch(name -> name.matches("(?:.*/|)[^./]+[.][hl]r[.]png"));
    byte[] hr = tar("-xOf", file.toString(), "a%2Epng.hr.png");
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(hr));
    Picture expected = picture(0).cropToMultiple(2);
    assertThat(decoded.getWidth()).isEqualTo(40);
    assertThat(decoded.getRGB(17, 11) & 0xff)
        .isEqualTo(expected.samples()[3 * (11 * 40 + 17) + 2] & 0xff);
  }

  private static byte[] tar(String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("tar");
    builder.command().addAll(List.of(arguments));
    Process process;
    try {
      process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      return abort("no tar");
    }
    byte[] said = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    return said;
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "a.hr.png a.lr.png ../b.hr.png, 'names below a folder, received ../b.hr.png'",
        "a.hr.png a.lr.png x/../../b.txt, 'names below a folder, received x/../../b.txt'",
        "a.hr.png a.lr.png a.hr.png, 'KEY.lr.png once each, received a.hr.png twice'",
        "a.hr.png a.lr.png b.hr.png, 'received b without its LR picture'",
        "a.hr.png a.lr.png x/a.lr.png, 'received x/a without its HR picture'",
        "none, 'received none'",
        "a.png b.txt, 'received none'"
      })
  void whatIsNoPairIsRefused(String names, String message) throws IOException {
    Path file = folder.resolve("x.tar");
    try (Tar tar = new Tar(file)) {
      tar.put(ShardHeader.ENTRY, PAIRING.header(NAMES).toJson());
      for (String name : names == null ? new String[0] : names.split(" ")) {
        tar.put(name, new byte[10]);
      }
    }
    assertThatThrownBy(() -> Shard.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": expected ")
        .hasMessageContaining(message);
  }

  @Test
  void otherFormatsAndFurtherEntriesAreTaken() throws IOException {
    Path file = folder.resolve("others.tar");
    Path bmp = folder.resolve("x.bmp");
    PictureFiles.write(bmp, picture(0));
    try (Tar tar = new Tar(file)) {
      tar.put(ShardHeader.ENTRY, PAIRING.header(NAMES).toJson());
      tar.put("k/1.LR.bmp", new byte[3]);
      tar.put("k/1.txt", new byte[3]);
      tar.put("k/1.lr.bmp", Files.readAllBytes(bmp));
      tar.put("k/1.hr.bmp", Files.readAllBytes(bmp));
    }
    Shard.Pair pair = Shard.open(file).pairs().get(0);
    assertThat(pair.name()).isEqualTo("k/1");
    assertThat(pair.hr()).isEqualTo(picture(0));
  }

  @Test
  void linksAreRefused() throws IOException {
    Path file = folder.resolve("link.tar");
    try (Tar tar = new Tar(file)) {
      tar.put(ShardHeader.ENTRY, PAIRING.header(NAMES).toJson());
      TarArchiveEntry link = new TarArchiveEntry("a.hr.png", TarConstants.LF_SYMLINK);
      link.setLinkName("/etc/passwd");
      tar.out.putArchiveEntry(link);
      tar.out.closeArchiveEntry();
    }
    assertThatThrownBy(() -> Shard.open(file))
        .hasMessage(file + ": expected pictures, received a.hr.png, a link or a hole");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[1]",
        "not JSON",
        "{\"kind\":\"Subpixel shard 9\",\"degradation\":\"photo\",\"scale\":2,\"names\":\"\"}",
        "{\"kind\":\"Subpixel shard 1\",\"degradation\":\"photo\",\"scale\":9,\"names\":\"\"}",
        "{\"kind\":\"Subpixel shard 1\",\"scale\":2,\"names\":\"\"}",
        "{\"kind\":\"Subpixel shard 1\",\"degradation\":\"melt:3\",\"scale\":2,\"names\":\"\"}"
      })
  void otherHeadersAreRefused(String json) throws IOException {
    Path file = folder.resolve("header.tar");
    try (Tar tar = new Tar(file)) {
      tar.put(ShardHeader.ENTRY, json.getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> ShardHeader.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": expected ")
        .hasMessageNotContainingAny("Exception", "Fields", "tools.jackson");
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path file = folder.resolve("other.tar");
    Files.write(file, new byte[0]);
    refused(file, "another file");
    Files.write(file, new byte[10240]);
    refused(file, "another file");
    PictureFiles.write(folder.resolve("x.png"), picture(0));
    refused(folder.resolve("x.png"), "another file");
    refused(folder.resolve("none.tar"), "no such file");
  }

  private static void refused(Path file, String received) {
    assertThatThrownBy(() -> Shard.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": expected a shard")
        .hasMessageEndingWith("received " + received);
  }

  /** Only the zeros at the end may be missing. */
  @Test
  void aShardThatIsCutOffIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(shard(NAMES));
    int end = whole.length;
    while (whole[end - 1] == 0) {
      end--;
    }
    Path file = folder.resolve("cut.tar");
    for (int length = 0; length < end; length += 211) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Shard.open(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(file + ": expected a ");
    }
    Files.write(file, Arrays.copyOf(whole, end));
    assertThatThrownBy(() -> Shard.open(file))
        .hasMessage(file + ": expected a whole shard, received one that is damaged or cut off");
  }

  @Test
  void damageIsOneLine() throws IOException {
    byte[] whole = Files.readAllBytes(shard(NAMES));
    Random random = new Random(5);
    Path file = folder.resolve("damaged.tar");
    int refused = 0;
    for (int round = 0; round < 400; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < 1 + random.nextInt(20); i++) {
        damaged[random.nextInt(whole.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      try {
        for (Shard.Pair pair : Shard.open(file).pairs()) {
          pair.hr();
          pair.lr();
        }
      } catch (InvalidInputException e) {
        assertThat(e).hasMessageStartingWith(file.toString()).message().doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  /** A name of gigabytes, of which the file has the holes. */
  @Test
  void aNameOfAnyLengthNeedsNoMemory() throws IOException {
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(start)) {
      byte[] json = PAIRING.header(NAMES).toJson();
      TarArchiveEntry header = new TarArchiveEntry(ShardHeader.ENTRY);
      header.setSize(json.length);
      tar.putArchiveEntry(header);
      tar.write(json);
      tar.closeArchiveEntry();
      tar.flush();
    }
    byte[] name = new byte[512];
    TarArchiveEntry longName =
        new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
    longName.setSize(6L << 30);
    longName.writeEntryHeader(name);
    Path file = folder.resolve("name.tar");
    Files.write(file, Arrays.copyOf(start.toByteArray(), 1024));
    try (RandomAccessFile hole = new RandomAccessFile(file.toFile(), "rw")) {
      hole.seek(1024);
      hole.write(name);
      hole.setLength(7L << 30);
    }
    assertThatThrownBy(() -> Shard.open(file))
        .hasMessage(file + ": expected a whole shard, received one that is damaged or cut off");
  }

  @Test
  void aFileThatChangedIsOneLine() throws IOException {
    Path file = shard(NAMES);
    Shard shard = Shard.open(file);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 3000));
    Shard.Pair last = shard.pairs().get(NAMES.size() - 1);
    assertThatThrownBy(last::hr)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ", " + last.name() + ": expected an image");
  }

  /** Writes any tar file. */
  private static final class Tar implements AutoCloseable {
    private final TarArchiveOutputStream out;

    Tar(Path file) throws IOException {
      out = new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8");
    }

    void put(String name, byte[] bytes) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(bytes.length);
      out.putArchiveEntry(entry);
      out.write(bytes);
      out.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
