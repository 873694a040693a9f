package io.subpixel.shards;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.file.PictureFiles;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of HR and LR pictures in one uncompressed tar file, in WebDataset's convention: {@code
 * KEY.hr.png} and {@code KEY.lr.png} are a pair. The first entry says how LR was made. Opening
 * reads names alone; a picture is read when it is wanted. Immutable, for any threads.
 *
 * @since 0.1
 */
public final class Shard {
  /** A key is what precedes the first dot behind the last slash. */
  private static final Pattern PICTURE =
      Pattern.compile("((?:.*/)?[^/.]+)\\.([hl]r)\\.[^/]+", Pattern.DOTALL);

  /** Names may claim any length. */
  private static final long MAX_HEADERS = 64L << 20;

  private static final long MAX_PICTURE = 256L << 20;

  private final ShardHeader header;
  private final List<Pair> pairs;

  private Shard(ShardHeader header, List<Pair> pairs) {
    this.header = header;
    this.pairs = List.copyOf(pairs);
  }

  /** Bytes of the file. */
  private record Slice(long at, int size) {}

  /** Two pictures of a shard. */
  public static final class Pair {
    private final Path file;
    private final String name;
    private final Slice hr;
    private final Slice lr;

    private Pair(Path file, String name, Slice hr, Slice lr) {
      this.file = file;
      this.name = name;
      this.hr = hr;
      this.lr = lr;
    }

    /** Returns the path of the original below its folder. */
    public String name() {
      return name;
    }

    /** Returns the shard and the name, for messages. */
    public String where() {
      return file + ", " + name;
    }

    /**
     * Decodes the HR picture.
     *
     * @throws InvalidInputException if it is broken, or the file no longer what it was
     */
    public Picture hr() throws IOException {
      return read(hr, where());
    }

    /**
     * Decodes the LR picture.
     *
     * @throws InvalidInputException as above
     */
    public Picture lr() throws IOException {
      return read(lr, where() + ", LR");
    }

    private Picture read(Slice slice, String where) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(slice.size());
      try (SeekableByteChannel channel = Files.newByteChannel(file)) {
        channel.position(slice.at());
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      }
      return PictureFiles.read(
          PictureSource.of(Arrays.copyOf(bytes.array(), bytes.position()), where));
    }
  }

  /** Returns the name of a shard's file among those of a data set, from 0. */
  public static String fileName(int number) {
    return String.format(Locale.ROOT, "shard-%06d.tar", number);
  }

  /** Returns whether a file's name is that of a tar file. */
  public static boolean isShard(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".tar");
  }

  /**
   * Reads the header and the names.
   *
   * @throws InvalidInputException if it is no shard, damaged or cut off, or holds names that lead
   *     out of a folder, or pictures that are no pairs
   */
  public static Shard open(Path file) throws IOException {
    ShardHeader header = ShardHeader.read(file);
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      return new Shard(header, pairs(file, entries(file, channel), size));
    }
  }

  /** Returns what the pairs have in common. */
  public ShardHeader header() {
    return header;
  }

  /** Returns the pairs, at least one, in the order of the file. */
  public List<Pair> pairs() {
    return pairs;
  }

  private static List<TarArchiveEntry> entries(Path file, SeekableByteChannel channel)
      throws InvalidInputException {
    try (TarFile tar =
        new TarFile(
            new LimitedChannel(channel, MAX_HEADERS),
            TarConstants.DEFAULT_BLKSIZE,
            TarConstants.DEFAULT_RCDSIZE,
            StandardCharsets.UTF_8.name(),
            false)) {
      return tar.getEntries();
    } catch (IOException | RuntimeException e) {
      throw damaged(file, e);
    }
  }

  private static List<Pair> pairs(Path file, List<TarArchiveEntry> entries, long size)
      throws InvalidInputException {
    Map<String, Slice> hr = new LinkedHashMap<>();
    Map<String, Slice> lr = new LinkedHashMap<>();
    long end = 0;
    for (TarArchiveEntry entry : entries) {
      String name = entry.getName();
      end = Math.max(end, entry.getDataOffset() + entry.getSize());
      if (name.startsWith("/") || List.of(name.split("/")).contains("..")) {
        throw new InvalidInputException(file.toString(), "names below a folder", name);
      }
      Matcher picture = PICTURE.matcher(name);
      if (entry.isDirectory() || !picture.matches()) {
        continue;
      }
      if (entry.isLink() || entry.isSymbolicLink() || entry.isSparse()) {
        throw new InvalidInputException(file.toString(), "pictures", name + ", a link or a hole");
      } else if (entry.getSize() > MAX_PICTURE) {
        throw new InvalidInputException(
            file.toString(),
            "pictures of at most " + (MAX_PICTURE >> 20) + " MB",
            name + " of " + (entry.getSize() >> 20) + " MB");
      }
      Map<String, Slice> side = picture.group(2).equals("hr") ? hr : lr;
      Slice slice = new Slice(entry.getDataOffset(), (int) entry.getSize());
      if (side.put(picture.group(1), slice) != null) {
        throw noPairs(file, name + " twice");
      }
    }
    // Each tar file ends in blocks of zeros: without one, something is missing.
    long block = TarConstants.DEFAULT_RCDSIZE;
    if ((end + block - 1) / block * block + block > size) {
      throw damaged(file, null);
    }
    return paired(file, hr, lr);
  }

  private static List<Pair> paired(Path file, Map<String, Slice> hr, Map<String, Slice> lr)
      throws InvalidInputException {
    List<Pair> pairs = new ArrayList<>();
    for (Map.Entry<String, Slice> each : hr.entrySet()) {
      Slice partner = lr.remove(each.getKey());
      if (partner == null) {
        throw noPairs(file, each.getKey() + " without its LR picture");
      }
      pairs.add(new Pair(file, nameOf(each.getKey()), each.getValue(), partner));
    }
    if (!lr.isEmpty()) {
      throw noPairs(file, lr.keySet().iterator().next() + " without its HR picture");
    } else if (pairs.isEmpty()) {
      throw noPairs(file, "none");
    }
    return pairs;
  }

  /** The inverse of {@link ShardWriter#key}; of a key that others made, the key itself. */
  private static String nameOf(String key) {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return key;
    }
  }

  private static InvalidInputException noPairs(Path file, String received) {
    return new InvalidInputException(
        file.toString(), "pairs, KEY.hr.png and KEY.lr.png once each", received);
  }

  private static InvalidInputException damaged(Path file, @Nullable Throwable cause) {
    String expected = "a whole shard";
    String received = "one that is damaged or cut off";
    return cause == null
        ? new InvalidInputException(file.toString(), expected, received)
        : new InvalidInputException(file.toString(), expected, received, cause);
  }
}
